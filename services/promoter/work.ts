/**
 * What promotions and imports wait for this server to do. It stands in the store, so that nothing of it is
 * lost with who began it.
 */
import type { Logger } from 'moleculer'

/** The slow look at the store, for what another node has left, in ms. */
const POLL_MS = 5_000
/** So many are looked up at once, the oldest first. */
export const AT_ONCE = 500

interface Waits {
  _id: string
}

export interface WorkSettings<T extends Waits> {
  /** What is worked on, for the log: 'promotion'. */
  what: string
  /** At most `AT_ONCE` of those that wait, the oldest first, without these. */
  waiting(without: string[]): Promise<T[]>
  /** What is done one after the other, by one node at a time: as few names as can be, they are shared. */
  jobOf(one: T): string
  /** Does all that is to be done for one now. */
  attend(one: T): Promise<unknown>
  /** What time brings. */
  sweep(): Promise<unknown>
  /** Does it on no other node at the same time. */
  inTurn<R>(job: string, work: () => Promise<R>): Promise<R>
  logger: Logger
}

export interface Work<T extends Waits> {
  /** Something is to be done. */
  wake(): void
  /** Does it now for one; resolves when that is done. */
  attend(one: T): Promise<void>
  /** Begins nothing more, and resolves when what was begun is done. */
  stop(): Promise<void>
}

/** Works until it is stopped. */
export function startWork<T extends Waits>(settings: WorkSettings<T>): Work<T> {
  const { what, waiting, jobOf, sweep, inTurn, logger } = settings
  let round: Promise<void> | null = null
  let isWanted = false
  let isStopped = false

  function wake() {
    isWanted = true
    if (round || isStopped) return
    round = rounds()
      // What fails as a whole is a store that is away: the next poll looks again.
      .catch((error) => logger.error(`Work could not be looked for: ${what}`, error))
      .finally(() => {
        round = null
      })
  }

  async function rounds() {
    const failed = new Set<string>()
    while (isWanted && !isStopped) {
      isWanted = false
      const some = await waiting([...failed])
      await Promise.all(
        [...Map.groupBy(some, jobOf)].map(([job, all]) =>
          inTurn(job, () => attendAll(all, failed)),
        ),
      )
      // What was done may have made more to do.
      isWanted ||= some.length > 0
    }
  }

  async function attendAll(some: T[], failed: Set<string>) {
    for (const one of some) {
      if (isStopped) return
      // What fails comes again with the next poll, and holds nothing else up.
      await settings.attend(one).catch((error) => {
        failed.add(one._id)
        logger.error(`What is to be done was not: ${what}`, { id: one._id }, error)
      })
    }
  }

  const timer = setInterval(() => {
    sweep().catch((error) => logger.error(`What is old was not looked at: ${what}`, error))
    wake()
  }, POLL_MS)

  return {
    wake,
    async attend(one) {
      await inTurn(jobOf(one), () => settings.attend(one))
    },
    async stop() {
      isStopped = true
      clearInterval(timer)
      await round
    },
  }
}
