import { open, stat, truncate } from 'node:fs/promises'
import { undefinedIfMissing } from './blobs.ts'
import type { LineCounts } from './log-lines.ts'

/** What is known of one batch of a log. */
export interface LogEntry extends LineCounts {
  activity: string
  /** The number of its first line. */
  first: number
  /** Where it is in the file. */
  offset: number
  bytes: number
  /** Which run sent it, and its number there. */
  runId?: string
  seq?: number
}

/** What an activity has written so far. */
export type LogTotals = LineCounts

/**
 * The index of a log: a line of JSON for each batch, in a file beside it that only grows. What
 * has been read of it is kept, so that each look reads only what is new.
 */
export class LogIndex {
  readonly entries: LogEntry[] = []
  readonly totals = new Map<string, LogTotals>()
  readonly #path: string
  readonly #lastSeq = new Map<string, number>()
  #read = 0

  constructor(path: string) {
    this.#path = path
  }

  /** How many lines there are. */
  get lines(): number {
    const last = this.entries.at(-1)
    return last ? last.first + last.lines - 1 : 0
  }

  /** How long the log is. */
  get bytes(): number {
    const last = this.entries.at(-1)
    return last ? last.offset + last.bytes : 0
  }

  /** How long the index itself is. */
  get length(): number {
    return this.#read
  }

  /** Whether this batch of a run, or a later one, is there already. */
  has(runId: string | undefined, seq: number | undefined): boolean {
    if (runId === undefined || seq === undefined) return false
    return seq <= (this.#lastSeq.get(runId) ?? Number.NEGATIVE_INFINITY)
  }

  /** Where among the entries the one with this line is, or the first after it. */
  positionOf(line: number): number {
    let [low, high] = [0, this.entries.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const entry = this.entries[middle]
      if (entry && entry.first + entry.lines <= line) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Takes in what has been written since the last time, by this process or another. */
  async refresh(): Promise<void> {
    const known = this.#read
    const size = (await stat(this.#path).catch(undefinedIfMissing))?.size ?? 0
    // Somebody has begun the log anew.
    if (size < known) this.#forget()
    const start = this.#read
    if (size <= start) return
    const file = await open(this.#path, 'r')
    try {
      const { buffer, bytesRead } = await file.read(
        Buffer.alloc(size - start),
        0,
        size - start,
        start,
      )
      // Meanwhile an append or another look may have taken in the first of it.
      const taken = this.#read - start
      if (taken >= 0) this.#take(buffer.subarray(taken, Math.max(taken, bytesRead)))
    } finally {
      await file.close()
    }
  }

  /**
   * After a crash: takes away half a line at the end, and entries whose text was not written
   * because the power failed. `size` is that of the log.
   */
  async repair(size: number): Promise<void> {
    const good = this.entries.filter(({ offset, bytes }) => offset + bytes <= size)
    if (good.length < this.entries.length) {
      this.#forget()
      for (const entry of good) this.add(entry)
    }
    const length = (await stat(this.#path).catch(undefinedIfMissing))?.size ?? 0
    if (length > this.#read) await truncate(this.#path, this.#read)
  }

  /** Keeps an entry that has just been written as `lineOf` says, at `position` in the index: a look may have seen it already. */
  add(entry: LogEntry, position = this.#read): void {
    if (position < this.#read) return
    this.entries.push(entry)
    this.#read += Buffer.byteLength(lineOf(entry))
    if (entry.runId !== undefined && entry.seq !== undefined) {
      this.#lastSeq.set(entry.runId, entry.seq)
    }
    this.totals.set(entry.activity, sumOf(this.totals.get(entry.activity), entry))
  }

  #take(buffer: Buffer) {
    // What has no line break yet is being written, or never will be.
    const whole = buffer.subarray(0, buffer.lastIndexOf('\n') + 1)
    for (const line of whole.toString('utf8').split('\n')) {
      if (line !== '') this.add(JSON.parse(line))
    }
  }

  #forget() {
    this.entries.length = 0
    this.totals.clear()
    this.#lastSeq.clear()
    this.#read = 0
  }
}

/** An entry as it is in the file. */
export const lineOf = (entry: LogEntry): string => `${JSON.stringify(entry)}\n`

function sumOf(before: LogTotals | undefined, entry: LogEntry): LogTotals {
  const { lines, warnings, errors, from, to } = entry
  if (!before) return { lines, warnings, errors, from, to }
  return {
    lines: before.lines + lines,
    warnings: before.warnings + warnings,
    errors: before.errors + errors,
    from: Math.min(before.from, from),
    to: Math.max(before.to, to),
  }
}
