import { TooManyError } from '#bus/errors.ts'
import { networkOf } from '#domain/network.ts'
import type { Counts } from '#mixins/counts.ts'

/** In five minutes from one address: 200 workers behind a router, each asking every five seconds. */
const PER_ADDRESS = 12_000
/** Of these, by workers that are not known yet, or with what is wrong. */
const UNKNOWN_PER_ADDRESS = 100

/** How often machines may ask to join. */
export interface RegistrationLimits {
  /** Counts a request before it is looked at; fails when it is one too many. */
  count(address: string, now: number): Promise<void>
  /** The same for one that is not from a worker which is known. */
  countUnknown(address: string, now: number): Promise<void>
  close(): Promise<void>
}

export function registrationLimits(counts: Counts): RegistrationLimits {
  const limited = (kind: string, most: number) => async (address: string, now: number) => {
    const { count, seconds } = await counts.add(`${kind} ${networkOf(address)}`, now)
    if (count > most) throw new TooManyError('Too many workers ask to join: wait.', seconds)
  }
  return {
    count: limited('all', PER_ADDRESS),
    countUnknown: limited('unknown', UNKNOWN_PER_ADDRESS),
    close: counts.close,
  }
}
