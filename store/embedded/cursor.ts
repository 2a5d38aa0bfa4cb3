import { aggregate } from 'mingo'
import type { Doc } from './encoding.ts'
import { testOf } from './matching.ts'
import { projected } from './projection.ts'
import { reread, rowsOf, type Search, search } from './search.ts'
import type { Table } from './table.ts'

export interface FindOptions extends Search {
  projection?: Doc
}

/**
 * What `find` answers with, as mongoose uses it. Whoever asks for one document after the other
 * gets each as it is by then: no statement stays open between two of them, which would keep
 * SQLite's log from shrinking, and only row numbers are kept in memory.
 */
export class FindCursor {
  readonly #table: Table
  readonly #filter: Doc
  readonly #options: FindOptions
  #documents: AsyncGenerator<Doc> | undefined

  constructor(table: Table, filter: Doc = {}, options: FindOptions = {}) {
    this.#table = table
    this.#filter = filter
    this.#options = options
  }

  async toArray(): Promise<Doc[]> {
    return this.#all()
  }

  async next(): Promise<Doc | null> {
    this.#documents ??= this.#oneByOne()
    const { value, done } = await this.#documents.next()
    return done ? null : value
  }

  async close(): Promise<void> {
    await this.#documents?.return(undefined)
  }

  rewind(): void {
    this.#documents = undefined
  }

  addCursorFlag(): this {
    return this
  }

  [Symbol.asyncIterator](): AsyncGenerator<Doc> {
    return this.#oneByOne()
  }

  #all(): Doc[] {
    const project = projected(this.#options.projection)
    return Array.from(search(this.#table, this.#filter, this.#options), ({ doc }) => project(doc))
  }

  async *#oneByOne(): AsyncGenerator<Doc> {
    const { sort, skip = 0, limit, projection } = this.#options
    const rows = rowsOf(this.#table, this.#filter, sort)
    if (!rows) return yield* this.#all()
    const project = projected(projection)
    const matches = testOf(this.#filter)
    let toSkip = skip
    let left = Math.abs(limit ?? 0) || rows.length
    for (const row of rows) {
      const stored = reread(this.#table, row, matches)
      if (!stored || toSkip-- > 0) continue
      yield project(stored.doc)
      if (--left === 0) return
    }
  }
}

/** The answer to `aggregate`: mingo runs the stages, after SQL has found what the first one wants. */
export class AggregationCursor {
  readonly #results: () => Doc[]
  #rest: Doc[] | undefined

  constructor(table: Table, pipeline: Doc[]) {
    this.#results = () => {
      const filter = (pipeline[0]?.$match ?? {}) as Doc
      const documents = Array.from(search(table, filter), ({ doc }) => doc)
      return aggregate(documents, pipeline)
    }
  }

  async toArray(): Promise<Doc[]> {
    return this.#results()
  }

  async next(): Promise<Doc | null> {
    this.#rest ??= this.#results()
    return this.#rest.shift() ?? null
  }

  async close(): Promise<void> {
    this.#rest = []
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Doc> {
    yield* this.#results()
  }
}
