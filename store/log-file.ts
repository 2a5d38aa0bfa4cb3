import { type FileHandle, open, rm } from 'node:fs/promises'
import { blobs } from './blobs.ts'
import { LogAppender, type LogBatch } from './log-appender.ts'
import { type LogEntry, LogIndex, type LogTotals } from './log-index.ts'
import { type LogLine, parseLines } from './log-lines.ts'
import { headsAfter, indexOf, textOf } from './log-segments.ts'

export type { LogBatch } from './log-appender.ts'
export type { LogEntry, LogTotals } from './log-index.ts'
export type { LogLine } from './log-lines.ts'
export { LogSealedError } from './log-segments.ts'

/** Who writes. */
export interface LogWriter {
  /**
   * Grows with each take-over of what the log is about: the first writer has 1. Without it, the batch
   * is of whoever writes now.
   */
  term?: number
}

interface Wish {
  activity?: string
  /** The number of the first line that is wanted. */
  from?: number
  take: number
}

/** How many logs are kept at hand; the others are read again from their index. */
const LOGS_KEPT = 200
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
 * Lines that only become more, and their index beside them. Appends happen one after the other; files
 * are open only while something happens; nothing reads more than a batch at once. Who writes with a
 * later term than others seals what they have written (`log-segments.ts`).
 */
export class Log {
  readonly #path: string
  readonly #index: LogIndex
  readonly #appender: LogAppender
  readonly #onClose: () => void

  constructor(path: string, onClose: () => void = () => {}) {
    this.#path = path
    this.#index = new LogIndex(path)
    this.#appender = new LogAppender(path, this.#index)
    this.#onClose = onClose
  }

  get isIdle(): boolean {
    return this.#appender.isIdle
  }

  /**
   * Adds a batch, unless it is there already. Answers false when it is. Fails with a `LogSealedError`
   * when somebody with a later term writes the log now: only he can tell whether the batch is in it.
   */
  append(batch: LogBatch, { term }: LogWriter = {}): Promise<boolean> {
    return this.#appender.append(batch, term)
  }

  /** Seals what writers of earlier terms have written. The first append with a later term does so too. */
  takeOver(term: number): Promise<void> {
    return this.#appender.takeOver(term)
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

  /** How many lines there are as far as this process knows: all, where it is the one that writes. */
  get knownLines(): number {
    return this.#index.lines
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
    await this.#appender.settled()
    this.#onClose()
    await this.#appender.release()
  }

  /** Takes the log away. */
  async remove(): Promise<void> {
    await this.close()
    const later = (await headsAfter(this.#path, 1)).map(({ segment }) => segment)
    // The last first: they are found without a gap, also after a crash in the midst of this.
    for (const segment of [...later.toReversed(), 1]) {
      await rm(textOf(this.#path, segment), { force: true })
      await rm(indexOf(this.#path, segment), { force: true })
    }
  }

  async *#read(entries: readonly LogEntry[]): AsyncGenerator<LogLine[]> {
    let file: FileHandle | undefined
    let opened = 0
    try {
      for (const { activity, first, segment = 1, offset, bytes } of entries) {
        if (!file || segment !== opened) {
          await file?.close()
          file = await open(textOf(this.#path, segment), 'r')
          opened = segment
        }
        const buffer = Buffer.alloc(bytes)
        const { bytesRead } = await file.read(buffer, 0, bytes, offset)
        yield parseLines(buffer.subarray(0, bytesRead), activity, first)
      }
    } finally {
      await file?.close()
    }
  }
}
