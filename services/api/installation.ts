import { keyedHash } from '#store/encryption.ts'

/**
 * The id of this server as a UUID: the same on all its nodes and at every start, for it follows
 * from the master key. It also sets the cookies apart where two servers share a host.
 */
export function installationId(): string {
  const hex = keyedHash('installation')
  const variant = '89ab'[Number.parseInt(hex.slice(16, 17), 16) % 4]
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
