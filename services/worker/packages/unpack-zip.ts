import { type Entry, openPromise, type ZipFile } from 'yauzl'
import {
  ArchiveError,
  createCensus,
  kindOfMode,
  safeMode,
  zipNameOf,
} from '#domain/archive-rules.ts'
import { roomFor } from './room.ts'
import { unpackedInto } from './unpacked-file.ts'
import { unreadable } from './unreadable.ts'

interface ZipUnpacking {
  file: string
  /** Of the archive, in bytes. */
  size: number
  extension: string
  folder: string
}

/** An entry as far as it matters; null is one that is left out. */
interface Seen {
  name: string
  kind: 'file' | 'folder'
  size: number
  mode: number
}

/** Looks through the whole directory of the archive before the first byte is written. */
export async function unpackZip({ file, size, extension, folder }: ZipUnpacking): Promise<number> {
  const zip = await openPromise(file, { autoClose: false }).catch(brokenZip)
  try {
    const expected = createCensus(size)
    await eachEntry(zip, extension, async (seen) => {
      expected.enter(seen)
    })
    await roomFor(folder, expected.declared(), 'the unpacked package')
  } finally {
    zip.close()
  }
  const again = await openPromise(file, { autoClose: false }).catch(brokenZip)
  try {
    return await writeEntries(again, { size, extension, folder })
  } finally {
    again.close()
  }
}

async function writeEntries(zip: ZipFile, { size, extension, folder }: Omit<ZipUnpacking, 'file'>) {
  const census = createCensus(size)
  const { makeFolder, writeFile } = unpackedInto(folder, census.count)
  let files = 0
  await eachEntry(zip, extension, async (seen, entry) => {
    const path = census.enter(seen)
    if (seen.kind === 'folder') return makeFolder(path)
    files++
    await writeFile(path, {
      mode: seen.mode,
      crc32: entry.crc32,
      source: await zip.openReadStreamPromise(entry),
    }).catch(brokenZip)
  })
  return files
}

async function eachEntry(
  zip: ZipFile,
  extension: string,
  visit: (seen: Seen, entry: Entry) => Promise<void>,
) {
  const entries = zip.eachEntry()
  for (;;) {
    const { done, value: entry } = await entries.next().catch(brokenZip)
    if (done) return
    const seen = seenOf(entry, extension)
    if (seen) await visit(seen, entry)
  }
}

function seenOf(entry: Entry, extension: string): Seen | null {
  const name = zipNameOf(entry.fileName, extension)
  if (name === null) return null
  if (entry.isEncrypted()) throw new ArchiveError(`'${name}' is encrypted.`)
  if (!entry.canDecodeFileData())
    throw new ArchiveError(`'${name}' is packed by a method that Tako does not know.`)
  // Whatever system it says to come from: a link is never taken for a file.
  const mode = entry.externalFileAttributes >>> 16
  const kind = kindOfMode(mode, name)
  return { name, kind, size: entry.uncompressedSize, mode: safeMode(mode) }
}

function brokenZip(error: unknown): never {
  throw unreadable(error, 'zip')
}
