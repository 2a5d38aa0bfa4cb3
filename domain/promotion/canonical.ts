import { createHash } from 'node:crypto'

/** SHA-256 of a JSON value, whatever the order of its keys: 64 hexadecimal digits in lower case. */
export const digestOfJson = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(ordered(value)) ?? '')
    .digest('hex')

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  // Pairs, not an object: keys that look like numbers would be put in an order of their own.
  return {
    object: Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(byKey)
      .map(([key, inner]) => [key, ordered(inner)]),
  }
}

const byKey = ([one]: [string, unknown], [other]: [string, unknown]) =>
  one < other ? -1 : one > other ? 1 : 0
