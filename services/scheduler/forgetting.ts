/** Tells workers which runs they may forget: many in one order, since none of it is in a hurry. */

/** A run, and the term of the lease under which it is forgotten. */
export interface Forgotten {
  runId: string
  term: number
}
interface Waiting {
  run: Forgotten
  done(found: boolean): void
}

/** So long runs are gathered, in ms. */
const GATHER_MS = 100
/** So few that a worker is done with them before its answer is missed. */
export const MOST_FORGOTTEN = 200

/**
 * `send` tells one worker, and answers which of the runs were there. It never rejects. Of each run the
 * promise says whether it is forgotten.
 */
export function forgetter(send: (worker: string, runs: Forgotten[]) => Promise<string[]>) {
  const waiting = new Map<string, Waiting[]>()

  async function tell(worker: string) {
    const all = waiting.get(worker) ?? []
    waiting.delete(worker)
    for (let from = 0; from < all.length; from += MOST_FORGOTTEN) {
      const some = all.slice(from, from + MOST_FORGOTTEN)
      const runs = some.map(({ run }) => run)
      const found = new Set(await send(worker, runs))
      for (const { run, done } of some) done(found.has(run.runId))
    }
  }

  return (worker: string, run: Forgotten): Promise<boolean> =>
    new Promise((resolve) => {
      const others = waiting.get(worker)
      if (others) others.push({ run, done: resolve })
      else {
        waiting.set(worker, [{ run, done: resolve }])
        setTimeout(() => void tell(worker), GATHER_MS).unref()
      }
    })
}
