import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { copyFile, link, rm, stat, statfs, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { sizeText } from '#domain/archive-rules.ts'
import { digestOf } from './download.ts'
import { NoRoomError } from './room.ts'

/** What of a package matters here. */
export interface CachedFile {
  /** Hexadecimal. */
  sha256: string
  /** With its dot. */
  fileExtension: string
  /** Bytes. */
  size: number
}

/** So many digests are told at most. */
const mostTold = 1_000
const NAME = /^([0-9a-f]{64})(?:\.[a-z0-9.]+)?$/i

/** Where a worker's packages are, below its own folder. */
export const cacheFolderOf = (home: string) => join(home, 'packages')

export type PackageCache = ReturnType<typeof packageCache>

/**
 * The packages that a worker keeps, `<folder>/<sha256><extension>`. Several processes use it at once: a run
 * has each of its packages as a link of its own, so it loses nothing when the cache drops it.
 */
export function packageCache({ folder, limitBytes }: { folder: string; limitBytes: number }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const pathOf = ({ sha256, fileExtension }: CachedFile) =>
    join(folder, `${sha256}${fileExtension.toLowerCase()}`)

  /** Those used last come first. */
  function contents() {
    const files = readdirSync(folder).flatMap((name) => {
      const path = join(folder, name)
      // Another process may have dropped it just now.
      const found = statSync(path, { throwIfNoEntry: false })
      const sha256 = NAME.exec(name)?.[1]
      return found?.isFile() && sha256
        ? [{ path, sha256, size: found.size, at: found.mtimeMs }]
        : []
    })
    return files.toSorted((a, b) => b.at - a.at)
  }

  /** Drops those not used for longest until what stays is at most so much. */
  async function dropTo(most: number, spared?: string) {
    const files = contents()
    let total = files.reduce((sum, { size }) => sum + size, 0)
    for (const { path, size } of files.toReversed()) {
      if (total <= most) return
      if (path === spared) continue
      await rm(path, { force: true })
      total -= size
    }
  }

  /** Drops those not used for longest until the disk has so much room, or nothing is left to drop. */
  async function dropForRoom(bytes: number, what: string) {
    for (const { path } of [...contents().toReversed(), { path: null }]) {
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize >= bytes) return
      if (path !== null) await rm(path, { force: true })
      else
        throw new NoRoomError(
          `${what}: it needs ${sizeText(bytes)}, ${sizeText(bavail * bsize)} are free`,
        )
    }
  }

  return {
    /** Gives a run its own link to a package, if it is here and sound. */
    async take(wanted: CachedFile, file: string): Promise<boolean> {
      const path = pathOf(wanted)
      if (!(await linkOf(path, file))) return false
      const { size } = await stat(file)
      if (size === wanted.size && (await digestOf(file)) === wanted.sha256) {
        const now = new Date()
        await utimes(file, now, now)
        return true
      }
      await Promise.all([rm(path, { force: true }), rm(file, { force: true })])
      return false
    },

    /** Makes room before a package is fetched; refuses where the disk has none. `what` is for the message. */
    async makeRoom({ size }: CachedFile, what: string): Promise<void> {
      if (size <= limitBytes) await dropTo(limitBytes - size)
      await dropForRoom(size, what)
    },

    /** Takes in a run's package that was checked; one that is larger than the cache is left to its run. */
    async keep(given: CachedFile, file: string): Promise<void> {
      if (given.size > limitBytes) return
      const path = pathOf(given)
      await link(file, path).catch((error: NodeJS.ErrnoException) => {
        // Another run has brought it meanwhile; or the disk knows no links, and then there is no cache.
        if (!['EEXIST', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(error.code ?? '')) throw error
      })
      await dropTo(limitBytes, path)
    },

    /** Hexadecimal SHA-256 of what is here, those used last first, at most 1,000. */
    digests: (): string[] =>
      contents()
        .slice(0, mostTold)
        .map(({ sha256 }) => sha256),

    /** Grows when a package comes or goes. */
    version: (): number => Number(statSync(folder, { bigint: true }).mtimeNs / 1_000n),
  }
}

/** Whether there is such a file: a link to it, or a copy where it has too many. */
async function linkOf(path: string, file: string): Promise<boolean> {
  try {
    await link(path, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EMLINK') throw error
      return copyFile(path, file)
    })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
