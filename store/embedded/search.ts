import { Query } from 'mingo'
import { type Doc, decode } from './encoding.ts'
import { planOf } from './filter.ts'
import { type Test, testOf } from './matching.ts'
import type { Stored, Table } from './table.ts'

type Sort = Record<string, 1 | -1>

export interface Search {
  sort?: unknown
  skip?: number
  limit?: number
}

/** What matches, in order. SQL does what the columns can answer, mingo the rest. */
export function* search(table: Table, filter: Doc, options: Search = {}): Generator<Stored> {
  if (!table.exists) return
  const { skip = 0 } = options
  const limit = Math.abs(options.limit ?? 0) || Number.POSITIVE_INFINITY
  const sort = sortOf(options.sort)
  const order = orderOf(table, sort)
  if (order === undefined) return yield* sorted(table, filter, { sort, skip, limit })

  const { where, values, isExact } = planOf(filter, table.columnOf)
  const sql = `SELECT seq, doc FROM ${table.sqlName} WHERE ${where}${order} LIMIT ? OFFSET ?`
  if (isExact) {
    const rows = table.engine.all(sql, ...values, limit < Infinity ? limit : -1, skip)
    for (const row of rows) yield storedOf(row)
    return
  }
  const matches = testOf(filter)
  let toSkip = skip
  let left = limit
  for (const row of table.engine.iterate(sql, ...values, -1, 0)) {
    const stored = storedOf(row)
    if (!matches(stored.doc) || toSkip-- > 0) continue
    yield stored
    if (--left === 0) return
  }
}

/** The first of what matches. */
export function first(table: Table, filter: Doc, options: Search = {}): Stored | undefined {
  for (const stored of search(table, filter, { ...options, limit: 1 })) return stored
  return undefined
}

/** The rows of what may match, in order, for those who read on later; undefined if only mingo can order. */
export function rowsOf(table: Table, filter: Doc, sort: unknown): number[] | undefined {
  if (!table.exists) return []
  const order = orderOf(table, sortOf(sort))
  if (order === undefined) return undefined
  const { where, values } = planOf(filter, table.columnOf)
  const sql = `SELECT seq FROM ${table.sqlName} WHERE ${where}${order}`
  return table.engine.all(sql, ...values).map(({ seq }) => Number(seq))
}

/** Reads a row again, if it is still there and still matches. */
export function reread(table: Table, seq: number, matches: Test): Stored | undefined {
  if (!table.exists) return undefined
  const row = table.engine.get(`SELECT seq, doc FROM ${table.sqlName} WHERE seq = ?`, seq)
  const stored = row && storedOf(row)
  return stored && matches(stored.doc) ? stored : undefined
}

/** How many match. */
export function count(table: Table, filter: Doc, { skip = 0, limit }: Search = {}): number {
  if (!table.exists) return 0
  const most = limit || Number.POSITIVE_INFINITY
  const { where, values, isExact } = planOf(filter, table.columnOf)
  const all = isExact
    ? Number(
        table.engine.get(`SELECT count(*) AS n FROM ${table.sqlName} WHERE ${where}`, ...values)?.n,
      )
    : [...search(table, filter)].length
  return Math.min(Math.max(all - skip, 0), most)
}

function* sorted(
  table: Table,
  filter: Doc,
  { sort, skip, limit }: { sort: Sort; skip: number; limit: number },
): Generator<Stored> {
  const found = new Map([...search(table, filter)].map((stored) => [stored.doc, stored]))
  const cursor = new Query({})
    .find<Doc>([...found.keys()])
    .sort(sort)
    .skip(skip)
  if (limit < Infinity) cursor.limit(limit)
  for (const doc of cursor.all()) {
    const stored = found.get(doc)
    if (stored) yield stored
  }
}

/** Callers give an object, a Map, or pairs, with directions as numbers or words. */
function sortOf(sort: unknown): Sort {
  if (!sort) return {}
  const entries: [string, unknown][] =
    sort instanceof Map || Array.isArray(sort) ? [...sort] : Object.entries(sort)
  const isDown = (direction: unknown) => /^(-1|desc(ending)?)$/.test(String(direction))
  return Object.fromEntries(entries.map(([field, to]) => [field, isDown(to) ? -1 : 1]))
}

/** The order as SQL, or undefined when a field has no column. */
function orderOf(table: Table, sort: Sort): string | undefined {
  const parts = Object.entries(sort).map(([field, direction]) => {
    const column = table.columnOf(field)
    return column && !column.elements && `${column.name} ${direction === 1 ? 'ASC' : 'DESC'}`
  })
  if (!parts.every(Boolean)) return undefined
  return parts.length > 0 ? ` ORDER BY ${parts}` : ''
}

function storedOf(row: Record<string, unknown>): Stored {
  const text = String(row.doc)
  return { seq: Number(row.seq), text, doc: decode(text) }
}
