import { type FileHandle, mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { blobs, undefinedIfMissing } from './blobs.ts'
import { type LogEntry, LogIndex, type LogTotals, lineOf } from './log-index.ts'
import { countLines, type LogLine, parseLines } from './log-lines.ts'

export type { LogEntry, LogTotals } from './log-index.ts'
export type { LogLine } from './log-lines.ts'

/** Lines of one activity, as the worker sends them. */
export interface LogBatch {
  activity: string
  /** Whole lines in the log format, the last one with its line break too. */
  text: Buffer | string
  /** Which run sent it and its number there, from which a batch that comes twice is known. */
  runId?: string
  seq?: number
}

interface Wish {
  activity?: string
  /** The number of the first line that is wanted. */
  from?: number
  take: number
}

/** How many logs are kept at hand; the others are read again from their index. */
const LOGS_KEPT = 200
/** So long after its last append a log's files stay open, in ms. */
const REST_MS = 1_000

const logs = new Map<string, Log>()

/** The log of a name, such as 'tasks/ServerTasks-k3VbT9xQ2mZa'. It exists from its first batch on. */
export function openLog(name: string): Log {
  const log = logs.get(name) ?? new Log(blobs.pathOf(`${name}.log`), forget)
  function forget() {
    if (logs.get(name) === log) logs.delete(name)
  }
  // The one that was used last is at the end.
  logs.delete(name)
  logs.set(name, log)
  for (const [other, old] of logs) {
    if (logs.size <= LOGS_KEPT) break
    if (!old.isIdle || other === name) continue
    logs.delete(other)
    void old.close()
  }
  return log
}

/**
 * A file of lines that only grows, and its index beside it. Appends happen one after the other;
 * files are open only while something happens; nothing reads more than a batch at once.
 */
export class Log {
  readonly #path: string
  readonly #index: LogIndex
  readonly #onClose: () => void
  #appending: Promise<unknown> = Promise.resolve()
  #waiting = 0
  /** Open to be appended to, and as long as the index says: what a crash has left is taken away. */
  #files: { log: FileHandle; index: FileHandle } | undefined
  #resting: NodeJS.Timeout | undefined

  constructor(path: string, onClose: () => void = () => {}) {
    this.#path = path
    this.#index = new LogIndex(`${path}.index`)
    this.#onClose = onClose
  }

  get isIdle(): boolean {
    return this.#waiting === 0
  }

  /** Adds a batch, unless it is there already. Answers false when it is. */
  append(batch: LogBatch): Promise<boolean> {
    this.#waiting += 1
    const appended = this.#appending.then(() => this.#append(batch))
    // Who comes next does not fail because this one has: its caller knows.
    this.#appending = appended.catch(() => {}).finally(() => (this.#waiting -= 1))
    return appended
  }

  /** What is known of each batch, in order. */
  async entries(): Promise<readonly LogEntry[]> {
    await this.#index.refresh()
    return this.#index.entries
  }

  /** What each activity has written so far. */
  async totals(): Promise<ReadonlyMap<string, LogTotals>> {
    await this.#index.refresh()
    return this.#index.totals
  }

  /** How many lines there are, and how many bytes. */
  async size(): Promise<{ lines: number; bytes: number }> {
    await this.#index.refresh()
    return { lines: this.#index.lines, bytes: this.#index.bytes }
  }

  /** `take` lines from the line `from` on, of all activities or one. */
  async readLines({ activity, from = 1, take }: Wish): Promise<LogLine[]> {
    const found: LogLine[] = []
    for await (const lines of this.batches({ from, ...(activity !== undefined && { activity }) })) {
      found.push(...lines.slice(0, take - found.length))
      if (found.length >= take) break
    }
    return found
  }

  /** The last `take` lines, of all activities or one. */
  async readTail({ activity, take }: Omit<Wish, 'from'>): Promise<LogLine[]> {
    await this.#index.refresh()
    const wanted: LogEntry[] = []
    let lines = 0
    for (let at = this.#index.entries.length - 1; at >= 0 && lines < take; at--) {
      const entry = this.#index.entries[at]
      if (!entry || (activity !== undefined && entry.activity !== activity)) continue
      wanted.unshift(entry)
      lines += entry.lines
    }
    const found: LogLine[] = []
    for await (const batch of this.#read(wanted)) found.push(...batch)
    return take > 0 ? found.slice(-take) : []
  }

  /** The lines with this text in them, in whichever case, one after the other: leave when you have enough. */
  async *search({
    text,
    from = 1,
    activity,
  }: {
    text: string
    from?: number
    activity?: string
  }): AsyncGenerator<LogLine> {
    const wish = text.toLowerCase()
    for await (const lines of this.batches({ from, ...(activity !== undefined && { activity }) })) {
      for (const line of lines) if (line.text.toLowerCase().includes(wish)) yield line
    }
  }

  /** All lines from the line `from` on, a batch at a time. */
  async *batches({
    from = 1,
    activity,
  }: {
    from?: number
    activity?: string
  } = {}): AsyncGenerator<LogLine[]> {
    await this.#index.refresh()
    const entries = this.#index.entries
      .slice(this.#index.positionOf(from))
      .filter((entry) => activity === undefined || entry.activity === activity)
    for await (const lines of this.#read(entries)) {
      const skipped = from - (lines[0]?.number ?? from)
      yield skipped > 0 ? lines.slice(skipped) : lines
    }
  }

  /** Waits for appends that are on their way, and lets go. The log can be opened again. */
  async close(): Promise<void> {
    while (!this.isIdle) await this.#appending
    this.#onClose()
    await this.#release()
  }

  /** Takes the log away. */
  async remove(): Promise<void> {
    await this.close()
    await Promise.all([rm(this.#path, { force: true }), rm(`${this.#path}.index`, { force: true })])
  }

  async #append({ activity, text, runId, seq }: LogBatch): Promise<boolean> {
    const files = await this.#opened()
    if (this.#index.has(runId, seq)) return false
    const bytes = Buffer.isBuffer(text) ? text : Buffer.from(text)
    const entry: LogEntry = {
      activity,
      first: this.#index.lines + 1,
      offset: this.#index.bytes,
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
    } catch (error) {
      // What is there by half, on a full disk, is taken away before the next append.
      await this.#release()
      throw error
    }
    this.#index.add(entry, position)
    this.#rest()
    return true
  }

  /** Most appends come soon after another. When none has come for a while, the files are closed. */
  #rest() {
    this.#resting ??= setTimeout(() => {
      if (this.isIdle) void this.#release()
      else this.#resting?.refresh()
    }, REST_MS).unref()
    this.#resting.refresh()
  }

  async #opened() {
    const known = this.#index.length
    await this.#index.refresh()
    // Somebody has begun the log anew: these files are those that were taken away.
    if (this.#index.length < known) await this.#release()
    if (this.#files) return this.#files
    await mkdir(dirname(this.#path), { recursive: true })
    await this.#index.repair((await stat(this.#path).catch(undefinedIfMissing))?.size ?? 0)
    const log = await openAt(this.#path, this.#index.bytes)
    const index = await openAt(`${this.#path}.index`, this.#index.length)
    this.#files = { log, index }
    this.#rest()
    return this.#files
  }

  async #release(): Promise<void> {
    const files = this.#files
    this.#files = undefined
    clearTimeout(this.#resting)
    this.#resting = undefined
    await files?.log.close()
    await files?.index.close()
  }

  async *#read(entries: readonly LogEntry[]): AsyncGenerator<LogLine[]> {
    if (entries.length === 0) return
    const file = await open(this.#path, 'r')
    try {
      for (const { activity, first, offset, bytes } of entries) {
        const buffer = Buffer.alloc(bytes)
        const { bytesRead } = await file.read(buffer, 0, bytes, offset)
        yield parseLines(buffer.subarray(0, bytesRead), activity, first)
      }
    } finally {
      await file.close()
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
