/** The value for a path such as 'Servers:0:Name', in any case; undefined where there is none. */
export type ValueAt = (path: string) => string | undefined

export interface Replaced {
  text: string
  /** How many values were replaced. */
  count: number
  /** Paths of objects and lists whose variable is no JSON object or list: they stay. */
  kept: string[]
}

/** A file that is not what its values could be replaced in. */
export class StructureError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'StructureError'
  }
}

/** How numbers and booleans are written in variables: 'True' is as good as 'true'. */
export const looksLikeJson = {
  number: /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/,
  boolean: /^(?:true|false)$/i,
}

/** The object or list that a text is as JSON; null when it is none. */
export function jsonOf(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : null
  } catch {
    // A plain text is a fine value, only not for an object.
    return null
  }
}

export interface Edit {
  from: number
  to: number
  text: string
}

/** The text with all edits; none may overlap. */
export function applyEdits(text: string, edits: Edit[]): string {
  const parts: string[] = []
  let at = 0
  for (const edit of edits.toSorted((a, b) => a.from - b.from)) {
    parts.push(text.slice(at, edit.from), edit.text)
    at = edit.to
  }
  return [...parts, text.slice(at)].join('')
}
