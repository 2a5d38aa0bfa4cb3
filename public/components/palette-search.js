/**
 * Something to jump to; `isDeep` ones are shown only when something is typed.
 * @typedef {{ group: string, name: string, note: string, href: string, isDeep?: boolean }} Entry
 */

const SHOWN = 24
const GROUPS = ['Projects', 'Releases', 'Tasks', 'Actions', 'Pages', 'Spaces']

/**
 * The entries whose words begin with what is typed, in any order ("tick var" finds Ticket Shop variables), by group.
 * @param {Entry[]} entries
 * @param {string} text
 */
export function found(entries, text) {
  const parts = text.toLowerCase().split(/\s+/).filter(Boolean)
  const fitting = parts.length
    ? entries.filter(({ name }) => parts.every((part) => fits(name.toLowerCase(), part)))
    : entries.filter(({ isDeep }) => !isDeep)
  return fitting
    .map((entry, at) => ({ entry, at }))
    .sort((a, b) => GROUPS.indexOf(a.entry.group) - GROUPS.indexOf(b.entry.group) || a.at - b.at)
    .slice(0, SHOWN)
    .map(({ entry }) => entry)
}

/** @param {string} name @param {string} part */
const fits = (name, part) =>
  name.split(/[^\p{L}\p{N}.]+/u).some((word) => word.startsWith(part)) ||
  (part.length > 2 && name.includes(part))
