import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'

const LOOK_EACH_MS = 20
/** What nobody refers to is closed, and so freed. */
const held = new Set<DatabaseSync>()

/** Keeps the folder for this process. */
export interface FolderLock {
  free(): void
}

/**
 * Holds a worker's folder for this process, and waits up to `patienceMs` for another that is about
 * to end. The system frees it when the process ends, however it ends.
 */
export async function lockFolder(folder: string, patienceMs: number): Promise<FolderLock> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const end = performance.now() + patienceMs
  for (;;) {
    const lock = tryLock(folder)
    if (lock) return holding(lock)
    if (performance.now() >= end) {
      const text = `The folder ${folder} is in use by another worker. Stop that one, or choose another folder by --home.`
      throw new Error(text)
    }
    await wait(LOOK_EACH_MS)
  }
}

function holding(lock: DatabaseSync): FolderLock {
  held.add(lock)
  return {
    free() {
      if (held.delete(lock)) lock.close()
    },
  }
}

function tryLock(folder: string): DatabaseSync | null {
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if (error instanceof Error && /locked|busy/i.test(error.message)) return null
    throw error
  }
}
