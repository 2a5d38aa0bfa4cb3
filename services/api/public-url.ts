import type { IncomingMessage } from 'node:http'
import { config } from '#config'
import { isEncrypted } from './client-address.ts'

/** A name or an address, with a port or without: nothing that could be more than that where it is shown. */
const HOST = /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i

/** How the client names this server, as its `Host` header says; '' when that is none. */
export function hostOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const { host = '' } = headers
  return HOST.test(host) ? host : ''
}

/** The address of this server for others, without a slash at its end: as it is set, or as the client calls it. */
export function publicUrlOf(request: Pick<IncomingMessage, 'headers' | 'socket'>): string {
  if (config.publicUrl) return config.publicUrl
  const host = hostOf(request) || `${config.host}:${config.port}`
  return `${isEncrypted(request) ? 'https' : 'http'}://${host}`
}
