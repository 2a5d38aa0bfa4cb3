import { Query } from 'mingo'
import { type Doc, valueAt } from './encoding.ts'

/** Whether a document matches. */
export type Test = (doc: Doc) => boolean

/**
 * A filter as a test. Most filters are a few equalities, which need not what mingo prepares for
 * each filter; it has the word where there is more in a filter, or an array in a document.
 */
export function testOf(filter: Doc): Test {
  let query: Query | undefined
  const byMingo: Test = (doc) => {
    query ??= new Query(filter)
    return query.test(doc)
  }
  const equalities = Object.entries(filter)
  if (!equalities.every(([field, value]) => !field.startsWith('$') && isPlain(value)))
    return byMingo
  return (doc) => {
    for (const [field, wanted] of equalities) {
      const value = valueAt(doc, field)
      if (Array.isArray(value)) return byMingo(doc)
      if (value !== wanted) return false
    }
    return true
  }
}

/** Null also means missing, and objects are compared by what is in them: those are for mingo. */
const isPlain = (value: unknown) =>
  typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
