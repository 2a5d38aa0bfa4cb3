import type { Document, Query, Schema } from 'mongoose'
import { TakenError } from '#bus/errors.ts'

/** A field that a unique index is about. */
export interface TakenField {
  /** As the index has it: '_name'. */
  indexed: string
  /** As people know it: 'Name'. */
  shown: string
}

const DUPLICATE_KEY = 11_000
const UPDATES = /^(findOneAndUpdate|findOneAndReplace|updateOne|updateMany|replaceOne)$/

/** Whether a write failed because another document has this value of this field. */
export function isDuplicateOf(field: string, error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const fault = faultOf(error)
  const source = 'cause' in error && error.cause instanceof Error ? faultOf(error.cause) : fault
  return [fault, source].some(
    ({ code, fields }) => code === DUPLICATE_KEY && fields.includes(field),
  )
}

/**
 * Makes "another has this value already" the same TakenError on every way to write, or on changes
 * alone where who inserts wants to try another value.
 */
export function takenOn(
  schema: Schema,
  field: TakenField,
  { on = 'all' }: { on?: 'all' | 'changes' } = {},
) {
  const translated = (error: unknown, kind: string, value: unknown): Error => {
    if (!(error instanceof Error) || !isDuplicateOf(field.indexed, error)) return error as Error
    return Object.assign(new TakenError(kind, String(value ?? '')), { cause: error })
  }

  schema.post<Update>(UPDATES, function (error: Error, _result: unknown, next: Next) {
    next(translated(error, this.model.modelName, this.get(field.shown)))
  })
  if (on === 'changes') return
  schema.post<Document>('save', function (error: Error, _result: unknown, next: Next) {
    next(translated(error, this.$model().modelName, this.get(field.shown)))
  })
  // Of several, the error says which one it was.
  const several = function (this: { modelName: string }, error: BulkError, _: unknown, next: Next) {
    next(translated(error, this.modelName, valueIn(error.writeErrors?.[0]?.err.op, field.shown)))
  }
  schema.post('insertMany', several)
  schema.post('bulkWrite', several)
}

/** The operation that failed is a document, or what was to be done to one. */
function valueIn(op: unknown, field: string): unknown {
  if (typeof op !== 'object' || op === null) return undefined
  const { u, update, replacement } = op as Record<string, unknown>
  for (const part of [op, u, update, replacement]) {
    const set = part && Reflect.get(part, '$set')
    for (const fields of [part, set]) {
      if (fields && Reflect.get(fields, field) !== undefined) return Reflect.get(fields, field)
    }
  }
  return undefined
}

function faultOf(error: BulkError): { code: unknown; fields: string[] } {
  const fault = error.writeErrors?.[0]?.err ?? error
  const { keyPattern, code = error.code, errmsg } = fault as ServerFault
  if (keyPattern) return { code, fields: Object.keys(keyPattern) }
  // Where a server names the index alone, its name is made of its fields: 'SpaceId_1__name_1'.
  const name = /index: (\S+)/.exec(errmsg ?? error.message)?.[1] ?? ''
  return { code, fields: [...name.matchAll(/(\w+?)_-?1(?:_|$)/g)].map((match) => match[1] ?? '') }
}

interface ServerFault {
  code?: number
  errmsg?: string
  keyPattern?: object
}
interface BulkError extends Error {
  code?: number
  /** Of a write of several alone. */
  writeErrors?: { err: ServerFault & { op?: unknown } }[]
}
type Update = Query<unknown, unknown>
type Next = (error: Error) => void
