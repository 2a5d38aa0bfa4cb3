import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { type Waiting, WriteAheadLog } from './write-ahead-log.ts'

export type Row = Record<string, SQLOutputValue>

interface Write {
  run(): unknown
  done(result: unknown): void
  failed(error: unknown): void
}

/** How long one commit may gather writes, in milliseconds: HTTP waits meanwhile. */
const COMMIT_GATHERS = 10
const STATEMENTS_KEPT = 1_000

/**
 * One SQLite file. Reads happen at once; writes wait for the end of the tick and share a commit,
 * and are answered when that is on the disk. All is synchronous inside a transaction, so nothing
 * can come between the statements of a write.
 */
export class Engine {
  readonly #database: DatabaseSync
  readonly #lock: DatabaseSync
  readonly #log: WriteAheadLog
  readonly #statements = new Map<string, StatementSync>()
  /** Those whose rows are being asked for: who used one meanwhile would begin it anew. */
  readonly #busy = new Set<StatementSync>()
  #writes: Write[] = []
  #isScheduled = false
  #isClosed = false

  constructor(home: string) {
    mkdirSync(home, { recursive: true, mode: 0o700 })
    this.#lock = lockOf(home)
    this.#database = new DatabaseSync(join(home, 'tako.sqlite'))
    this.#log = new WriteAheadLog(join(home, 'tako.sqlite-wal'))
    // NORMAL is FULL but for the wait for the disk in each commit: that is `#log`'s, beside the loop.
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA cache_size = -65536;
      PRAGMA temp_store = MEMORY;
    `)
  }

  /** For what has no parameters, outside of a write, while the store opens. */
  exec(sql: string): void {
    this.#database.exec(sql)
  }

  all(sql: string, ...values: unknown[]): Row[] {
    return this.#statement(sql).all(...(values as never[])) as Row[]
  }

  get(sql: string, ...values: unknown[]): Row | undefined {
    return this.#statement(sql).get(...(values as never[])) as Row | undefined
  }

  /** The number of rows that changed. For use inside a write. */
  run(sql: string, ...values: unknown[]): number {
    return Number(this.#statement(sql).run(...(values as never[])).changes)
  }

  /** Rows as they are asked for. */
  *iterate(sql: string, ...values: unknown[]): Generator<Row> {
    const statement = this.#statement(sql)
    this.#busy.add(statement)
    try {
      yield* statement.iterate(...(values as never[])) as Iterable<Row>
    } finally {
      this.#busy.delete(statement)
    }
  }

  /**
   * Runs a write, and answers when it is safe on the disk. A write of several statements that
   * must not be done by half takes `together`.
   */
  write<Result>(run: () => Result): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new Error('The store is closed.'))
    return new Promise((resolve, reject) => {
      this.#writes.push({ run, done: resolve as Write['done'], failed: reject })
      this.#schedule()
    })
  }

  /** Undoes what the statements have done when one of them fails. For use inside a write. */
  together<Result>(run: () => Result): Result {
    this.#database.exec('SAVEPOINT together')
    try {
      const result = run()
      this.#database.exec('RELEASE together')
      return result
    } catch (error) {
      this.#database.exec('ROLLBACK TO together; RELEASE together')
      throw error
    }
  }

  close(): void {
    if (this.#isClosed) return
    while (this.#writes.length > 0) this.#commit()
    this.#isClosed = true
    this.#database.close()
    this.#log.close()
    this.#lock.close()
  }

  #schedule() {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      if (this.#isClosed) return
      this.#commit()
      if (this.#writes.length > 0) this.#schedule()
    })
  }

  #commit() {
    const answers: Waiting[] = []
    const taken: Write[] = []
    const until = performance.now() + COMMIT_GATHERS
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      do {
        const write = this.#writes.shift()
        if (!write) break
        taken.push(write)
        answers.push(outcomeOf(write))
        // SQLite itself undoes all when the disk is full: what came next would stand alone.
        if (!this.#database.isTransaction) throw new Error('The disk refused a write.')
      } while (performance.now() < until)
      this.#database.exec('COMMIT')
    } catch (error) {
      // Nothing of this commit is on the disk: each of its writers must know.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      if (taken.length === 0) taken.push(...this.#writes.splice(0))
      for (const { failed } of taken) failed(error)
      return
    }
    this.#log.wait(answers)
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known) return this.#busy.has(known) ? this.#database.prepare(sql) : known
    // Filters of all shapes come by; the oldest is the likeliest not to come again.
    const [oldest] = this.#statements.keys()
    if (oldest && this.#statements.size >= STATEMENTS_KEPT) this.#statements.delete(oldest)
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

/** Runs a write, and keeps its answer until the commit is on the disk. */
function outcomeOf({ run, done, failed }: Write): Waiting {
  try {
    const result = run()
    return { onDisk: () => done(result), failed }
  } catch (error) {
    return { onDisk: () => failed(error), failed }
  }
}

/** Holds the folder for this process. The system frees it when the process ends, however it ends. */
function lockOf(home: string): DatabaseSync {
  const lock = new DatabaseSync(join(home, 'lock.sqlite'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (cause) {
    lock.close()
    const text = `The folder ${home} is in use by another Tako. Stop that one, or set TAKO_HOME to another folder.`
    throw new Error(text, { cause })
  }
}
