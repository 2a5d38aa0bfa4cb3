import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import type { StoredRelease } from './release.model.ts'
import type { Release } from './releases.contract.ts'

/** The part of a release's consequences that this folder asks for: automatic deployments. */
const FOLLOWER = 'deployments'

/** What of the service the functions here need. */
export interface Automates {
  broker: Pick<Bus, 'call'>
  models: { Release: Model<StoredRelease> }
  logger: { error(text: string, ...about: unknown[]): void }
}

/**
 * Has the lifecycle's automatic deployments of a release queued, and notes that they are. What fails
 * is done later: what was asked for, the release or its defect, is stored.
 */
export async function automate(
  { broker, models, logger }: Automates,
  { Id, SpaceId }: Pick<Release, 'Id' | 'SpaceId'>,
): Promise<void> {
  const system = asSystem(broker, 'a release may go further')
  try {
    await system.call('deployments.automate', { spaceId: SpaceId, releaseId: Id })
    await models.Release.updateOne({ _id: Id }, { $pull: { _follow: FOLLOWER } })
  } catch (error) {
    logger.error('A release was not deployed by its lifecycle', { release: Id }, error)
  }
}

/** What a crash, or a failure, has left undone. */
export async function automateAll(service: Automates): Promise<void> {
  const fields = { SpaceId: 1, _follow: 1 } as const
  const left = await service.models.Release.find({ _follow: FOLLOWER }, fields).lean<
    Pick<StoredRelease, '_id' | 'SpaceId' | '_follow'>[]
  >()
  // One that waits for its project is not to be deployed yet.
  for (const { _id, SpaceId, _follow } of left)
    if (_follow.every((name) => name === FOLLOWER)) await automate(service, { Id: _id, SpaceId })
}
