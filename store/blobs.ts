import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { config } from '#config'

/** A part of a name, as a file system everywhere takes it; none begins with a dot. */
const PART = /^[A-Za-z0-9_+@()][A-Za-z0-9_+@()., -]{0,199}$/

export interface BlobStat {
  size: number
  modifiedAt: Date
}

/** Bytes of a blob, from 0; `end` is the last one, as in an HTTP range. */
export interface ByteRange {
  start?: number
  end?: number
}

/** Files by names such as 'packages/Spaces-1/shop.1.0.zip', in a folder that nothing leaves. */
export interface Blobs {
  /** Where the file of a name is. Refuses what would be elsewhere. */
  pathOf(name: string): string
  /** Stores what comes, under the name as soon as it is whole and on the disk. Answers its size. */
  write(name: string, source: Readable | Uint8Array | string): Promise<number>
  /** Streams it; an error on the stream when it does not exist. */
  read(name: string, range?: ByteRange): Readable
  append(name: string, data: Uint8Array | string): Promise<void>
  /** Undefined when it does not exist. */
  stat(name: string): Promise<BlobStat | undefined>
  /** A blob, or all whose names begin with this and a slash. No error when there is none. */
  remove(name: string): Promise<void>
  /** All whose names begin with this and a slash, in no order; also what is still being written. */
  below(name: string): AsyncIterable<string>
}

/** A name below another that no blob has had: what is in the way of none needs no lock. */
export const freshName = (folder: string): string => `${folder}/${randomBytes(15).toString('hex')}`

/** Blobs in a folder of the disk. */
export function blobsIn(folder: string): Blobs {
  const pathOf = (name: string) => {
    const parts = name.split('/')
    if (!parts.every((part) => PART.test(part))) throw new Error(`'${name}' is no name for a file.`)
    return join(folder, ...parts)
  }

  return {
    pathOf,

    async write(name, source) {
      const path = pathOf(name)
      const draft = `${path}.${randomBytes(6).toString('hex')}.part`
      await mkdir(dirname(path), { recursive: true })
      try {
        const input = source instanceof Readable ? source : Readable.from([source])
        await pipeline(input, createWriteStream(draft, { flush: true }))
        const { size } = await stat(draft)
        await rename(draft, path)
        return size
      } finally {
        await rm(draft, { force: true })
      }
    },

    read: (name, range = {}) => createReadStream(pathOf(name), range),

    async append(name, data) {
      const path = pathOf(name)
      await mkdir(dirname(path), { recursive: true })
      const file = await open(path, 'a')
      try {
        await file.appendFile(data)
      } finally {
        await file.close()
      }
    },

    async stat(name) {
      const found = await stat(pathOf(name)).catch(undefinedIfMissing)
      return found && { size: found.size, modifiedAt: found.mtime }
    },

    remove: (name) => rm(pathOf(name), { recursive: true, force: true }),

    async *below(name) {
      const top = pathOf(name)
      const folder = await opendir(top, { recursive: true }).catch(undefinedIfMissing)
      if (!folder) return
      for await (const entry of folder) {
        if (!entry.isFile()) continue
        const inside = relative(top, join(entry.parentPath, entry.name))
        yield [name, ...inside.split(sep)].join('/')
      }
    },
  }
}

/** The blobs of this server. */
export const blobs: Blobs = blobsIn(config.blobs)

/** For `catch`: what is not there is no error, everything else is. */
export function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
