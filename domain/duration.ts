const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A span for people, in its two largest units: '3 seconds', '1 minute 5 seconds', '2 hours'. */
export function durationText(ms: number): string {
  if (ms < second) return 'less than a second'
  const [large, small] =
    ms < minute
      ? [counted(ms, second, 'second'), '']
      : ms < hour
        ? [counted(ms, minute, 'minute'), counted(ms % minute, second, 'second')]
        : ms < day
          ? [counted(ms, hour, 'hour'), counted(ms % hour, minute, 'minute')]
          : [counted(ms, day, 'day'), counted(ms % day, hour, 'hour')]
  return small === '' ? large : `${large} ${small}`
}

/** '' for none. */
function counted(ms: number, unit: number, name: string): string {
  const count = Math.floor(ms / unit)
  return count === 0 ? '' : `${count} ${name}${count === 1 ? '' : 's'}`
}

/** From one time to another, as `durationText`; '' before the start. `end` null is still going on. */
export function durationBetween(start: string | null, end: string | null, now: Date): string {
  if (start === null) return ''
  const until = end === null ? now.getTime() : Date.parse(end)
  return durationText(Math.max(0, until - Date.parse(start)))
}

/** A span as the API has it: '00:05:00', or '2.00:00:00' with days. Under 10 days: clients read fixed places. */
export function spanOf(ms: number): string {
  const [days, rest] = [Math.floor(ms / day), ms % day]
  const clock = [rest / hour, (rest % hour) / minute, (rest % minute) / second]
    .map((part) => `${Math.floor(part)}`.padStart(2, '0'))
    .join(':')
  return days === 0 ? clock : `${days}.${clock}`
}

/** The span in ms that such a text has; null when it is no span. */
export function msOfSpan(text: string): number | null {
  const match = /^(?:(\d+)\.)?([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.\d{1,7})?$/.exec(text)
  if (!match) return null
  const [, days = '0', hours, minutes, seconds] = match
  return (
    Number(days) * day + Number(hours) * hour + Number(minutes) * minute + Number(seconds) * second
  )
}
