/**
 * @typedef {{ Id: string, Name: string, Status: string, Started?: string | null,
 *   Ended?: string | null, Children: Activity[], LineCount?: number, FirstLine?: number | null,
 *   LastLine?: number | null, ProgressMessage?: string, WorkerId?: string | null, WorkerName?: string | null }} Activity
 *   The worker is the one that has run it last.
 * @typedef {{ id: string, title: string, status: string, started: string | null,
 *   ended: string | null, first: number, last: number, count: number, isApart: boolean }} Section
 *   Lines of one activity. `isApart`: other activities wrote between them, so the place of a line
 *   in the section does not follow from its number.
 */

/**
 * The activities that have lines, in the order in which they began to write.
 * @param {Activity[]} activities
 * @param {Section[]} known what was seen so far: lines may be ahead of the tree that came with them
 * @returns {Section[]}
 */
export function sectionsOf(activities, known = []) {
  const before = new Map(known.map((section) => [section.id, section]))
  /** @type {Section[]} */
  const sections = []
  const walk = (/** @type {Activity} */ activity, /** @type {string} */ above) => {
    const own = isTask(activity) ? 'The task' : titleOf(activity)
    const title = above ? `${above} · ${own}` : own
    if (activity.LineCount && activity.FirstLine) {
      const seen = before.get(activity.Id)
      const count = Math.max(activity.LineCount, seen?.count ?? 0)
      const last = Math.max(
        activity.LastLine ?? activity.FirstLine + activity.LineCount - 1,
        seen?.last ?? 0,
      )
      sections.push({
        id: activity.Id,
        title,
        status: activity.Status,
        started: activity.Started ?? null,
        ended: activity.Ended ?? null,
        first: activity.FirstLine,
        last,
        count,
        isApart: (seen?.isApart ?? false) || last - activity.FirstLine + 1 !== count,
      })
    }
    const withLines = activity.Children.filter(hasLines)
    for (const child of activity.Children) {
      // The only worker of a step needs no name beside the step's.
      const isAlone = !isTask(activity) && withLines.length === 1 && !activity.LineCount
      walk(isAlone ? { ...child, Name: title } : child, isAlone ? '' : nameAbove(activity, title))
    }
  }
  for (const activity of activities) walk(activity, '')
  sections.sort((a, b) => a.first - b.first)
  for (const section of sections) {
    if (sections.some((other) => other !== section && isWithin(other.first, section))) {
      section.isApart = true
    }
  }
  return sections
}

/** The name of a step as people count: `Step 2: Migrate` is `2. Migrate`. */
export const titleOf = (/** @type {{ Name: string }} */ { Name }) =>
  Name.replace(/^Step ([\d.]+): /, '$1. ')

/** @param {Activity} activity @returns {boolean} */
const hasLines = (activity) => Boolean(activity.LineCount) || activity.Children.some(hasLines)

// The task itself is the page: only steps name what is below them.
const isTask = (/** @type {Activity} */ { Id }) => /^ServerTasks-[^/]+$/.test(Id)
const nameAbove = (/** @type {Activity} */ activity, /** @type {string} */ title) =>
  isTask(activity) ? '' : title

/** Whether a line number lies between the first and the last line of a section. */
export const isWithin = (/** @type {number} */ number, /** @type {Section} */ section) =>
  number >= section.first && number <= section.last

/**
 * Takes note of a line that has just come; says whether the sections changed by it.
 * @param {Section[]} sections
 * @param {{ Number: number, Activity: string }} line
 */
export function noteLine(sections, line) {
  const own = sections.find((section) => section.id === line.Activity)
  for (const section of sections) {
    if (section !== own && isWithin(line.Number, section)) section.isApart = true
  }
  if (!own) return false
  if (line.Number <= own.last) return true
  const before = own.last
  own.last = line.Number
  own.count = own.isApart ? own.count + 1 : own.last - own.first + 1
  const isBetween = (/** @type {Section} */ other) =>
    other !== own && other.last > before && other.first < line.Number
  if (!own.isApart && sections.some(isBetween)) {
    own.isApart = true
    own.count = before - own.first + 2
  }
  return true
}
