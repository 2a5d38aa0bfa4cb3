import { Query } from 'mingo'
import { type Doc, encode, scalarOf, valueAt } from './encoding.ts'

/** An index, as `createIndex` was asked for it. */
export interface Index {
  name: string
  key: Record<string, 1 | -1>
  unique: boolean
  sparse: boolean
  /** Only what matches is in the index. */
  partial?: Doc
}

/** The index that MongoDB would make of these options. */
export function indexOf(key: Doc, options: Doc = {}): Index {
  const { unique, sparse, partialFilterExpression: partial, expireAfterSeconds, name } = options
  const directions = Object.values(key)
  if (expireAfterSeconds !== undefined || directions.some((it) => it !== 1 && it !== -1)) {
    throw new TypeError('The embedded store has ascending and descending indexes, and no other.')
  }
  const fields = Object.entries(key).map(([field, direction]) => `${field}_${direction}`)
  return {
    name: name === undefined ? fields.join('_') : String(name),
    key: key as Index['key'],
    unique: unique === true,
    sparse: sparse === true,
    ...(partial !== undefined && { partial: partial as Doc }),
  }
}

/** A document's key in a unique index, or null when it is not in it, and so is like no other. */
export function keyOf({ key, sparse, partial }: Index, doc: Doc): string | null {
  if (partial && !new Query(partial).test(doc)) return null
  const values = Object.keys(key).map((field) => valueAt(doc, field))
  if (sparse && values.every((value) => value === undefined)) return null
  return JSON.stringify(
    values.map((value) => scalarOf(value) ?? (value ? encode({ value }) : null)),
  )
}
