/** What imports wait for this server to do. It stands in the store, so that nothing of it is lost with who began it. */
import type { Logger } from 'moleculer'
import { asSystem, systemCaller } from '#bus/caller.ts'
import { hasEnded } from '#domain/promotion/import-state.ts'
import type { StoredImport } from './import.model.ts'
import { tellSource } from './import-telling.ts'
import { autoImport, type KeepsUp, lookForPackages } from './import-upkeep.ts'
import { dropFiles, importAll } from './importing.ts'

/** The slow look at the store, for what another node has left and for packages that come, in ms. */
const POLL_MS = 5_000
const AT_ONCE = 200

export interface WorkSettings extends KeepsUp {
  /** Does it on no other node at the same time. */
  inTurn<T>(job: string, work: () => Promise<T>): Promise<T>
  logger: Logger
  /** Tells pages that an import may have changed. */
  tell(id: string): Promise<void>
  /** Everything else that time brings, each poll. */
  sweep(): Promise<void>
}

export interface Work {
  /** Something is to be done. */
  wake(): void
  /** Does now what is to be done for one. */
  attend(which: Which): Promise<void>
  /** Begins nothing more, and resolves when what was begun is done. */
  stop(): Promise<void>
}

type Which = Pick<StoredImport, '_id' | 'SpaceId'>

/** Works until it is stopped. */
export function startWork(on: WorkSettings): Work {
  const { models, inTurn, logger, sweep, tell } = on
  let round: Promise<void> | null = null
  let isWanted = false
  let isStopped = false

  function wake() {
    isWanted = true
    if (round || isStopped) return
    round = rounds()
      // What fails as a whole is a store that is away: the next poll looks again.
      .catch((error) => logger.error('Imports could not be looked at', error))
      .finally(() => {
        round = null
      })
  }

  async function rounds() {
    while (isWanted && !isStopped) {
      isWanted = false
      const waiting = await models.Import.find(
        { $or: [{ _work: true }, { State: { $in: ['Importing', 'AwaitingPackages'] } }] },
        { SpaceId: 1 },
      )
        .sort({ Received: 1 })
        .limit(AT_ONCE)
        .lean<Which[]>()
      for (const one of waiting) {
        if (isStopped) return
        // What fails comes again with the next poll, and holds nothing else up.
        await attend(one).catch((error) =>
          logger.error('What an import waits for was not done', { import: one._id }, error),
        )
      }
    }
  }

  // One at a time in a space: a few jobs in all, however many imports there are.
  const attend = ({ _id, SpaceId }: Which) =>
    inTurn(`imports ${SpaceId}`, () => attendTo(on, _id)).finally(() => tell(_id))

  const timer = setInterval(() => {
    sweep().catch((error) => logger.error('Old imports were not looked at', error))
    wake()
  }, POLL_MS)

  return {
    wake,
    attend,
    async stop() {
      isStopped = true
      clearInterval(timer)
      await round
    },
  }
}

/** Until nothing is left to be done for it now. */
async function attendTo(on: WorkSettings, id: string): Promise<void> {
  const by = { meta: { caller: systemCaller(`the import ${id}`) } }
  let stored = await on.models.Import.findById(id).lean<StoredImport>()
  if (!stored) return
  if (stored.State === 'AwaitingPackages') stored = await lookForPackages(on, stored)
  if (stored._work && stored.State === 'AwaitingReview') {
    await autoImport(on, by, stored)
    stored = await on.models.Import.findById(id).lean<StoredImport>()
  }
  if (stored?.State === 'Importing') {
    await importAll(on, by, stored)
    stored = await on.models.Import.findById(id).lean<StoredImport>()
  }
  if (!stored) return
  if (hasEnded(stored.State)) stored = (await dropFiles(on.models.Import, stored)) ?? stored
  if (!stored._work) return
  await tellSource(asSystem(on.broker, 'news of an import'), on.models.Import, stored)
  // Unless something has changed meanwhile.
  const { _id, Version } = stored
  await on.models.Import.updateOne({ _id, Version }, { $set: { _work: false } })
}
