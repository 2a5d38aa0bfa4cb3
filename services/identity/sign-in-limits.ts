import { isIPv6 } from 'node:net'
import { TooManyError } from '#bus/errors.ts'
import { foldName } from '#domain/name.ts'

/** So long tries count, from the first on. */
export const WINDOW_SECONDS = 300
/** For one name from one address: a person who tries to remember. */
const PER_NAME = 10
/** For all names from one address: an office behind one router, not a list of names. */
const PER_ADDRESS = 60
/** More are not remembered: each takes some hundred bytes. */
const MOST_REMEMBERED = 20_000

/** Counts tries for five minutes from the first. */
export interface Counts {
  /** Counts one more try: how many there are now, and for how many seconds they count yet. */
  add(key: string, now: number): Promise<{ count: number; seconds: number }>
  forget(key: string): Promise<void>
  close(): Promise<void>
}

/** How often one may try to sign in. */
export interface SignInLimits {
  /** Counts a try before it is looked at, so that many at once are no way around; fails when it is one too many. */
  count(username: string, address: string, now: number): Promise<void>
  /** Who has signed in begins anew. */
  succeeded(username: string, address: string): Promise<void>
  close(): Promise<void>
}

export function signInLimits(counts: Counts): SignInLimits {
  return {
    async count(username, address, now) {
      const ofAddress = await counts.add(addressKey(address), now)
      refuse(ofAddress, PER_ADDRESS)
      refuse(await counts.add(nameKey(username, address), now), PER_NAME)
    },
    succeeded: (username, address) => counts.forget(nameKey(username, address)),
    close: counts.close,
  }
}

function refuse({ count, seconds }: { count: number; seconds: number }, most: number) {
  if (count <= most) return
  throw new TooManyError('Too many attempts to sign in: wait a few minutes.', seconds)
}

const addressKey = (address: string) => `address ${networkOf(address)}`
const nameKey = (username: string, address: string) =>
  `name ${networkOf(address)} ${foldName(username)}`

/** Of IPv6, a household has a network of 64 bits: its first four groups. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('::')
  const first = head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const between = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length)
  return [...first, ...Array<string>(between).fill('0'), ...last].slice(0, 4).join(':')
}

/** The counts of this process alone. */
export function memoryCounts(): Counts {
  const entries = new Map<string, { count: number; until: number }>()
  return {
    async add(key, now) {
      const known = entries.get(key)
      const isOpen = known !== undefined && known.until > now
      const entry = isOpen ? known : { count: 0, until: now + WINDOW_SECONDS * 1_000 }
      entry.count += 1
      if (!isOpen) {
        // Set anew, so that the first in the map is the oldest.
        entries.delete(key)
        entries.set(key, entry)
        const oldest = entries.keys().next().value
        if (entries.size > MOST_REMEMBERED && oldest !== undefined) entries.delete(oldest)
      }
      return { count: entry.count, seconds: Math.ceil((entry.until - now) / 1_000) }
    },
    async forget(key) {
      entries.delete(key)
    },
    async close() {
      entries.clear()
    },
  }
}
