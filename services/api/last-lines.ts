import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const BLOCK = 64 * 1024 // bytes

/**
 * The last `count` lines of the files in a folder that match, the newest first. Files are in the
 * order of their names, and read from their ends, never as a whole. No folder has no lines.
 */
export async function lastLines(folder: string, name: RegExp, count: number): Promise<string[]> {
  const files = (await namesIn(folder)).filter((file) => name.test(file))
  const lines: string[] = []
  for (const file of files.sort().reverse()) {
    if (lines.length >= count) break
    const handle = await open(join(folder, file))
    try {
      lines.push(...(await endOf(handle, count - lines.length)))
    } finally {
      await handle.close()
    }
  }
  return lines
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    // Nothing has been logged yet.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

async function endOf(handle: FileHandle, count: number): Promise<string[]> {
  let { size: start } = await handle.stat()
  let tail = Buffer.alloc(0)
  let breaks = 0
  // One break more than lines: the one before the first of them.
  while (start > 0 && breaks <= count) {
    const length = Math.min(BLOCK, start)
    start -= length
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, start)
    breaks += buffer.reduce((sum, byte) => (byte === 10 ? sum + 1 : sum), 0)
    tail = Buffer.concat([buffer, tail])
  }
  const lines = tail.toString('utf8').split('\n')
  const whole = start > 0 ? lines.slice(1) : lines
  return whole
    .filter((line) => line !== '')
    .slice(-count)
    .reverse()
}
