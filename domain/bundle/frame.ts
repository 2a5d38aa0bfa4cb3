/**
 * The bytes of a container around its files. It is a ZIP, and each of these bytes is fixed: nothing is
 * compressed, no time or owner is kept. So there is one container for a list of files, and a byte
 * that was changed anywhere shows itself.
 */

export interface FramedFile {
  name: string
  /** In bytes. */
  size: number
  crc32: number
}

/** With the place of its header in the container. */
export interface PlacedFile extends FramedFile {
  offset: number
}

const HEADER_BYTES = 30
const RECORD_BYTES = 46
const END_BYTES = 22
const END64_BYTES = 56
const LOCATOR_BYTES = 20

/** The specification's number 2.0, and 4.5 where 32 bits are not enough. */
const PLAIN_VERSION = 20
const LARGE_VERSION = 45
/** Unix, and number 6.3 of the specification. */
const MADE_BY = (3 << 8) | 63
/** Names are UTF-8. */
const NAMES_FLAG = 1 << 11
/** The checksum and sizes follow the file. */
const FOLLOWS_FLAG = 1 << 3
/** 1 January 1980, as DOS counts. */
const DATE = 33
/** A plain file that its owner and group may write, in the upper half. */
const MODE = 0o100664 * 0x10000
const MOST_32 = 0xfffffffe
const IN_64 = 0xffffffff

/** Packages go out as they come: what they sum up to is known at their end. */
export const isStreamed = (name: string): boolean => name.startsWith('packages/')

/** What stands before a file. */
export function headerOf({ name, size, crc32 }: FramedFile): Buffer {
  const path = Buffer.from(name)
  const bytes = Buffer.alloc(HEADER_BYTES)
  bytes.writeUInt32LE(0x04034b50, 0)
  bytes.writeUInt16LE(PLAIN_VERSION, 4)
  bytes.writeUInt16LE(flagsOf(name), 6)
  bytes.writeUInt16LE(DATE, 12)
  if (!isStreamed(name)) {
    bytes.writeUInt32LE(crc32, 14)
    bytes.writeUInt32LE(size, 18)
    bytes.writeUInt32LE(size, 22)
  }
  bytes.writeUInt16LE(path.length, 26)
  return Buffer.concat([bytes, path])
}

/** What stands behind a file. */
export function trailerOf(file: PlacedFile): Buffer {
  if (!isStreamed(file.name)) return Buffer.alloc(0)
  const bytes = Buffer.alloc(isLarge(file) ? 24 : 16)
  bytes.writeUInt32LE(0x08074b50, 0)
  bytes.writeUInt32LE(file.crc32, 4)
  if (isLarge(file)) {
    bytes.writeBigUInt64LE(BigInt(file.size), 8)
    bytes.writeBigUInt64LE(BigInt(file.size), 16)
  } else {
    bytes.writeUInt32LE(file.size, 8)
    bytes.writeUInt32LE(file.size, 12)
  }
  return bytes
}

/** What stands behind the last file, which ends at `offset`. */
export function directoryOf(files: PlacedFile[], offset: number): Buffer {
  const directory = Buffer.concat(files.map(recordOf))
  const size = directory.length
  const isPlain = files.length < 0xffff && size < IN_64 && offset < IN_64
  const end = Buffer.alloc(END_BYTES)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Math.min(files.length, 0xffff), 8)
  end.writeUInt16LE(Math.min(files.length, 0xffff), 10)
  end.writeUInt32LE(Math.min(size, IN_64), 12)
  end.writeUInt32LE(Math.min(offset, IN_64), 16)
  if (isPlain) return Buffer.concat([directory, end])
  return Buffer.concat([directory, largeEndOf({ count: files.length, size, offset }), end])
}

/** Where each file's header stands, and how many bytes the whole container has. */
export function placed(files: FramedFile[]): { files: PlacedFile[]; end: number; size: number } {
  let end = 0
  const all = files.map((file) => {
    const one = { ...file, offset: end }
    end += headerOf(one).length + file.size + trailerOf(one).length
    return one
  })
  return { files: all, end, size: end + directoryOf(all, end).length }
}

function recordOf(file: PlacedFile): Buffer {
  const path = Buffer.from(file.name)
  const large = isLarge(file)
  const bytes = Buffer.alloc(RECORD_BYTES)
  bytes.writeUInt32LE(0x02014b50, 0)
  bytes.writeUInt16LE(MADE_BY, 4)
  bytes.writeUInt16LE(large ? LARGE_VERSION : PLAIN_VERSION, 6)
  bytes.writeUInt16LE(flagsOf(file.name), 8)
  bytes.writeUInt16LE(DATE, 14)
  bytes.writeUInt32LE(file.crc32, 16)
  bytes.writeUInt32LE(large ? IN_64 : file.size, 20)
  bytes.writeUInt32LE(large ? IN_64 : file.size, 24)
  bytes.writeUInt16LE(path.length, 28)
  bytes.writeUInt32LE(MODE, 38)
  bytes.writeUInt32LE(large ? IN_64 : file.offset, 42)
  if (!large) return Buffer.concat([bytes, path])
  const extra = Buffer.alloc(28)
  bytes.writeUInt16LE(extra.length, 30)
  extra.writeUInt16LE(0x0001, 0)
  extra.writeUInt16LE(extra.length - 4, 2)
  extra.writeBigUInt64LE(BigInt(file.size), 4)
  extra.writeBigUInt64LE(BigInt(file.size), 12)
  extra.writeBigUInt64LE(BigInt(file.offset), 20)
  return Buffer.concat([bytes, path, extra])
}

function largeEndOf(of: { count: number; size: number; offset: number }): Buffer {
  const end = Buffer.alloc(END64_BYTES)
  end.writeUInt32LE(0x06064b50, 0)
  end.writeBigUInt64LE(BigInt(END64_BYTES - 12), 4)
  end.writeUInt16LE(MADE_BY, 12)
  end.writeUInt16LE(LARGE_VERSION, 14)
  end.writeBigUInt64LE(BigInt(of.count), 24)
  end.writeBigUInt64LE(BigInt(of.count), 32)
  end.writeBigUInt64LE(BigInt(of.size), 40)
  end.writeBigUInt64LE(BigInt(of.offset), 48)
  const locator = Buffer.alloc(LOCATOR_BYTES)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(of.offset + of.size), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([end, locator])
}

const flagsOf = (name: string) => (isStreamed(name) ? NAMES_FLAG | FOLLOWS_FLAG : NAMES_FLAG)

const isLarge = ({ size, offset }: PlacedFile) => size > MOST_32 || offset > MOST_32
