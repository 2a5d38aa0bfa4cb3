import { TooManyError } from '#bus/errors.ts'
import { networkOf } from '#domain/network.ts'
import type { Counts } from '#mixins/counts.ts'

/** In five minutes from one address: a server that delivers what it could not for days. */
const PER_ADDRESS = 30_000
/** Of these, by nobody known. */
const REFUSED_PER_ADDRESS = 200

/** How often messages may come. */
export interface MessageLimits {
  /** Counts a message before it is looked at; fails when it is one too many. */
  count(address: string, now: number): Promise<void>
  /** The same for one that was refused. */
  countRefused(address: string, now: number): Promise<void>
  close(): Promise<void>
}

export function messageLimits(counts: Counts): MessageLimits {
  const limited = (kind: string, most: number) => async (address: string, now: number) => {
    const { count, seconds } = await counts.add(`${kind} ${networkOf(address)}`, now)
    if (count > most) throw new TooManyError('Too many messages: wait.', seconds)
  }
  return {
    count: limited('all', PER_ADDRESS),
    countRefused: limited('refused', REFUSED_PER_ADDRESS),
    close: counts.close,
  }
}
