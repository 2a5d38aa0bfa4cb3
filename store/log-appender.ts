import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type LogEntry, type LogIndex, lineOf } from './log-index.ts'
import { countLines } from './log-lines.ts'
import {
  beginSegment,
  headsAfter,
  indexOf,
  isLeft,
  LogSealedError,
  textOf,
} from './log-segments.ts'

/** Lines of one activity, as the worker sends them. */
export interface LogBatch {
  activity: string
  /** Whole lines in the log format, the last one with its line break too. */
  text: Buffer | string
  /** Which run sent it and its number there, from which a batch that comes twice is known. */
  runId?: string
  seq?: number
}

/** The files of the segment that is written, open as long as the index says: what a crash has left is taken away. */
interface Files {
  segment: number
  term: number
  log: FileHandle
  index: FileHandle
}

/** So long after its last append a log's files stay open, in ms. */
const REST_MS = 1_000

/** Writes to a log: one append after the other, its files open only while something happens. */
export class LogAppender {
  readonly #path: string
  readonly #index: LogIndex
  #appending: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #files: Files | undefined
  #resting: NodeJS.Timeout | undefined

  constructor(path: string, index: LogIndex) {
    this.#path = path
    this.#index = index
  }

  get isIdle(): boolean {
    return this.#waiting === 0
  }

  append(batch: LogBatch, term: number | undefined): Promise<boolean> {
    return this.#inTurn(() => this.#append(batch, term))
  }

  async takeOver(term: number): Promise<void> {
    await this.#inTurn(() => this.#opened(term))
  }

  /** Resolves when no append is on its way. */
  async settled(): Promise<void> {
    while (!this.isIdle) await this.#appending
  }

  /** Closes the files; the next append opens them again. */
  async release(): Promise<void> {
    const files = this.#files
    this.#files = undefined
    clearTimeout(this.#resting)
    this.#resting = undefined
    await files?.log.close()
    await files?.index.close()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1
    const done = this.#appending.then(work)
    // Who comes next does not fail because this one has: its caller knows.
    this.#appending = done.catch(() => {}).finally(() => (this.#waiting -= 1))
    return done
  }

  async #append(batch: LogBatch, term: number | undefined): Promise<boolean> {
    const { activity, text, runId, seq } = batch
    const files = await this.#opened(term)
    if (this.#index.has(runId, seq)) return false
    const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text)
    const entry: LogEntry = {
      activity,
      first: this.#index.lines + 1,
      ...(files.segment > 1 && { segment: files.segment }),
      offset: this.#index.textLength,
      bytes: bytes.length,
      ...countLines(bytes),
      ...(runId !== undefined && { runId }),
      ...(seq !== undefined && { seq }),
    }
    const position = this.#index.length
    try {
      // Text without an entry is cut away at the next start; an entry without its text would lie.
      await files.log.appendFile(bytes)
      await files.index.appendFile(lineOf(entry))
      // Only now: what is written before somebody else begins, he counts.
      if (await isLeft(this.#path, files.segment)) throw new LogSealedError(this.#path)
    } catch (error) {
      // What is there by half, on a full disk, is taken away before the next append.
      await this.release()
      throw error
    }
    this.#index.add(entry, position)
    this.#rest()
    return true
  }

  /** Most appends come soon after another. When none has come for a while, the files are closed. */
  #rest() {
    this.#resting ??= setTimeout(() => {
      if (this.isIdle) void this.release()
      else this.#resting?.refresh()
    }, REST_MS).unref()
    this.#resting.refresh()
  }

  async #opened(term: number | undefined): Promise<Files> {
    if (this.#files && (term === undefined || term === this.#files.term)) return this.#files
    await this.release()
    this.#files = (await this.#begun(term)) ?? (await this.#goneOnWith(term))
    this.#rest()
    return this.#files
  }

  /**
   * The files of a log that nobody has written before: most logs are begun by who ends them. undefined
   * when it has been begun. Whether somebody with a later term goes on meanwhile is seen after each append.
   */
  async #begun(term: number | undefined): Promise<Files | undefined> {
    if (term !== 1 || this.#index.length > 0 || this.#index.last.segment > 1) return undefined
    const index = await createdAt(indexOf(this.#path, 1))
    if (!index) return undefined
    try {
      return { segment: 1, term, log: await openAt(this.#path, 0), index }
    } catch (error) {
      await index.close()
      throw error
    }
  }

  async #goneOnWith(wanted: number | undefined): Promise<Files> {
    await mkdir(dirname(this.#path), { recursive: true })
    const { segment, term } = await this.#segmentFor(wanted)
    await this.#index.repair()
    const log = await openAt(textOf(this.#path, segment), this.#index.textLength)
    const index = await openAt(indexOf(this.#path, segment), this.#index.length)
    return { segment, term, log, index }
  }

  /** The last segment, when it is of this term; else a new one, when there is no later term. */
  async #segmentFor(term: number | undefined): Promise<{ segment: number; term: number }> {
    for (;;) {
      await this.#index.refresh()
      const { last } = this.#index
      // Begun and not yet sealed: by somebody who is just doing it, or has died of it.
      const begun = await headsAfter(this.#path, last.segment)
      const latest = Math.max(last.term, ...begun.map((head) => head.term))
      const mine = term ?? latest
      if (mine < latest) throw new LogSealedError(this.#path)
      if (mine === last.term && begun.length === 0) return last
      const next = { segment: last.segment + begun.length + 1, term: mine }
      await beginSegment(this.#path, next, async () => {
        await this.#index.refresh()
        return { after: this.#index.last.segment, length: await this.#index.wholeLength() }
      })
    }
  }
}

/** A file to append to that should be this long: what is behind is of an append that did not end. */
async function openAt(path: string, length: number): Promise<FileHandle> {
  const file = await open(path, 'a')
  const { size } = await file.stat()
  if (size > length) await file.truncate(length)
  return file
}

/** A new file to append to; undefined when it is there already, or its folder is not. */
async function createdAt(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'ax')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' || code === 'ENOENT') return undefined
    throw error
  }
}
