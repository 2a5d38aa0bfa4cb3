import { setTimeout as wait } from 'node:timers/promises'
import type { Batch } from './batches.ts'

/** How many batches may be under way, of all runs together: a slow receiver is not flooded. */
const windowSize = 4
const firstDelayMs = 100
const longestDelayMs = 2_000

export interface Sending {
  batch: Batch
  /** Sends it once; resolves when it is acknowledged. */
  send(batch: Batch): Promise<unknown>
  /** Nobody waits for it any more. */
  isVoid(): boolean
}

/** Sends until it is acknowledged. What fails gives its place in the window to others, and comes again. */
export function createBatchSender(onFailure: (error: unknown) => void) {
  let free = windowSize
  const waiting: (() => void)[] = []

  async function enter() {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }

  function leave() {
    const next = waiting.shift()
    if (next) next()
    else free++
  }

  /** Whether it was acknowledged; the receiver is told nothing, so it may get a batch twice. */
  async function tryOnce({ batch, send }: Sending): Promise<boolean> {
    await enter()
    try {
      await send(batch)
      return true
    } catch (error) {
      onFailure(error)
      return false
    } finally {
      leave()
    }
  }

  return {
    /** Resolves when the batch is acknowledged, or void. */
    async deliver(sending: Sending): Promise<void> {
      let delayMs = firstDelayMs
      while (!sending.isVoid() && !(await tryOnce(sending))) {
        await wait(delayMs)
        delayMs = Math.min(delayMs * 2, longestDelayMs)
      }
    },
  }
}

export type BatchSender = ReturnType<typeof createBatchSender>
