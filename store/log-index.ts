import { open, truncate } from 'node:fs/promises'
import { undefinedIfMissing } from './blobs.ts'
import type { LineCounts } from './log-lines.ts'
import { headOf, headsAfter, indexOf, type SegmentHead, sizeOf, textOf } from './log-segments.ts'

/** What is known of one batch of a log. */
export interface LogEntry extends LineCounts {
  activity: string
  /** The number of its first line. */
  first: number
  /** In which segment it is; the first when it does not say. */
  segment?: number
  /** Where it is in the text of its segment. */
  offset: number
  bytes: number
  /** Which run sent it, and its number there. */
  runId?: string
  seq?: number
}

/** What an activity has written so far. */
export type LogTotals = LineCounts

/**
 * The index of a log: a line of JSON for each batch, in a file beside the text that only grows; one
 * such file for each segment. What has been read is kept, so that each look reads only what is new.
 */
export class LogIndex {
  readonly #path: string
  #entries: LogEntry[] = []
  #totals = new Map<string, LogTotals>()
  #lastSeq = new Map<string, number>()
  #bytes = 0
  /** The last segment that counts, the term of its writer, and how far its index has been read. */
  #segment = 1
  #term = 1
  #read = 0
  #looking: Promise<void> = Promise.resolve()
  #nextLook: Promise<void> | undefined

  /** `path` is that of the text of the first segment. */
  constructor(path: string) {
    this.#path = path
  }

  get entries(): readonly LogEntry[] {
    return this.#entries
  }

  get totals(): ReadonlyMap<string, LogTotals> {
    return this.#totals
  }

  /** How many lines there are. */
  get lines(): number {
    const last = this.#entries.at(-1)
    return last ? last.first + last.lines - 1 : 0
  }

  /** How long the log is. */
  get bytes(): number {
    return this.#bytes
  }

  /** The segment that is written now, and the term of its writer. */
  get last(): { segment: number; term: number } {
    return { segment: this.#segment, term: this.#term }
  }

  /** How long the index of the last segment is. */
  get length(): number {
    return this.#read
  }

  /** How long the text of the last segment is. */
  get textLength(): number {
    const entry = this.#entries.at(-1)
    return entry && segmentOf(entry) === this.#segment ? entry.offset + entry.bytes : 0
  }

  /** Whether this batch of a run, or a later one, is there already. */
  has(runId: string | undefined, seq: number | undefined): boolean {
    if (runId === undefined || seq === undefined) return false
    return seq <= (this.#lastSeq.get(runId) ?? Number.NEGATIVE_INFINITY)
  }

  /** Where among the entries the one with this line is, or the first after it. */
  positionOf(line: number): number {
    let [low, high] = [0, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const entry = this.#entries[middle]
      if (entry && entry.first + entry.lines <= line) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Takes in what has been written until now, by this process or another. */
  refresh(): Promise<void> {
    // One look at a time. Who comes while one is under way needs the next: that one may have passed.
    this.#nextLook ??= this.#looking.then(() => {
      this.#nextLook = undefined
      const look = this.#look()
      // Its failure is told to who has asked for it, not to who comes after it.
      this.#looking = look.catch(() => {})
      return look
    })
    return this.#nextLook
  }

  /** How much of the last segment's index counts: entries whose text a power failure took do not. */
  async wholeLength(): Promise<number> {
    const size = (await sizeOf(textOf(this.#path, this.#segment))) ?? 0
    let length = this.#read
    for (const entry of this.#entries.toReversed()) {
      if (segmentOf(entry) < this.#segment || entry.offset + entry.bytes <= size) break
      length -= Buffer.byteLength(lineOf(entry))
    }
    return length
  }

  /** After a crash: takes away what does not count, and half a line. For the last segment's writer alone. */
  async repair(): Promise<void> {
    const path = indexOf(this.#path, this.#segment)
    const length = await this.wholeLength()
    if (((await sizeOf(path)) ?? 0) > length) await truncate(path, length)
    await this.refresh()
  }

  /** Keeps an entry that has just been written as `lineOf` says, at `position` in its index: a look may have seen it already. */
  add(entry: LogEntry, position: number): void {
    if (segmentOf(entry) === this.#segment && position >= this.#read) this.#keep(entry)
  }

  async #look(): Promise<void> {
    const newest = (await headsAfter(this.#path, this.#segment)).findLast(({ seal }) => seal)
    if (newest) await this.#goOnIn(newest)
    const known = this.#read
    const { segment } = this.last
    const path = indexOf(this.#path, segment)
    const size = (await sizeOf(path)) ?? 0
    if (size < known) {
      // Somebody has begun the log anew.
      this.#forget()
      return this.#look()
    }
    if (size === known) return
    const buffer = await bytesOf(path, known, size)
    // Meanwhile an append may have taken in the first of it.
    for (const { entry, position } of entriesIn(buffer, known)) this.add(entry, position)
  }

  /** From now on this segment is the last. Of those before it counts what their successors have sealed. */
  async #goOnIn(last: SegmentHead): Promise<void> {
    const before: Buffer[] = []
    for (let head: SegmentHead | undefined = last; head?.seal; ) {
      const { after, length } = head.seal
      head = await headOf(this.#path, after)
      before.unshift(await bytesOf(indexOf(this.#path, after), head?.seal?.head ?? 0, length))
    }
    this.#forget()
    for (const buffer of before) {
      for (const { entry } of entriesIn(buffer, 0)) this.#keep(entry)
    }
    this.#segment = last.segment
    this.#term = last.term
    this.#read = last.seal?.head ?? 0
  }

  #keep(entry: LogEntry) {
    this.#entries.push(entry)
    this.#read += Buffer.byteLength(lineOf(entry))
    this.#bytes += entry.bytes
    if (entry.runId !== undefined && entry.seq !== undefined) {
      this.#lastSeq.set(entry.runId, entry.seq)
    }
    this.#totals.set(entry.activity, sumOf(this.#totals.get(entry.activity), entry))
  }

  /** Who is still reading in what was known goes on with that. */
  #forget() {
    this.#entries = []
    this.#totals = new Map()
    this.#lastSeq = new Map()
    this.#bytes = 0
    this.#segment = 1
    this.#term = 1
    this.#read = 0
  }
}

const segmentOf = ({ segment = 1 }: LogEntry): number => segment

/** The bytes of a file from `start` to `end`, or as many as there are. */
async function bytesOf(path: string, start: number, end: number): Promise<Buffer> {
  if (end <= start) return Buffer.alloc(0)
  const file = await open(path, 'r').catch(undefinedIfMissing)
  if (!file) return Buffer.alloc(0)
  try {
    const length = end - start
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** The entries in a piece of an index that begins at `start`, each with its place there. */
function* entriesIn(
  piece: Buffer,
  start: number,
): Generator<{ entry: LogEntry; position: number }> {
  for (let at = 0; ; ) {
    const end = piece.indexOf('\n', at)
    // What has no line break yet is being written, or never will be.
    if (end < 0) return
    yield { entry: JSON.parse(piece.toString('utf8', at, end)), position: start + at }
    at = end + 1
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
