/** How many batches may be under way, of all runs together: a slow receiver is not flooded. */
const windowSize = 4
const firstDelayMs = 100
const longestDelayMs = 2_000

export interface Sending {
  runId: string
  /** Sends the batch once; resolves when it is acknowledged. */
  send(): Promise<unknown>
  /** Nobody waits for it any more. */
  isVoid(): boolean
}

interface Entry {
  runId: string
  /** Ends the rest, or the wait for an answer. */
  hurry(): void
}

/** Sends until it is acknowledged. What fails gives its place in the window to others, and comes again. */
export function createBatchSender(onFailure: (error: unknown) => void) {
  let free = windowSize
  const waiting: (() => void)[] = []
  const underWay = new Set<Entry>()

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
  async function tryOnce({ send, isVoid }: Sending, entry: Entry) {
    await enter()
    const hurried = new Promise<'hurried'>((resolve) => {
      entry.hurry = () => resolve('hurried')
    })
    try {
      // While it waited for its place, nobody may have come to want it any more.
      if (isVoid()) return 'done'
      return await Promise.race([send().then(() => 'done' as const), hurried])
    } catch (error) {
      onFailure(error)
      return 'failed'
    } finally {
      leave()
    }
  }

  return {
    /** Resolves when the batch is acknowledged, or void. */
    async deliver(sending: Sending): Promise<void> {
      const entry: Entry = { runId: sending.runId, hurry() {} }
      underWay.add(entry)
      let delayMs = firstDelayMs
      while (!sending.isVoid()) {
        const end = await tryOnce(sending, entry)
        if (end === 'done') break
        const isHurried = end === 'hurried' || (await isCutShort(delayMs, entry))
        delayMs = isHurried ? firstDelayMs : Math.min(delayMs * 2, longestDelayMs)
      }
      underWay.delete(entry)
    },

    /** What is under way may be lost: it goes at once again, of one run or of all. */
    hurry(runId?: string) {
      for (const entry of underWay) if (!runId || entry.runId === runId) entry.hurry()
    },
  }
}

/** A rest before the next try; answers whether it was cut short. */
function isCutShort(ms: number, entry: Entry): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, false)
    entry.hurry = () => {
      clearTimeout(timer)
      resolve(true)
    }
  })
}

export type BatchSender = ReturnType<typeof createBatchSender>
