/** What a client does that sends deltas: written from the format, and no part of the server. */
import { createHash } from 'node:crypto'

type Command = { copy: { offset: number; length: number } } | { literal: Uint8Array }

/** The delta of a file, by commands or by looking for the chunks of a signature in it. */
export function deltaOf(wanted: Uint8Array, by: readonly Command[] | Buffer): Buffer {
  const commands = Buffer.isBuffer(by) ? commandsFor(Buffer.from(wanted), by) : by
  const hash = createHash('sha1').update(wanted).digest()
  const parts: Uint8Array[] = [Buffer.from('OCTODELTA\x01\x04SHA1\x14\0\0\0', 'latin1'), hash]
  parts.push(Buffer.from('>>>'))
  for (const command of commands) {
    if ('copy' in command) {
      parts.push(Buffer.from([0x60]), int64(command.copy.offset), int64(command.copy.length))
    } else {
      parts.push(Buffer.from([0x80]), int64(command.literal.length), command.literal)
    }
  }
  return Buffer.concat(parts)
}

function commandsFor(wanted: Buffer, signature: Buffer): Command[] {
  const chunks = chunksOf(signature)
  const commands: Command[] = []
  let from = 0
  for (let at = 0; at < wanted.length; ) {
    const found = chunks.find(
      ({ length, sha1 }) =>
        at + length <= wanted.length &&
        createHash('sha1')
          .update(wanted.subarray(at, at + length))
          .digest()
          .equals(sha1),
    )
    if (!found) {
      at += 1
      continue
    }
    if (at > from) commands.push({ literal: wanted.subarray(from, at) })
    commands.push({ copy: { offset: found.offset, length: found.length } })
    at += found.length
    from = at
  }
  if (from < wanted.length) commands.push({ literal: wanted.subarray(from) })
  return commands
}

/** 'OCTOSIG', version, 'SHA1', 'Adler32', '>>>'; then 26 bytes a chunk. */
function chunksOf(signature: Buffer) {
  const chunks: { offset: number; length: number; sha1: Buffer }[] = []
  let offset = 0
  for (let at = 24; at < signature.length; at += 26) {
    const length = signature.readUInt16LE(at)
    chunks.push({ offset, length, sha1: signature.subarray(at + 6, at + 26) })
    offset += length
  }
  return chunks
}

function int64(count: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(count))
  return bytes
}
