import { setTimeout as wait } from 'node:timers/promises'
import { isStoreAway } from '#store/away.ts'

/** So long something may be away before its task fails of it, in ms. */
const PATIENCE_MS = 60_000
const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 2_000

/**
 * Does `work`, again and again while it fails of what passes: a store or a service that is away. Not
 * any more when `leave` is aborted.
 */
export async function insist<T>(work: () => Promise<T>, leave?: AbortSignal): Promise<T> {
  const end = Date.now() + PATIENCE_MS
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    try {
      return await work()
    } catch (error) {
      if (leave?.aborted || !passes(error) || Date.now() + delayMs > end) throw error
      await wait(delayMs, null, leave && { signal: leave }).catch(() => {
        // It is to leave: the last try tells why.
      })
    }
  }
}

/** Whether it may be otherwise in a moment. Across the bus an error keeps its fields, not its class. */
export const passes = (error: unknown): boolean =>
  isStoreAway(error) || (error instanceof Error && 'retryable' in error && error.retryable === true)
