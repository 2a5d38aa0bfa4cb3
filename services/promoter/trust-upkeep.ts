import type { Model } from 'mongoose'
import type { Asked } from '#mixins/crud.ts'
import { warnOf } from './expiry.ts'
import { learnLocally } from './local-learning.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import type { StoredTrust } from './trust.model.ts'
import type { TrustService } from './trust-moves.ts'
import { stillPinned } from './trust-view.ts'

type Service = TrustService & {
  models: { Trust: Model<StoredTrust>; SpaceIdentity: Model<StoredSpaceIdentity> }
  logger: { warn(text: string, about: object): void }
}

/** Warns of certificates of others that end, forgets old ones, and has spaces learn what a crash kept from them. */
export async function keepUpTrusts(service: Service, ctx: Asked, now: Date): Promise<void> {
  const { Trust, SpaceIdentity } = service.models
  const used = Trust.find({ State: { $in: ['Active', 'Suspended'] } })
  for await (const trust of used.lean<StoredTrust[]>().cursor()) {
    await warnOf(service, ctx, Trust, trust, { kind: 'Trust', whose: `of ${trust.Name}`, now })
    const Previous = stillPinned(trust.Previous, now)
    if (Previous.length === trust.Previous.length) continue
    await Trust.updateOne({ _id: trust._id, Version: trust.Version }, { $set: { Previous } })
  }
  const replaced = SpaceIdentity.find({ _previous: { $ne: [] } }, { SpaceId: 1 })
  for await (const { SpaceId } of replaced.lean<Pick<StoredSpaceIdentity, 'SpaceId'>[]>().cursor())
    await learnLocally(service, ctx, SpaceId)
}
