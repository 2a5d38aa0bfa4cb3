import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl'
import { BundleError } from './errors.ts'
import { directoryOf, type FramedFile, headerOf, placed, trailerOf } from './frame.ts'
import type { BundleLimits } from './limits.ts'
import type { ContainerKind } from './manifest.ts'
import { type ByteSource, piecesOf } from './source.ts'

/** An opened container: nothing in it has been checked but its form. */
export interface Container {
  /** Sizes in bytes by the names of the files. */
  sizes: Map<string, number>
  /** A file whole. It must be in there. */
  read(name: string): Promise<Uint8Array>
  /** A file piece by piece. It must be in there. */
  pieces(name: string): AsyncGenerator<Uint8Array>
}

/** The files that a kind may hold, besides what is named by its digest. */
const namesOf: Record<ContainerKind, RegExp> = {
  bundle:
    /^(?:manifest\.(?:json|jws)|(?:release|project|process|variables|templates|packages|history)\.json|secrets\.jwe|(?:modules|packages)\/[0-9a-f]{64})$/,
  pack: /^(?:manifest\.(?:json|jws)|packages\/[0-9a-f]{64})$/,
  receipts: /^(?:manifest\.(?:json|jws)|receipts\.jsonl)$/,
}

/**
 * Opens a container and checks its form: the names, the bounds, and each byte between the files.
 * Throws `NotABundle` or `BundleTooLarge`.
 */
export async function openContainer(
  source: ByteSource,
  { kind, limits }: { kind: ContainerKind; limits: BundleLimits },
): Promise<Container> {
  const files = await filesOf(source, (count) => {
    if (count > limits.entries) throw tooLarge(`It has more than ${limits.entries} files.`)
  })
  checkNames(files, namesOf[kind])
  checkSizes(files, limits)
  const places = await checkFrame(source, files)

  const placeOf = (name: string) => {
    const place = places.get(name)
    if (!place) throw new Error(`There is no ${name} in the container.`)
    return place
  }
  return {
    sizes: new Map(files.map(({ name, size }) => [name, size])),
    async read(name) {
      const { offset, length } = placeOf(name)
      return source.read(offset, length)
    },
    pieces: (name) => piecesOf(source, placeOf(name)),
  }
}

/** What the directory at the end says. */
async function filesOf(
  source: ByteSource,
  checkCount: (count: number) => void,
): Promise<FramedFile[]> {
  const files: FramedFile[] = []
  const reader = new Reader(source)
  try {
    const zip = await fromRandomAccessReaderPromise(reader, source.size, { strictFileNames: true })
    checkCount(zip.entryCount)
    for await (const entry of zip.eachEntry()) files.push(fileOf(entry))
    return files
  } catch (cause) {
    if (cause instanceof BundleError) throw cause
    // A disk that fails says nothing of the file.
    if (reader.failure) throw reader.failure
    throw notOne('It is no ZIP file, or has been cut off.', cause)
  }
}

function fileOf(entry: Entry): FramedFile {
  const name = entry.fileName
  if (entry.isEncrypted()) throw notOne(`${shown(name)} is encrypted.`)
  if (entry.compressionMethod !== 0) throw notOne(`${shown(name)} is compressed.`)
  return { name, size: entry.uncompressedSize, crc32: entry.crc32 }
}

function checkNames(files: FramedFile[], allowed: RegExp) {
  const names = new Set<string>()
  for (const { name } of files) {
    if (!allowed.test(name)) throw notOne(`${shown(name)} is no file of it.`)
    if (names.has(name)) throw notOne(`${shown(name)} is in it twice.`)
    names.add(name)
  }
}

function checkSizes(files: FramedFile[], limits: BundleLimits) {
  const most: Record<string, number> = {
    'manifest.json': limits.manifestBytes,
    'manifest.jws': limits.signatureBytes,
    'receipts.jsonl': limits.totalBytes,
  }
  let total = 0
  for (const { name, size } of files) {
    if (name.startsWith('packages/')) continue
    const limit = most[name] ?? limits.documentBytes
    if (size > limit) throw tooLarge(`${name} has ${size} bytes; at most ${limit} are read.`)
    total += size
  }
  if (total > limits.totalBytes)
    throw tooLarge(`Its files have ${total} bytes; at most ${limits.totalBytes} are read.`)
}

/** Compares each byte around the files with what must stand there. */
async function checkFrame(source: ByteSource, listed: FramedFile[]) {
  const { files, end, size } = placed(listed)
  if (size !== source.size) throw notOne('It has bytes that belong to nothing, or lacks some.')
  const places = new Map<string, { offset: number; length: number }>()
  for (const file of files) {
    const header = headerOf(file)
    const offset = file.offset + header.length
    await expectBytes(source, file.offset, header)
    await expectBytes(source, offset + file.size, trailerOf(file))
    places.set(file.name, { offset, length: file.size })
  }
  await expectBytes(source, end, directoryOf(files, end))
  return places
}

async function expectBytes(source: ByteSource, offset: number, expected: Buffer) {
  if (expected.length === 0) return
  if (!expected.equals(await source.read(offset, expected.length)))
    throw notOne(`Its bytes from ${offset} on are not those of such a file.`)
}

/** The library reads the directory alone by it. */
class Reader extends RandomAccessReader {
  /** Why the source could not be read. */
  failure: Error | null = null
  readonly #source: ByteSource

  constructor(source: ByteSource) {
    super()
    this.#source = source
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    if (position + length > this.#source.size) {
      callback(new Error('It ends too early.'))
      return
    }
    this.#source.read(position, length).then(
      (bytes) => {
        buffer.set(bytes, offset)
        callback(null)
      },
      (error: unknown) => {
        this.failure = error instanceof Error ? error : new Error(String(error))
        callback(this.failure)
      },
    )
  }
}

const notOne = (why: string, cause?: unknown) =>
  new BundleError('NotABundle', `This cannot be read. ${why}`, { cause })

const tooLarge = (why: string) => new BundleError('BundleTooLarge', `This is too large. ${why}`)

/** For messages: short, and nothing in it that a terminal or a page would obey. */
const shown = (name: string) => JSON.stringify(name.slice(0, 120))
