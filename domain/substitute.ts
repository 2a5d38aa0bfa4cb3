import { foldName } from './name.ts'

/** The text of a variable, not evaluated; undefined where there is none of this name. */
export type Lookup = (name: string) => string | undefined

/** Variables that refer to each other: 'A', 'B', 'A'. */
export class CircularError extends Error {
  readonly loop: string[]

  constructor(loop: string[]) {
    super(`Variables refer to themselves: ${loop.map((name) => `'${name}'`).join(' → ')}.`)
    this.name = 'CircularError'
    this.loop = loop
  }
}

/** A few variables that double each other must not fill the memory. */
const longestResult = 16 * 1024 * 1024

/**
 * Puts values in place of `#{Name}`, also in the values themselves. `##{` is a literal `#{`; what
 * is not defined, and what is no plain name, stays as it is written.
 */
export function substitute(text: string, lookup: Lookup): string {
  return createEvaluator(lookup).substitute(text)
}

export interface Evaluator {
  substitute(text: string): string
  /** The value of a variable with all that it refers to; undefined where there is none. */
  get(name: string): string | undefined
}

/** Evaluates many texts over the same variables, each variable once. */
export function createEvaluator(lookup: Lookup): Evaluator {
  const known = new Map<string, string | undefined>()
  const path: string[] = []

  function get(name: string): string | undefined {
    const folded = foldName(name)
    if (known.has(folded)) return known.get(folded)
    const begun = path.findIndex((other) => foldName(other) === folded)
    if (begun >= 0) throw new CircularError([...path.slice(begun), name])
    const text = lookup(name)
    path.push(name)
    try {
      const value = text === undefined ? undefined : replaced(text)
      known.set(folded, value)
      return value
    } finally {
      path.pop()
    }
  }

  function replaced(text: string): string {
    if (!text.includes('#{')) return text
    let result = ''
    for (const part of partsOf(text)) {
      result += typeof part === 'string' ? part : (valueOfExpression(part) ?? part.source)
      if (result.length > longestResult) throw new Error('A text became too long by its variables.')
    }
    return result
  }

  function valueOfExpression({ inside }: Expression): string | undefined {
    const name = replaced(inside).trim()
    return isPlainName(name) ? get(name) : undefined
  }

  return { substitute: replaced, get }
}

/** The names that a text refers to, as far as they are written out. */
export function referencesOf(text: string): string[] {
  return partsOf(text).flatMap((part) => {
    if (typeof part === 'string') return []
    const name = part.inside.trim()
    if (name.includes('#{')) return referencesOf(name)
    return isPlainName(name) ? [name] : []
  })
}

interface Expression {
  /** With its braces. */
  source: string
  /** Between them. */
  inside: string
}

/** Filters and keywords are no names. */
const isPlainName = (name: string) =>
  name !== '' && !/[|{}]/.test(name) && !/^(?:\/|(?:if|elseif|unless|each|calc)\s)/i.test(name)

/** Literal texts and expressions, in order; `##{` is already the literal that it stands for. */
function partsOf(text: string): (string | Expression)[] {
  const parts: (string | Expression)[] = []
  let at = 0
  for (;;) {
    const start = text.indexOf('#{', at)
    if (start < 0) break
    if (start > at && text[start - 1] === '#') {
      parts.push(`${text.slice(at, start - 1)}#{`)
      at = start + 2
      continue
    }
    const end = endOfExpression(text, start)
    if (end < 0) break
    parts.push(text.slice(at, start), {
      source: text.slice(start, end),
      inside: text.slice(start + 2, end - 1),
    })
    at = end
  }
  parts.push(text.slice(at))
  return parts
}

/** After the brace that closes the expression; negative when none does. */
function endOfExpression(text: string, start: number): number {
  let depth = 1
  for (let at = start + 2; at < text.length; at++) {
    if (text.startsWith('#{', at)) {
      depth++
      at++
    } else if (text[at] === '}' && --depth === 0) return at + 1
  }
  return -1
}
