import { statfs } from 'node:fs/promises'
import { sizeText } from '#domain/archive-rules.ts'

/** The disk has no room for something: the message says it in a sentence. */
export class NoRoomError extends Error {
  constructor(what: string) {
    super(`The disk of the worker has no room for ${what}.`)
    this.name = 'NoRoomError'
  }
}

/** Refuses what is larger than what is free on the disk of a folder that exists. */
export async function roomFor(folder: string, bytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (bytes > free)
    throw new NoRoomError(`${what}: it needs ${sizeText(bytes)}, ${sizeText(free)} are free`)
}

/** A full disk, or a quota, as a sentence; any other error as it is. */
export function roomErrorOf(error: unknown, what: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code
  return code === 'ENOSPC' || code === 'EDQUOT' ? new NoRoomError(what) : error
}
