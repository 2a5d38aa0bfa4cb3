import mongoose from 'mongoose'
import { type Doc, valueAt } from './encoding.ts'
import type { Index } from './indexes.ts'

const { MongoServerError, MongoBulkWriteError } = mongoose.mongo

/** SQLite's numbers for a key that is there already: of a unique index, of a primary key. */
const DUPLICATES: readonly unknown[] = [2067, 1555]
const DUPLICATE_KEY = 11_000

/** What could not be written of several, and why. */
export interface WriteFault {
  index: number
  op: unknown
  error: Error & { code?: number | string; errmsg?: string }
}

/** Whether SQLite refused a write because of a unique index. */
export const isDuplicate = (error: unknown): error is Error =>
  error instanceof Error && 'errcode' in error && DUPLICATES.includes(error.errcode)

/** The error that MongoDB gives for it. */
export function toDuplicateKeyError(
  cause: Error,
  { collection, indexes, doc }: { collection: string; indexes: readonly Index[]; doc: Doc },
): Error {
  // 'UNIQUE constraint failed: table.column', where the column of a key is named after its index.
  const index = indexes.find(({ name }) => cause.message.endsWith(`.u:${name}`))
  const { name, key } = index ?? { name: '_id_', key: { _id: 1 } }
  const values = Object.keys(key).map((field) => [field, valueAt(doc, field) ?? null])
  const texts = values.map(([field, value]) => `${field}: ${JSON.stringify(value)}`)
  const message = `E11000 duplicate key error collection: ${collection} index: ${name} dup key: { ${texts.join(', ')} }`
  return new MongoServerError({
    message,
    errmsg: message,
    code: DUPLICATE_KEY,
    index: 0,
    keyPattern: key,
    keyValue: Object.fromEntries(values),
  })
}

/** The error of a bulk of which a part could not be written. */
export function toBulkError(faults: WriteFault[], result: object): Error {
  const writeErrors = faults.map(({ index, op, error }) => {
    const { code, message: errmsg } = error
    const { keyPattern, keyValue } = error as { keyPattern?: object; keyValue?: object }
    return { index, code, errmsg, err: { index, code, errmsg, op, keyPattern, keyValue } }
  })
  const [first] = faults
  // The driver's own class, which its users tell apart by its fields; it types only its own errors.
  const fields = { message: first?.error.message, code: first?.error.code, writeErrors }
  const error = new MongoBulkWriteError(fields as never, result as never)
  return Object.assign(error, { cause: first?.error })
}
