const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A moment as its age below seven days (`18 min`, `5 h`, `6 d`), then as its day (`12 Nov`). @param {string | Date} at @param {Date} now */
export function age(at, now = new Date()) {
  const then = new Date(at)
  const passed = now.getTime() - then.getTime()
  const span = Math.abs(passed)
  if (span >= 7 * DAY) return dayOf(then, now)
  const text = spanOf(span)
  return passed < -MINUTE ? `in ${text}` : text
}

/** A moment in a sentence: `3 d ago`, `12 Nov`. @param {string} at */
export function ago(at) {
  const text = age(at)
  return isSpan(text) ? `${text} ago` : text
}

/** Whether an age is a span of time, not a day. @param {string} text */
export const isSpan = (text) => /^\d+ (s|min|h|d)$/.test(text)

/** @param {number} milliseconds */
function spanOf(milliseconds) {
  if (milliseconds < MINUTE) return `${Math.round(milliseconds / 1000)} s`
  if (milliseconds < HOUR) return `${Math.floor(milliseconds / MINUTE)} min`
  if (milliseconds < DAY) return `${Math.floor(milliseconds / HOUR)} h`
  return `${Math.floor(milliseconds / DAY)} d`
}

/** @param {Date} then @param {Date} now */
function dayOf(then, now) {
  const isThisYear = then.getFullYear() === now.getFullYear()
  return then.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(!isThisYear && { year: 'numeric' }),
  })
}

/** A moment in full, local and in UTC: `23 Nov 2026, 14:05:12 (13:05:12 UTC)`. @param {string | Date} at */
export function exact(at) {
  const then = new Date(at)
  const local = then.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
  return `${local} (${then.toISOString().slice(11, 19)} UTC)`
}

/** A span of time: `850 ms`, `12 s`, `1 min 48 s`, `2 h 5 min`. @param {number} milliseconds */
export function duration(milliseconds) {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`
}

/** A count with its word: `1 release`, `3 releases`. @param {number} count @param {string} word @param {string} [plural] */
export const counted = (count, word, plural = `${word}s`) =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? word : plural}`

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB']

/** A size as people say it: `850 bytes`, `1.4 MB`, `38 GB`. @param {number} bytes */
export function size(bytes) {
  let rest = bytes
  let unit = 0
  for (; rest >= 999.5 && unit < UNITS.length - 1; unit += 1) rest /= 1000
  const text = unit > 0 && rest < 9.95 ? rest.toFixed(1) : String(Math.round(rest))
  return `${text} ${UNITS[unit]}`
}

/** The letters of a tile: `Ticket Shop` → `TS`. @param {string} name */
export function initials(name) {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => word[0]) : [name.slice(0, 2)]
  return letters.join('').toUpperCase()
}

/** The icon and colour that a task's state has on every page. @param {{ State: string, Name?: string, HasPendingInterruptions?: boolean, HasWarningsOrErrors?: boolean }} task @returns {import('./components/tako-state.js').State} */
export function stateOf({ State, Name, HasPendingInterruptions, HasWarningsOrErrors }) {
  if (HasPendingInterruptions) return Name === 'Promote' ? 'remote' : 'waiting'
  switch (State) {
    case 'Success':
      return HasWarningsOrErrors ? 'warnings' : 'success'
    case 'Executing':
    case 'Cancelling':
      return 'executing'
    case 'Failed':
    case 'TimedOut':
      return 'failed'
    case 'Canceled':
      return 'cancelled'
    default:
      return 'queued'
  }
}
