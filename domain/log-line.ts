/** The letters of the log's lines and the names that the API gives them. */
export const categories = {
  t: 'Trace',
  v: 'Verbose',
  i: 'Info',
  h: 'Highlight',
  a: 'Wait',
  g: 'Gap',
  l: 'Alert',
  w: 'Warning',
  e: 'Error',
  f: 'Fatal',
  p: 'Planned',
  u: 'Updated',
  F: 'Finished',
  A: 'Abandoned',
} as const

export type Letter = keyof typeof categories
export type Category = (typeof categories)[Letter]

export interface LogLine {
  /** Epoch ms. */
  at: number
  category: Category
  text: string
}

const stampLength = 9
const prefixLength = stampLength + 1

const letters = new Map(Object.entries(categories).map(([letter, name]) => [name, letter]))

/** 'Info' becomes 'i'. */
export function letterOf(category: Category): Letter {
  // The map is the inverse of `categories`, so each Category has its Letter in it.
  return letters.get(category) as Letter
}

/** What stands before the text of a line: nine characters of base36 epoch ms, one of category. */
export function prefixOf(at: number, letter: Letter): string {
  return Math.trunc(at).toString(36).padStart(stampLength, '0') + letter
}

/** Log lines, each with its line end; a text of several lines becomes as many log lines. */
export function formatLine(at: number, letter: Letter, text: string): string {
  const prefix = prefixOf(at, letter)
  return `${prefix}${text.replace(/\r+\n?|\n/g, `\n${prefix}`)}\n`
}

/** A line of the log, without its line end; null when it is none, as after a torn write. */
export function parseLine(line: string): LogLine | null {
  const at = Number.parseInt(line.slice(0, stampLength), 36)
  const letter = line.charAt(stampLength)
  if (line.length < prefixLength || Number.isNaN(at) || !isLetter(letter)) return null
  return { at, category: categories[letter], text: line.slice(prefixLength) }
}

const isLetter = (text: string): text is Letter => Object.hasOwn(categories, text)
