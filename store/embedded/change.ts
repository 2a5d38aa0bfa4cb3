import type { FindOptions } from './cursor.ts'
import { type Doc, decode } from './encoding.ts'
import { projected } from './projection.ts'
import { first, type Search } from './search.ts'
import type { Stored, Table } from './table.ts'
import { insertedBy, isOperators, replaced, updated } from './update.ts'

export interface ChangeOptions extends FindOptions {
  upsert?: boolean
  returnDocument?: 'before' | 'after'
  includeResultMetadata?: boolean
  arrayFilters?: Doc[]
}

/** What a change of one document did: without `before` it was inserted, or nothing happened. */
interface Outcome {
  before: Stored | undefined
  after: Stored | undefined
}

/** A document that is to be changed is good for this once. Inside a write, as all here that take a table. */
export function change(
  table: Table,
  before: Stored,
  { filter, update, options }: { filter: Doc; update: unknown; options: ChangeOptions },
): Stored {
  const { arrayFilters = [] } = options
  return table.change(before, (doc) =>
    isOperators(update) ? updated(doc, update, { filter, arrayFilters }) : replaced(doc, update),
  )
}

/** Changes the first match, or inserts for an upsert. */
export function changeOne(
  table: Table,
  filter: Doc,
  update: unknown,
  options: ChangeOptions = {},
): Outcome {
  const before = first(table, filter, options)
  if (before) return { before, after: change(table, before, { filter, update, options }) }
  if (!options.upsert) return { before, after: undefined }
  return { before, after: table.insert(insertion(filter, update, options)) }
}

export function removeOne(table: Table, filter: Doc, options: Search = {}): Stored | undefined {
  const found = first(table, filter, options)
  if (found) table.remove(found.seq)
  return found
}

/** What the MongoDB driver answers to an update. */
export function resultOf({ before, after }: Outcome) {
  const isInserted = !before && after !== undefined
  return {
    acknowledged: true,
    matchedCount: before ? 1 : 0,
    modifiedCount: before && before.text !== after?.text ? 1 : 0,
    upsertedCount: isInserted ? 1 : 0,
    upsertedId: isInserted ? after.doc._id : null,
  }
}

/** What the MongoDB driver answers to `findOneAnd...`: the document as it was, or as it is. */
export function answerOf({ before, after }: Outcome, options: ChangeOptions): unknown {
  const isAfter = options.returnDocument === 'after'
  const doc = isAfter ? after?.doc : before && decode(before.text)
  const value = doc ? projected(options.projection)(doc) : null
  if (!options.includeResultMetadata) return value
  const isInserted = !before && after !== undefined
  return {
    value,
    ok: 1,
    lastErrorObject: {
      n: before || after ? 1 : 0,
      updatedExisting: before !== undefined,
      ...(isInserted && { upserted: after.doc._id }),
    },
  }
}

function insertion(filter: Doc, update: unknown, { arrayFilters = [] }: ChangeOptions): Doc {
  if (isOperators(update)) return insertedBy(filter, update, { filter, arrayFilters })
  const { _id } = update as Doc
  return replaced(insertedBy(filter, _id === undefined ? {} : { $set: { _id } }), update)
}
