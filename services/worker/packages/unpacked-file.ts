import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32 as crc32Of } from 'node:zlib'
import { ArchiveError } from '#domain/archive-rules.ts'

interface UnpackedFile {
  mode: number
  source: Readable
  /** What the archive says of its bytes, where it says anything. */
  crc32?: number
}

/** Makes folders and files below one folder. `count` is told of the bytes of files as they come. */
export function unpackedInto(folder: string, count: (bytes: number) => void) {
  const made = new Set<string>(['', '.'])

  async function makeFolder(path: string) {
    if (made.has(path)) return
    await mkdir(join(folder, path), { recursive: true, mode: 0o755 })
    made.add(path)
  }

  return {
    makeFolder,

    /** Writes a file that is not there yet. */
    async writeFile(path: string, { mode, source, crc32 }: UnpackedFile): Promise<void> {
      await makeFolder(dirname(path))
      let crc = 0
      await pipeline(
        source,
        async function* counted(chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            count(chunk.length)
            if (crc32 !== undefined) crc = crc32Of(chunk, crc)
            yield chunk
          }
        },
        // Exclusive: it never follows a link, nor writes over anything.
        createWriteStream(join(folder, path), { flags: 'wx', mode }),
      )
      if (crc32 !== undefined && crc !== crc32)
        throw new ArchiveError(`'${path}' is not what was packed: its checksum differs.`)
    },
  }
}
