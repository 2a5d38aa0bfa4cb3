import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import type { StoredRelease } from './release.model.ts'
import type { Release } from './releases.contract.ts'

/** The part of a release's consequences that this folder asks for: automatic deployments. */
const FOLLOWER = 'deployments'

/** Has the lifecycle's automatic deployments of a release queued, and notes that they are. */
export async function automate(
  broker: Pick<Bus, 'call'>,
  releases: Model<StoredRelease>,
  { Id, SpaceId }: Pick<Release, 'Id' | 'SpaceId'>,
): Promise<void> {
  const system = asSystem(broker, 'a release may go further')
  await system.call('deployments.automate', { spaceId: SpaceId, releaseId: Id })
  await releases.updateOne({ _id: Id }, { $pull: { _follow: FOLLOWER } })
}

/** What a crash has left undone. */
export async function automateAll(
  broker: Pick<Bus, 'call'>,
  releases: Model<StoredRelease>,
): Promise<void> {
  const left = await releases
    .find({ _follow: FOLLOWER }, { SpaceId: 1 })
    .lean<Pick<StoredRelease, '_id' | 'SpaceId'>[]>()
  for (const { _id, SpaceId } of left) await automate(broker, releases, { Id: _id, SpaceId })
}
