/** A line of a log, as it is read. */
export interface LogLine {
  /** From 1, over all activities: its place in the file. */
  number: number
  activity: string
  /** Epoch ms. */
  at: number
  /** 'i' is Info, 'e' Error and so on: the letters of the log format. */
  category: string
  text: string
}

/** What a batch of lines is, without their text. */
export interface LineCounts {
  lines: number
  warnings: number
  errors: number
  /** Epoch ms of the first line and of the last. */
  from: number
  to: number
}

/** A line begins with its time in base 36 and the letter of its category. */
const TIME_LENGTH = 9
const NEW_LINE = 0x0a
const [ZERO, NINE, LOW_A, LOW_Z] = [0x30, 0x39, 0x61, 0x7a]
const WARNING = 'w'.charCodeAt(0)
const ERRORS = ['e', 'f'].map((letter) => letter.charCodeAt(0))

/** These are no lines of a log. */
export class LogLineError extends Error {
  override readonly name = 'LogLineError'
}

/** Counts the lines of a batch, which ends with a line break. Fails with a `LogLineError`. */
export function countLines(batch: Buffer): LineCounts {
  if (batch.at(-1) !== NEW_LINE)
    throw new LogLineError('A batch of a log must end with a line break.')
  const counts = { lines: 0, warnings: 0, errors: 0, from: timeAt(batch, 0), to: 0 }
  let last = 0
  for (let start = 0; start < batch.length; ) {
    if (!hasTime(batch, start))
      throw new LogLineError('A line of a log must begin with its time in base 36.')
    const category = batch[start + TIME_LENGTH] ?? NEW_LINE
    if (category === WARNING) counts.warnings += 1
    if (ERRORS.includes(category)) counts.errors += 1
    counts.lines += 1
    last = start
    start = batch.indexOf(NEW_LINE, start) + 1
  }
  counts.to = timeAt(batch, last)
  return counts
}

/** The lines of a batch of which the first has this number. */
export function parseLines(batch: Buffer, activity: string, first: number): LogLine[] {
  const texts = batch.toString('utf8').split('\n')
  texts.pop()
  return texts.map((text, at) => ({
    number: first + at,
    activity,
    at: Number.parseInt(text.slice(0, TIME_LENGTH), 36),
    category: text.charAt(TIME_LENGTH),
    text: text.slice(TIME_LENGTH + 1),
  }))
}

/** Of every line: one without a time would spoil each look at the whole log. */
function hasTime(batch: Buffer, start: number): boolean {
  for (let at = start; at < start + TIME_LENGTH; at++) {
    const digit = batch[at] ?? NEW_LINE
    const isDigit = (digit >= ZERO && digit <= NINE) || (digit >= LOW_A && digit <= LOW_Z)
    if (!isDigit) return false
  }
  return batch[start + TIME_LENGTH] !== NEW_LINE
}

const timeAt = (batch: Buffer, start: number): number =>
  Number.parseInt(batch.toString('latin1', start, start + TIME_LENGTH), 36)
