import bitIterator from 'unbzip2-stream/lib/bit_iterator.js'
import bzip2 from 'unbzip2-stream/lib/bzip2.js'
import { unreadable } from './unreadable.ts'

/** More than a block of the largest kind can be packed. */
const blockMost = 1_000_000
const pieceSize = 256 * 1024

/**
 * What a bzip2 stream holds. The library's own stream unpacks all blocks that it has in one go, each byte
 * an entry of an array: a bomb of a kilobyte would take gigabytes. Here a block waits until the one before
 * is taken.
 */
export async function* unbzip2(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    const reader = createReader()
    for await (const chunk of source) {
      reader.add(chunk)
      while (reader.waiting() > blockMost) yield* reader.next()
    }
    while (reader.waiting() > 0) yield* reader.next()
    reader.end()
  } catch (error) {
    throw unreadable(error, 'bzip2')
  }
}

function createReader() {
  // The reader of bits takes a first buffer at once.
  const chunks: Buffer[] = [Buffer.alloc(0)]
  const bits = bitIterator(() => chunks.shift() ?? endsEarly())
  let added = 0
  let blockSize = 0
  let checksum: number | null = null
  let memory = new Int32Array(0)

  return {
    add(chunk: Buffer) {
      chunks.push(chunk)
      added += chunk.length
    },
    waiting: () => added - bits.bytesRead,

    /** Reads on by the head of a stream, or one block: what is in it comes in pieces. */
    next(): Buffer[] {
      if (checksum === null) {
        blockSize = bzip2.header(bits) * 100_000
        memory = new Int32Array(blockSize)
        checksum = 0
        return []
      }
      const { pieces, tell } = collector()
      checksum = bzip2.decompress(bits, tell, memory, blockSize, checksum)
      return pieces()
    },

    end() {
      if (checksum !== null || added === 0) endsEarly()
    },
  }
}

function endsEarly(): never {
  throw new Error('it ends too early')
}

/** Bytes, one by one, into buffers. */
function collector() {
  const full: Buffer[] = []
  let piece = Buffer.allocUnsafe(pieceSize)
  let length = 0
  return {
    tell(byte: number) {
      if (length === pieceSize) {
        full.push(piece)
        piece = Buffer.allocUnsafe(pieceSize)
        length = 0
      }
      piece[length++] = byte
    },
    pieces: () => [...full, piece.subarray(0, length)],
  }
}
