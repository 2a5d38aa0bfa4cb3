import mongoose from 'mongoose'

export type Doc = Record<string, unknown>
/** What a column of a table can hold. */
export type Scalar = string | number | null

const { ObjectId } = mongoose.mongo

/** Begins every text in a stored document that is not meant as it stands. */
const MARK = '\u0001'
/** How JSON spells it: a document whose text is without this needs no second look. */
const MARK_IN_JSON = '\\u0001'
/** Begins every scalar of a column that is no text. It sorts after all texts, as in MongoDB. */
export const AFTER_TEXTS = '\u{10FFFF}'

/** A document as JSON. JSON has no dates, ids or endless numbers: they are marked texts. */
export const encode = (doc: Doc): string => JSON.stringify(marked(doc))

/** What `encode` was given, but for `undefined`, which is null as in MongoDB. */
export function decode(text: string): Doc {
  const doc = JSON.parse(text)
  return text.includes(MARK_IN_JSON) ? (unmarked(doc) as Doc) : doc
}

/** The value itself where nothing in it needs a mark, so that most are not copied. */
function marked(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return value.startsWith(MARK) ? `${MARK}S${value}` : value
    case 'number':
      return Number.isFinite(value) ? value : `${MARK}N${value}`
    case 'bigint':
      return Number(value)
    case 'undefined':
    case 'function':
    case 'symbol':
      return null
    case 'object':
      return value && markedObject(value)
    default:
      return value
  }
}

function markedObject(value: object): unknown {
  if (value instanceof Date) return `${MARK}D${value.toISOString()}`
  if (value instanceof ObjectId) return `${MARK}O${value.toHexString()}`
  // Mongoose's own arrays, maps and subdocuments say so what is to be stored of them.
  if ('toBSON' in value && typeof value.toBSON === 'function') return marked(value.toBSON())
  if (value instanceof Map) return marked(Object.fromEntries(value))
  if (ArrayBuffer.isView(value) || '_bsontype' in value) {
    throw new TypeError(`The embedded store holds no ${value.constructor.name}: store it as text.`)
  }
  return Array.isArray(value) ? markedItems(value) : markedEntries(value as Doc)
}

function markedItems(items: unknown[]): unknown[] {
  let copy: unknown[] | undefined
  for (let i = 0; i < items.length; i++) {
    const result = marked(items[i])
    if (result === items[i]) continue
    copy ??= [...items]
    copy[i] = result
  }
  return copy ?? items
}

function markedEntries(entries: Doc): Doc {
  let copy: Doc | undefined
  for (const key of Object.keys(entries)) {
    const result = marked(entries[key])
    if (result === entries[key]) continue
    copy ??= { ...entries }
    copy[key] = result
  }
  return copy ?? entries
}

/** A copy without mongoose's own arrays, maps and documents, which mingo takes for something else. */
export function plainCopy(value: unknown): unknown {
  if (value === undefined) return null
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date || value instanceof RegExp || value instanceof ObjectId) return value
  if ('toBSON' in value && typeof value.toBSON === 'function') return plainCopy(value.toBSON())
  if (Array.isArray(value)) return Array.from(value, plainCopy)
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return Object.fromEntries(entries.map(([key, item]) => [key, plainCopy(item)]))
}

function unmarked(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? meantBy(value) : value
  if (typeof value !== 'object' || value === null) return value
  const container = value as Doc
  for (const key of Object.keys(container)) {
    const item = container[key]
    if (typeof item === 'string' || typeof item === 'object') container[key] = unmarked(item)
  }
  return container
}

function meantBy(text: string): unknown {
  const rest = text.slice(2)
  switch (text[1]) {
    case 'D':
      return new Date(rest)
    case 'O':
      return new ObjectId(rest)
    case 'N':
      return Number(rest)
    default:
      return rest
  }
}

/**
 * A value as a column holds it: equal and ordered there as MongoDB has it. Missing is null.
 * Undefined for an array or an object, which no column can hold.
 */
export function scalarOf(value: unknown): Scalar | undefined {
  if (typeof value === 'string' || typeof value === 'number') return value
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return `${AFTER_TEXTS}B${Number(value)}`
  if (value instanceof Date) return `${AFTER_TEXTS}D${value.toISOString()}`
  if (value instanceof ObjectId) return `${AFTER_TEXTS}A${value.toHexString()}`
  return undefined
}

/** What stands at a dotted path, and whether there is an array on the way or at its end. */
export function valueAt(doc: unknown, path: string): unknown {
  let value = doc
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    // Somewhere inside are many values, and an array is what stands for them.
    if (Array.isArray(value)) return value
    value = (value as Doc)[key]
  }
  return value
}

/** The scalars at a dotted path, through and inside arrays. */
export function scalarsAt(doc: unknown, path: string): Scalar[] {
  let values: unknown[] = [doc]
  for (const key of path.split('.')) {
    values = values
      .flat()
      .map((value) =>
        typeof value === 'object' && value !== null ? (value as Doc)[key] : undefined,
      )
  }
  const scalars = values.flat().map(scalarOf)
  return [...new Set(scalars.filter((scalar) => scalar !== undefined && scalar !== null))]
}
