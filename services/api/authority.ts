import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Bus } from '#bus'
import { asSystem, type Caller } from '#bus/caller.ts'
import { UnauthenticatedError } from '#bus/errors.ts'
import { clientAddress } from './client-address.ts'
import { type Credentials, credentialsOf } from './credentials.ts'
import { ForgeryError, ReadOnlyKeyError } from './errors.ts'
import { recent } from './recent.ts'

/** Who sends a request, and by what. */
export interface Authority {
  caller: Caller
  credentials: Credentials
  isAnonymous: boolean
}

/** What a credential says; kept for a moment, so that not every request asks for it. */
interface Known {
  userId: string
  username: string
  established: string
  isReadOnly: boolean
  csrfToken?: string
}

const BELIEVED_FOR = 3_000 // ms

const nobody: Known = {
  userId: 'nobody',
  username: 'nobody',
  established: 'Anonymous',
  isReadOnly: false,
}

export interface Authorities {
  /** Who sends this request. A key that is wrong fails; a session that is over is nobody's. */
  of(
    request: IncomingMessage,
    query: Record<string, unknown>,
    isPublic: boolean,
  ): Promise<Authority>
  /** A sender of whom nothing is asked. */
  nobody(request: IncomingMessage): Authority
  /** The same, asked anew, for an answer that lasts: fails when the sender may no longer ask. */
  again(authority: Authority): Promise<void>
  forget(): void
}

/** Authenticates requests: by API key, or by the cookie of a session and its proof against forgery. */
export function authorities(bus: Pick<Bus, 'call'>, cookieName: string): Authorities {
  const cache = recent<Known>(BELIEVED_FOR)
  const identity = asSystem(bus, 'authentication')

  async function ask(credentials: Credentials): Promise<Known | null> {
    if (credentials.type === 'none') return nobody
    if (credentials.type === 'key') {
      const found = await identity.call('apikeys.authenticate', { key: credentials.key })
      const { userId, username, isReadOnly = false } = found ?? {}
      return userId && username ? { userId, username, isReadOnly, established: 'API key' } : null
    }
    const found = await identity.call('sessions.authenticate', { token: credentials.token })
    return found && { ...found, isReadOnly: false, established: 'Session cookie' }
  }

  async function known(credentials: Credentials, now: number): Promise<Known | null> {
    if (credentials.type === 'none') return nobody
    const secret = credentials.type === 'key' ? credentials.key : credentials.token
    const name = `${credentials.type} ${secret}`
    const cached = cache.get(name, now)
    if (cached) return cached
    const found = await ask(credentials)
    if (found) cache.set(name, found, now)
    return found
  }

  return {
    async of(request, query, isPublic) {
      const credentials = credentialsOf(request, query, cookieName)
      const found = await known(credentials, Date.now())
      if (!found && credentials.type === 'key') throw new UnauthenticatedError()
      const who = found ?? nobody
      checkWrite(request, who, isPublic)
      return authorityOf(request, credentials, who)
    },

    nobody: (request) => authorityOf(request, { type: 'none' }, nobody),

    async again({ credentials }) {
      if (!(await ask(credentials))) throw new UnauthenticatedError()
    },

    forget: cache.forget,
  }
}

function authorityOf(request: IncomingMessage, credentials: Credentials, who: Known): Authority {
  const userAgent = request.headers['user-agent']
  return {
    credentials,
    isAnonymous: who === nobody,
    caller: {
      userId: who.userId,
      username: who.username,
      established: who.established,
      origin: clientAddress(request),
      ...(userAgent !== undefined && { userAgent: userAgent.slice(0, 300) }),
    },
  }
}

/** A cookie comes with each request of a browser, whichever page has sent it: a change needs more than that. */
function checkWrite({ method, headers }: IncomingMessage, who: Known, isPublic: boolean) {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
  if (who.isReadOnly) throw new ReadOnlyKeyError()
  if (who.established === 'API key') return
  const site = headers['sec-fetch-site']
  if (site === 'cross-site' || site === 'same-site') throw new ForgeryError()
  // Who signs in may still have the cookie of a session before, and not its token.
  if (who.csrfToken === undefined || isPublic) return
  if (!isSame(String(headers['x-octopus-csrf-token'] ?? ''), who.csrfToken))
    throw new ForgeryError()
}

function isSame(text: string, secret: string): boolean {
  const [one, other] = [Buffer.from(text), Buffer.from(secret)]
  return one.length === other.length && timingSafeEqual(one, other)
}
