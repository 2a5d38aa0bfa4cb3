import { html, nothing } from 'lit'

/** @typedef {{ op: string, path: string, before?: unknown, after?: unknown }} Difference */

/** What a change has changed, before and after side by side. @param {Difference[]} differences */
export function differencesTable(differences) {
  if (differences.length === 0) return nothing
  return html`
    <table class="table differences">
      <caption class="visually-hidden">What was changed</caption>
      <thead><tr><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
      <tbody>${differences.map(
        ({ path, before, after }) => html`<tr>
          <th scope="row">${fieldOf(path)}</th>
          <td class="before">${textOf(before)}</td><td class="after">${textOf(after)}</td></tr>`,
      )}</tbody>
    </table>`
}

/** `/Phases/0/Name` → `Phases › 1 › Name`. @param {string} path */
const fieldOf = (path) =>
  path
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : part))
    .join(' › ')

/** @param {unknown} value */
function textOf(value) {
  if (isNothing(value)) return html`<span class="quiet">–</span>`
  return typeof value === 'object' ? linesOf(value, '') : String(value)
}

/** A line for each field that says something, what is inside of it indented. @param {unknown} value @param {string} indent @returns {string} */
function linesOf(value, indent) {
  return Object.entries(value ?? {})
    .filter(([, inner]) => !isNothing(inner))
    .map(([name, inner]) => {
      const label = Array.isArray(value) ? '–' : `${name}:`
      if (typeof inner !== 'object') return `${indent}${label} ${inner}`
      return `${indent}${label}\n${linesOf(inner, `${indent}  `)}`
    })
    .join('\n')
}

/** @param {unknown} value */
const isNothing = (value) =>
  value === undefined ||
  value === null ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0)
