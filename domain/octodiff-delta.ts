import { createHash } from 'node:crypto'
import { type ByteReader, byteReader } from './byte-reader.ts'
import { prefixed } from './octodiff-signature.ts'

const COPY = 0x60
const LITERAL = 0x80
const HASH_BYTES = 20

/** So many times base and delta together may the new file be long. */
const MOST_TIMES = 16

const header = Buffer.concat([Buffer.from('OCTODELTA'), Buffer.from([1]), prefixed('SHA1')])

/** What is wrong with a delta, as a sentence for who has sent it. */
export class DeltaError extends Error {}

/** The file that a delta was made from. */
export interface Base {
  /** In bytes. */
  size: number
  read(offset: number, length: number): AsyncIterable<Uint8Array>
}

/**
 * The new file that an Octodiff delta makes of its base, piece by piece. Throws a `DeltaError` where
 * the delta is none, and at its end if what came out is not what the delta was made for.
 */
export async function* rebuilt(
  delta: AsyncIterable<Uint8Array>,
  base: Base,
): AsyncGenerator<Uint8Array> {
  const reader = byteReader(delta)
  const expected = await hashIn(reader)
  const digest = createHash('sha1')
  const counted = { read: 0, made: 0 }
  for (;;) {
    const [command] = await reader.take(1)
    if (command === undefined) break
    for await (const piece of commandOf(command, reader, base, counted)) {
      counted.made += piece.length
      // A few bytes could ask for the base again and again, until the disk is full.
      if (counted.made > MOST_TIMES * (base.size + counted.read)) {
        throw new DeltaError('The delta makes a file that is too long for its base.')
      }
      digest.update(piece)
      yield piece
    }
  }
  if (!digest.digest().equals(expected)) {
    throw new DeltaError('The delta does not fit the version it was sent for: the result differs.')
  }
}

async function hashIn(reader: ByteReader): Promise<Buffer> {
  const start = await reader.take(header.length)
  if (!start.equals(header)) throw new DeltaError('The file is no Octodiff delta with SHA-1.')
  const length = await exactly(reader, 4)
  if (length.readInt32LE() !== HASH_BYTES) throw new DeltaError('The delta names no SHA-1.')
  const hash = await exactly(reader, HASH_BYTES)
  if ((await exactly(reader, 3)).toString('latin1') !== '>>>') {
    throw new DeltaError('The file is no Octodiff delta: its header has no end.')
  }
  return hash
}

async function* commandOf(
  command: number,
  reader: ByteReader,
  base: Base,
  counted: { read: number },
): AsyncGenerator<Uint8Array> {
  if (command === COPY) {
    const [offset, length] = [await countIn(reader), await countIn(reader)]
    if (offset + length > base.size) {
      throw new DeltaError('The delta copies what its base does not have.')
    }
    yield* base.read(offset, length)
  } else if (command === LITERAL) {
    const length = await countIn(reader)
    let missing = length
    for await (const piece of reader.pieces(length)) {
      missing -= piece.length
      counted.read += piece.length
      yield piece
    }
    if (missing > 0) throw new DeltaError('The delta ends too soon.')
  } else {
    throw new DeltaError(`The delta has a command that is none: ${command}.`)
  }
}

/** A count of 64 bits; what no file is long enough for is refused. */
async function countIn(reader: ByteReader): Promise<number> {
  const count = (await exactly(reader, 8)).readBigInt64LE()
  if (count < 0n || count > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new DeltaError('The delta has a count that is none.')
  }
  return Number(count)
}

async function exactly(reader: ByteReader, count: number): Promise<Buffer> {
  const bytes = await reader.take(count)
  if (bytes.length < count) throw new DeltaError('The delta ends too soon.')
  return bytes
}
