import { TooManyError } from '#bus/errors.ts'
import { foldName } from '#domain/name.ts'
import { networkOf } from '#domain/network.ts'
import type { Counts } from '#mixins/counts.ts'

/** For one name from one address: a person who tries to remember. */
const PER_NAME = 10
/** For all names from one address: an office behind one router, not a list of names. */
const PER_ADDRESS = 60

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
