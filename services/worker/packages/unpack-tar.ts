import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Extract, extract } from 'tar-stream'
import {
  type ArchiveKind,
  type Census,
  createCensus,
  kindOfTarType,
  safeMode,
} from '#domain/archive-rules.ts'
import { unbzip2 } from './unbzip2.ts'
import { unpackedInto } from './unpacked-file.ts'
import { unreadable } from './unreadable.ts'

interface TarUnpacking {
  file: string
  /** Of the archive, in bytes. */
  size: number
  kind: ArchiveKind
  folder: string
}

/** A tar has no directory: each entry is looked at before anything of it is written. */
export async function unpackTar({ file, size, kind, folder }: TarUnpacking): Promise<number> {
  const census = createCensus(size)
  const entries = extract()
  const source = createReadStream(file)
  const [writing, reading] = await Promise.allSettled([
    writeEntries(entries, census, folder),
    kind === 'tar.gz'
      ? pipeline(source, createGunzip(), countedBy(census), entries)
      : kind === 'tar.bz2'
        ? pipeline(source, unbzip2, countedBy(census), entries)
        : pipeline(source, countedBy(census), entries),
  ])
  source.destroy()
  if (writing.status === 'fulfilled' && reading.status === 'fulfilled') return writing.value
  throw unreadable(rootOf(writing, reading), 'tar')
}

async function writeEntries(entries: Extract, census: Census, folder: string) {
  // Its bytes were counted before they came here, and the headers with them.
  const { makeFolder, writeFile } = unpackedInto(folder, () => {})
  let files = 0
  for await (const entry of entries) {
    const { name, type, size = 0, mode = 0 } = entry.header
    const kind = kindOfTarType(type, name)
    const path = census.enter({ name, kind, size: kind === 'file' ? size : 0 })
    if (kind === 'folder') {
      await makeFolder(path)
      entry.resume()
    } else {
      files++
      await writeFile(path, { mode: safeMode(mode), source: Readable.from(entry) })
    }
  }
  return files
}

const countedBy = (census: Census) =>
  async function* counted(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      census.count(chunk.length)
      yield chunk
    }
  }

/** Of two that fail together, one only says that the other has left. */
function rootOf(...results: PromiseSettledResult<unknown>[]): unknown {
  const reasons = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  return (
    reasons.find((reason) => !/prematurely|premature close/i.test(reason?.message)) ?? reasons[0]
  )
}
