import type { IncomingMessage } from 'node:http'
import { parseCookie } from 'cookie'

/** What a request shows to say who sends it. */
export type Credentials =
  | { type: 'key'; key: string }
  | { type: 'session'; token: string }
  | { type: 'none' }

/**
 * A key in a header or in the query comes before a cookie: who sends one means it.
 * An empty key is none: clients without a credential send one.
 */
export function credentialsOf(
  { headers }: IncomingMessage,
  query: Record<string, unknown>,
  cookieName: string,
): Credentials {
  const key =
    textOf(headers['x-octopus-apikey']) ||
    textOf(headers['x-nuget-apikey']) ||
    bearerOf(headers.authorization) ||
    textOf(queryKey(query))
  if (key) return { type: 'key', key }
  const token = headers.cookie ? parseCookie(headers.cookie)[cookieName] : undefined
  return token ? { type: 'session', token } : { type: 'none' }
}

const bearerOf = (text = '') => /^Bearer +(\S+)$/i.exec(text)?.[1] ?? ''

function queryKey(query: Record<string, unknown>): unknown {
  for (const name of Object.keys(query)) if (name.toLowerCase() === 'apikey') return query[name]
  return undefined
}

const textOf = (value: unknown) => (typeof value === 'string' ? value.trim() : '')
