import { writeAll } from './bulk.ts'
import { answerOf, type ChangeOptions, change, changeOne, removeOne, resultOf } from './change.ts'
import { AggregationCursor, FindCursor, type FindOptions } from './cursor.ts'
import type { Doc } from './encoding.ts'
import { indexOf } from './indexes.ts'
import { testOf } from './matching.ts'
import { projected } from './projection.ts'
import { count, first, reread, rowsOf, type Search } from './search.ts'
import type { Table } from './table.ts'

/** How many documents of one call share a commit: the event loop must run in between. */
const CHANGED_AT_ONCE = 200

/** A collection as mongoose knows them: the part of the MongoDB driver's that it calls. */
export class Collection {
  readonly #table: Table
  readonly collectionName: string

  constructor(table: Table, collectionName: string) {
    this.#table = table
    this.collectionName = collectionName
  }

  find(filter: Doc = {}, options: FindOptions = {}): FindCursor {
    return new FindCursor(this.#table, filter, options)
  }

  async findOne(filter: Doc = {}, options: FindOptions = {}): Promise<Doc | null> {
    const found = first(this.#table, filter, options)
    return found ? projected(options.projection)(found.doc) : null
  }

  aggregate(pipeline: Doc[] = []): AggregationCursor {
    return new AggregationCursor(this.#table, pipeline)
  }

  async countDocuments(filter: Doc = {}, options: Search = {}): Promise<number> {
    return count(this.#table, filter, options)
  }

  async estimatedDocumentCount(): Promise<number> {
    return count(this.#table, {})
  }

  async distinct(field: string, filter: Doc = {}): Promise<unknown[]> {
    const values = new Map<string, unknown>()
    const stages = [
      { $match: filter },
      { $unwind: { path: `$${field}` } },
      { $group: { _id: `$${field}` } },
    ]
    for await (const { _id } of this.aggregate(stages)) values.set(JSON.stringify(_id), _id)
    return [...values.values()]
  }

  async insertOne(doc: Doc) {
    const { doc: stored } = await this.#write(() => this.#table.insert(doc))
    return { acknowledged: true, insertedId: stored._id }
  }

  async insertMany(docs: Doc[], options: { ordered?: boolean } = {}) {
    const operations = docs.map((document) => ({ insertOne: { document } }))
    return writeAll(this.#table, operations, options)
  }

  async bulkWrite(operations: Doc[], options: { ordered?: boolean } = {}) {
    return writeAll(this.#table, operations, options)
  }

  async updateOne(filter: Doc, update: unknown, options: ChangeOptions = {}) {
    return resultOf(await this.#write(() => changeOne(this.#table, filter, update, options)))
  }

  async replaceOne(filter: Doc, update: Doc, options: ChangeOptions = {}) {
    return this.updateOne(filter, update, options)
  }

  async updateMany(filter: Doc, update: unknown, options: ChangeOptions = {}) {
    const rows = rowsOf(this.#table, filter, undefined) ?? []
    const matches = testOf(filter)
    let [matchedCount, modifiedCount] = [0, 0]
    for (let from = 0; from < rows.length; from += CHANGED_AT_ONCE) {
      await this.#write(() => {
        for (const row of rows.slice(from, from + CHANGED_AT_ONCE)) {
          const before = reread(this.#table, row, matches)
          if (!before) continue
          const after = change(this.#table, before, { filter, update, options })
          matchedCount += 1
          if (after.text !== before.text) modifiedCount += 1
        }
      })
    }
    if (matchedCount === 0 && options.upsert) return this.updateOne(filter, update, options)
    return { acknowledged: true, matchedCount, modifiedCount, upsertedCount: 0, upsertedId: null }
  }

  async deleteOne(filter: Doc = {}, options: FindOptions = {}) {
    const removed = await this.#write(() => removeOne(this.#table, filter, options))
    return { acknowledged: true, deletedCount: removed ? 1 : 0 }
  }

  async deleteMany(filter: Doc = {}) {
    const rows = rowsOf(this.#table, filter, undefined) ?? []
    const matches = testOf(filter)
    let deletedCount = 0
    for (let from = 0; from < rows.length; from += CHANGED_AT_ONCE) {
      await this.#write(() => {
        for (const row of rows.slice(from, from + CHANGED_AT_ONCE)) {
          if (!reread(this.#table, row, matches)) continue
          this.#table.remove(row)
          deletedCount += 1
        }
      })
    }
    return { acknowledged: true, deletedCount }
  }

  async findOneAndUpdate(filter: Doc, update: unknown, options: ChangeOptions = {}) {
    const outcome = await this.#write(() => changeOne(this.#table, filter, update, options))
    return answerOf(outcome, options)
  }

  async findOneAndReplace(filter: Doc, update: Doc, options: ChangeOptions = {}) {
    return this.findOneAndUpdate(filter, update, options)
  }

  async findOneAndDelete(filter: Doc, options: ChangeOptions = {}) {
    const before = await this.#write(() => removeOne(this.#table, filter, options))
    return answerOf({ before, after: undefined }, { ...options, returnDocument: 'before' })
  }

  async createIndex(key: Doc, options: Doc = {}): Promise<string> {
    const index = indexOf(key, options)
    const existing = () => this.#table.indexes.find(({ name }) => name === index.name)
    if (!existing()) {
      await this.#write(() => {
        if (!existing()) this.#table.addIndex(index)
      })
    }
    if (JSON.stringify(existing()) === JSON.stringify(index)) return index.name
    throw new Error(`There is an index ${index.name} with other options already.`)
  }

  listIndexes() {
    const toArray = async () => [
      { v: 2, key: { _id: 1 }, name: '_id_' },
      ...this.#table.indexes.map(({ key, name, unique, sparse, partial }) => ({
        v: 2,
        key,
        name,
        ...(unique && { unique }),
        ...(sparse && { sparse }),
        ...(partial && { partialFilterExpression: partial }),
      })),
    ]
    return { toArray }
  }

  async indexes() {
    return this.listIndexes().toArray()
  }

  async dropIndex(name: string): Promise<void> {
    const index = this.#table.indexes.find((index) => index.name === name)
    if (!index) throw new Error(`There is no index ${name}.`)
    await this.#write(() => this.#table.removeIndex(index))
  }

  async drop(): Promise<boolean> {
    await this.#write(() => this.#table.drop())
    return true
  }

  #write<Result>(run: () => Result): Promise<Result> {
    return this.#table.engine.write(run)
  }
}
