/**
 * What promotions wait for this server to do: build, send, tell. It stands in the store, so that nothing
 * of it is lost with who began it.
 */
import type { Logger } from 'moleculer'
import type { StoredPromotion } from './promotion.model.ts'
import type { Promotions } from './promotion-writes.ts'

/** The slow look at the store, for what another node has left, in ms. */
const POLL_MS = 5_000
const AT_ONCE = 500

export interface WorkSettings {
  promotions: Promotions
  /** Does all that is to be done for one promotion now. */
  attend(id: string): Promise<void>
  /** Ends what is too old. */
  sweep(): Promise<void>
  /** Does it on no other node at the same time. */
  inTurn<T>(job: string, work: () => Promise<T>): Promise<T>
  logger: Logger
}

export interface Work {
  /** Something is to be done. */
  wake(): void
  /** Begins nothing more, and resolves when what was begun is done. */
  stop(): Promise<void>
}

/** Works until it is stopped. Of one space at a time one promotion, in the order in which they were made. */
export function startWork(settings: WorkSettings): Work {
  const { promotions, attend, sweep, inTurn, logger } = settings
  let round: Promise<void> | null = null
  let isWanted = false
  let isStopped = false

  function wake() {
    isWanted = true
    if (round || isStopped) return
    round = rounds()
      // What fails as a whole is a store that is away: the next poll looks again.
      .catch((error) => logger.error('Promotions could not be looked at', error))
      .finally(() => {
        round = null
      })
  }

  async function rounds() {
    const failed = new Set<string>()
    while (isWanted && !isStopped) {
      isWanted = false
      const waiting = await promotions
        .find({ _work: true, _id: { $nin: [...failed] } }, { TrustId: 1 })
        .sort({ Created: 1 })
        .limit(AT_ONCE)
        .lean<Pick<StoredPromotion, '_id' | 'TrustId'>[]>()
      const byTrust = Map.groupBy(waiting, ({ TrustId }) => TrustId)
      await Promise.all(
        [...byTrust].map(([trustId, some]) =>
          inTurn(`promotions to ${trustId}`, () => attendAll(some, failed)),
        ),
      )
      // What was done may have made more to do.
      isWanted ||= waiting.length > 0
    }
  }

  async function attendAll(some: Pick<StoredPromotion, '_id'>[], failed: Set<string>) {
    for (const { _id } of some) {
      if (isStopped) return
      // What fails comes again with the next poll, and holds nothing else up.
      await attend(_id).catch((error) => {
        failed.add(_id)
        logger.error('What a promotion waits for was not done', { promotion: _id }, error)
      })
    }
  }

  const timer = setInterval(() => {
    sweep().catch((error) => logger.error('Old promotions were not looked at', error))
    wake()
  }, POLL_MS)

  return {
    wake,
    async stop() {
      isStopped = true
      clearInterval(timer)
      await round
    },
  }
}
