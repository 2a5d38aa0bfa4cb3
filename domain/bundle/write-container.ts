import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { BundleError } from './errors.ts'
import { directoryOf, headerOf, type PlacedFile, placed, trailerOf } from './frame.ts'

/** A file for a container that is in memory. */
export interface SmallFile {
  name: string
  bytes: Uint8Array
}

/** A package: its bytes come when they are wanted, and may be wanted again. */
export interface PackageFile {
  /** 64 hexadecimal digits in lower case. */
  sha256: string
  /** In bytes. */
  size: number
  open(): AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>
}

export interface WrittenContainer {
  /** Of all of it, in bytes. */
  size: number
  /** All of it; the same bytes each time. Fails when a package is not what it was said to be. */
  bytes(): AsyncGenerator<Uint8Array>
}

/** Makes a container of these files, in this order, and behind them the packages by their digests. */
export function writeContainer(files: SmallFile[], packages: PackageFile[] = []): WrittenContainer {
  const contents = new Map<string, SmallFile | PackageFile>()
  const small = files.map((file) => {
    contents.set(file.name, file)
    return { name: file.name, size: file.bytes.length, crc32: crc32(file.bytes) }
  })
  const large = packages
    .toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
    .map((file) => {
      const name = `packages/${file.sha256}`
      contents.set(name, file)
      return { name, size: file.size, crc32: 0 }
    })
  const plan = placed([...small, ...large])

  async function* bytes() {
    const done: PlacedFile[] = []
    for (const file of plan.files) {
      yield headerOf(file)
      const content = contents.get(file.name) as SmallFile | PackageFile
      const sum = 'bytes' in content ? yield* wholeOf(content) : yield* checked(content)
      const one = { ...file, crc32: sum }
      const trailer = trailerOf(one)
      // Some streams take an empty piece for their end.
      if (trailer.length > 0) yield trailer
      done.push(one)
    }
    yield directoryOf(done, plan.end)
  }
  return { size: plan.size, bytes }
}

async function* wholeOf({ bytes }: SmallFile): AsyncGenerator<Uint8Array, number> {
  if (bytes.length > 0) yield bytes
  return crc32(bytes)
}

/** A package that has changed on its shelf is noticed here, and not behind an air gap. */
async function* checked(file: PackageFile): AsyncGenerator<Uint8Array, number> {
  const hash = createHash('sha256')
  let size = 0
  let sum = 0
  for await (const piece of await file.open()) {
    size += piece.length
    if (size > file.size) break
    hash.update(piece)
    sum = crc32(piece, sum)
    yield piece
  }
  if (size !== file.size || hash.digest('hex') !== file.sha256)
    throw new BundleError(
      'PackageDigestMismatch',
      `The package with the digest ${file.sha256} is not what it was.`,
      { data: { sha256: file.sha256 } },
    )
  return sum
}
