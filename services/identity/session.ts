import { randomBytes } from 'node:crypto'
import { keyedHash } from '#store/encryption.ts'
import type { StoredSession } from './session.model.ts'

const HOUR = 3_600_000 // ms
/** A session of one visit ends when nobody has used it for half a day, and after a week in any case. */
const IDLE = 12 * HOUR
const VISIT = 7 * 24 * HOUR
/** One that is to be remembered lasts as long as its cookie, used or not. */
const REMEMBERED = 30 * 24 * HOUR

const iso = (at: number) => new Date(at).toISOString()

/** A new session of a user, and the token that opens it. */
export function newSession(UserId: string, { isRemembered = false }, now: number) {
  const token = randomBytes(32).toString('base64url')
  const [first, last] = isRemembered ? [REMEMBERED, REMEMBERED] : [IDLE, VISIT]
  const session: StoredSession = {
    _id: hashOf(token),
    UserId,
    ExpiresAt: iso(now + first),
    EndsAt: iso(now + last),
  }
  return { token, session }
}

/** When a session that is used now will end without use; null when what is stored will do. */
export function renewalOf({ ExpiresAt, EndsAt }: StoredSession, now: number): string | null {
  // A write for each request would be too many: half of the time must have passed.
  if (Date.parse(ExpiresAt) - now > IDLE / 2 || ExpiresAt === EndsAt) return null
  return iso(Math.min(now + IDLE, Date.parse(EndsAt)))
}

/** By what a session is found. */
export const hashOf = (token: string) => keyedHash(`session ${token}`)

/** What proves that a change comes from a page of ours: only who has the session can be given it. */
export const csrfTokenOf = (token: string) => keyedHash(`csrf ${token}`)
