import { type ChangeOptions, changeOne, removeOne, resultOf } from './change.ts'
import type { Doc } from './encoding.ts'
import { toBulkError, type WriteFault } from './errors.ts'
import { search } from './search.ts'
import type { Table } from './table.ts'

type Operation = Record<string, Doc>
type Result = ReturnType<typeof emptyResult>

/** How many operations share a commit: the event loop must run in between. */
const WRITTEN_AT_ONCE = 200

/** Does these in order, as far as the first fault, or all that can be done when not `ordered`. */
export async function writeAll(
  table: Table,
  operations: Doc[],
  { ordered = true }: { ordered?: boolean } = {},
): Promise<Result> {
  const result = emptyResult()
  const faults: WriteFault[] = []
  const isOver = () => ordered && faults.length > 0
  for (let from = 0; from < operations.length && !isOver(); from += WRITTEN_AT_ONCE) {
    await table.engine.write(() => {
      const part = operations.slice(from, from + WRITTEN_AT_ONCE)
      for (const [offset, operation] of part.entries()) {
        if (isOver()) return
        const fault = attempt(table, operation as Operation, { index: from + offset, result })
        if (fault) faults.push(fault)
      }
    })
  }
  if (faults.length > 0) throw toBulkError(faults, result)
  return result
}

function attempt(
  table: Table,
  operation: Operation,
  { index, result }: { index: number; result: Result },
): WriteFault | undefined {
  try {
    perform(table, operation, { index, result })
    return undefined
  } catch (error) {
    const op = operation.insertOne?.document ?? Object.values(operation)[0]
    return { index, op, error: error as Error }
  }
}

function perform(
  table: Table,
  operation: Operation,
  { index, result }: { index: number; result: Result },
) {
  const [[name, fields] = ['nothing', {}]] = Object.entries(operation)
  const filter = (fields.filter ?? {}) as Doc
  switch (name) {
    case 'insertOne': {
      const { doc } = table.insert(fields.document as Doc)
      result.insertedCount += 1
      result.insertedIds[index] = doc._id
      return
    }
    case 'updateOne':
    case 'replaceOne': {
      const outcome = changeOne(
        table,
        filter,
        fields.update ?? fields.replacement,
        optionsOf(fields),
      )
      return add(result, resultOf(outcome), index)
    }
    case 'updateMany': {
      const ids = Array.from(search(table, filter), ({ doc }) => doc._id)
      for (const _id of ids) add(result, resultOf(changeOne(table, { _id }, fields.update)), index)
      if (ids.length > 0) return
      return add(
        result,
        resultOf(changeOne(table, filter, fields.update, optionsOf(fields))),
        index,
      )
    }
    case 'deleteOne':
      result.deletedCount += removeOne(table, filter) ? 1 : 0
      return
    case 'deleteMany':
      for (const { seq } of [...search(table, filter)]) {
        table.remove(seq)
        result.deletedCount += 1
      }
      return
    default:
      throw new TypeError(`The embedded store has no bulk operation '${name}'.`)
  }
}

function add(result: Result, one: ReturnType<typeof resultOf>, index: number) {
  result.matchedCount += one.matchedCount
  result.modifiedCount += one.modifiedCount
  result.upsertedCount += one.upsertedCount
  if (one.upsertedCount > 0) result.upsertedIds[index] = one.upsertedId
}

const optionsOf = ({ upsert, arrayFilters, sort }: Doc) =>
  ({ upsert, arrayFilters: arrayFilters ?? [], sort }) as ChangeOptions

const emptyResult = () => ({
  acknowledged: true,
  ok: 1,
  insertedCount: 0,
  matchedCount: 0,
  modifiedCount: 0,
  deletedCount: 0,
  upsertedCount: 0,
  insertedIds: {} as Record<number, unknown>,
  upsertedIds: {} as Record<number, unknown>,
})
