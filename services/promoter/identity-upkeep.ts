import type { Model } from 'mongoose'
import type { AuditedChange } from '#mixins/audited.mixin.ts'
import type { Asked } from '#mixins/crud.ts'
import { warnOf } from './expiry.ts'
import { stillKept } from './identity-making.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'

interface Service {
  models: { SpaceIdentity: Model<StoredSpaceIdentity> }
  audited(ctx: Asked, change: AuditedChange): Promise<void>
}

/** Warns of certificates of this server's spaces that end, and erases keys whose overlap has ended. */
export async function keepUp(service: Service, ctx: Asked, now: Date): Promise<void> {
  const { SpaceIdentity } = service.models
  for await (const identity of SpaceIdentity.find().lean<StoredSpaceIdentity[]>().cursor()) {
    const whose = `of the space ${identity.SpaceName} itself`
    await warnOf(service, ctx, SpaceIdentity, identity, { kind: 'SpaceIdentity', whose, now })
    const kept = stillKept(identity._previous, now)
    if (kept.length === identity._previous.length) continue
    const { _id, Version } = identity
    // A rotation meanwhile has dropped them too.
    await SpaceIdentity.updateOne({ _id, Version }, { $set: { _previous: kept } })
  }
}
