/**
 * The files of a log. Each of its writers has a segment of its own, so that one who was paused and has
 * been replaced cannot spoil what his successor writes:
 *
 *     one.log      one.log.index      what the first writer, of term 1, has written
 *     one.log.2    one.log.2.index    what the next one has, and so on without a gap
 *
 * The index of each but the first begins with two lines. The first, `{"term":3}`, is there from the
 * moment on that the file is: who has written before looks for it after each append, and when it is
 * there he says of the append that it does not count. Only then is read what the segments before
 * hold, and the second line, `{"after":1,"length":512}`, seals it: the log goes on after so many bytes
 * of that segment's index. What is behind them is ignored for ever, and so is a segment without a seal.
 */
import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { undefinedIfMissing } from './blobs.ts'

/** The beginning of a segment's index. */
export interface SegmentHead {
  segment: number
  /** Of its writer; 0 when he died before he could say it. */
  term: number
  /** What the log has before it; undefined while nobody may count on it. */
  seal?: Seal
}

export interface Seal {
  after: number
  /** So many bytes of that segment's index count. */
  length: number
  /** How long the head is, in bytes: the entries begin here. */
  head: number
}

/** A head is shorter than this, in bytes. */
const MOST_HEAD = 256

/** Somebody with a later term writes the log now: what was to be added does not count. */
export class LogSealedError extends Error {
  constructor(path: string) {
    super(`The log '${path}' is sealed: another scheduler goes on with it.`)
    this.name = 'LogSealedError'
  }
}

export const textOf = (path: string, segment: number): string =>
  segment === 1 ? path : `${path}.${segment}`
export const indexOf = (path: string, segment: number): string => `${textOf(path, segment)}.index`

/** Whether somebody has begun to go on after this segment. */
export const isLeft = async (path: string, segment: number): Promise<boolean> =>
  (await sizeOf(indexOf(path, segment + 1))) !== undefined

/** The heads of all segments after this one. */
export async function headsAfter(path: string, segment: number): Promise<SegmentHead[]> {
  const heads: SegmentHead[] = []
  for (let next = segment + 1; ; next++) {
    const head = await headOf(path, next)
    if (!head) return heads
    heads.push(head)
  }
}

/** The head of a segment, or undefined when there is no such segment. */
export async function headOf(path: string, segment: number): Promise<SegmentHead | undefined> {
  if (segment === 1) return { segment, term: 1 }
  const file = await open(indexOf(path, segment), 'r').catch(undefinedIfMissing)
  if (!file) return undefined
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_HEAD), 0, MOST_HEAD, 0)
    // The last has no line break after it: it is being written, or never will be whole.
    const [first, second] = buffer.toString('latin1', 0, bytesRead).split('\n').slice(0, -1)
    if (first === undefined) return { segment, term: 0 }
    const { term } = JSON.parse(first)
    if (second === undefined) return { segment, term }
    return {
      segment,
      term,
      seal: { ...JSON.parse(second), head: first.length + second.length + 2 },
    }
  } finally {
    await file.close()
  }
}

/**
 * Begins a segment. `lengthOf` says, when the writers before have been told by it, after which segment
 * the log goes on and how long that one's index is. Answers false when somebody else has been faster.
 */
export async function beginSegment(
  path: string,
  { segment, term }: { segment: number; term: number },
  lengthOf: () => Promise<{ after: number; length: number }>,
): Promise<boolean> {
  const file = await open(indexOf(path, segment), 'wx').catch(undefinedIfThere)
  if (!file) return false
  try {
    await file.appendFile(`${JSON.stringify({ term })}\n`)
    const { after, length } = await lengthOf()
    // A seal must not outlive, in a power failure, what it counts on.
    await synced(textOf(path, after))
    await synced(indexOf(path, after))
    await file.appendFile(`${JSON.stringify({ after, length })}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await synced(dirname(path))
  return true
}

/** How long a file is; undefined when there is none. */
export const sizeOf = async (path: string): Promise<number | undefined> =>
  (await stat(path).catch(undefinedIfMissing))?.size

async function synced(path: string): Promise<void> {
  const file: FileHandle | undefined = await open(path, 'r').catch(undefinedIfMissing)
  await file?.sync()
  await file?.close()
}

function undefinedIfThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'EEXIST') throw error
}
