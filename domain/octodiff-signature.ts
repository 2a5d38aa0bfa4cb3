import { hash } from 'node:crypto'

/** Bytes of the base file that one entry of a signature is about. */
const CHUNK = 2048
const ENTRY = 2 + 4 + 20

const header = Buffer.concat([
  Buffer.from('OCTOSIG'),
  Buffer.from([1]),
  prefixed('SHA1'),
  prefixed('Adler32'),
  Buffer.from('>>>'),
])

/**
 * The Octodiff signature of a file, piece by piece: of each chunk its length, a rolling checksum and
 * a SHA-1, little-endian. Who has it can tell a new version by what differs.
 */
export async function* signatureOf(file: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  yield header
  let rest = Buffer.alloc(0)
  for await (const piece of file) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    const whole = bytes.length - (bytes.length % CHUNK)
    if (whole > 0) yield entriesOf(bytes.subarray(0, whole))
    rest = Buffer.from(bytes.subarray(whole))
  }
  if (rest.length > 0) yield entriesOf(rest)
}

function entriesOf(bytes: Uint8Array): Buffer {
  const entries = Buffer.alloc(Math.ceil(bytes.length / CHUNK) * ENTRY)
  for (let from = 0, at = 0; from < bytes.length; from += CHUNK, at += ENTRY) {
    const chunk = bytes.subarray(from, from + CHUNK)
    entries.writeUInt16LE(chunk.length, at)
    entries.writeUInt32LE(rollingChecksum(chunk), at + 2)
    hash('sha1', chunk, 'buffer').copy(entries, at + 6)
  }
  return entries
}

/** Octodiff's own 'Adler32', which is not the one of zlib: it counts to 2^16, not to a prime. */
function rollingChecksum(chunk: Uint8Array): number {
  let a = 1
  let b = 0
  // A chunk is too short for either sum to leave the integers, so they are cut once, after it.
  for (const byte of chunk) {
    a += byte
    b += a
  }
  return (((b & 0xffff) << 16) | (a & 0xffff)) >>> 0
}

/** A text with its length in one byte before it. */
export function prefixed(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])
}
