/**
 * A UUID of version 7 (RFC 9562): ids that are made later are sorted behind.
 * @param now - epoch ms
 * @param random - 10 random bytes
 */
export function bundleIdOf(now: number, random: Uint8Array): string {
  const time = now.toString(16).padStart(12, '0')
  const bytes = Buffer.from(random)
  bytes[0] = (bytes.readUInt8(0) & 0x0f) | 0x70
  bytes[2] = (bytes.readUInt8(2) & 0x3f) | 0x80
  const hex = time + bytes.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}
