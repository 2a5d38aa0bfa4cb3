/** Spaces of one server need carry nothing to each other when one of them replaces its keys. */
import type { Model } from 'mongoose'
import { fingerprintOf } from '#domain/bundle/identity.ts'
import { writeRotations } from '#domain/bundle/rotation.ts'
import type { Asked } from '#mixins/crud.ts'
import { documentOf } from './identity-making.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import type { StoredTrust } from './trust.model.ts'
import { type Renewal, renewalOf } from './trust-documents.ts'
import { moveTrust, type TrustService } from './trust-moves.ts'

type Service = TrustService & {
  models: { SpaceIdentity: Model<StoredSpaceIdentity> }
  logger: { warn(text: string, about: object): void }
}

/** Gives the present keys of a space to who trusts it here: by the documents that others would be sent. */
export async function learnLocally(service: Service, ctx: Asked, spaceId: string): Promise<void> {
  const identity = await service.models.SpaceIdentity.findOne({
    SpaceId: spaceId,
  }).lean<StoredSpaceIdentity>()
  if (!identity) return
  const now = new Date()
  for (const trust of await behind(service, identity)) {
    const renewal = await renewalFrom(identity, trust, now)
    // What people must decide, they decide on the page.
    if (!renewal || renewal.isProposal) continue
    await learn(service, ctx, trust, renewal)
  }
}

async function learn(service: Service, ctx: Asked, trust: StoredTrust, { changes }: Renewal) {
  const message = `${trust.Name} has replaced its keys`
  try {
    await moveTrust(service, ctx, trust, { changes, category: 'TrustRotated', message })
  } catch (error) {
    // Somebody has changed it in this moment; the next look takes it.
    if ((error as { type?: string }).type !== 'STALE') throw error
    service.logger.warn('New keys are learnt later', { trust: trust._id })
  }
}

/** Local trusts of the space that know older keys of it. */
function behind({ models }: Service, identity: StoredSpaceIdentity): Promise<StoredTrust[]> {
  const old = identity._previous.map(({ IdentityCertificate }) =>
    fingerprintOf(IdentityCertificate),
  )
  return models.Trust.find({
    Fingerprint: { $in: [...new Set([identity.Fingerprint, ...old])] },
    EncryptionCertificate: { $ne: identity.EncryptionCertificate },
    'Transport.Kind': 'Local',
    State: { $in: ['Active', 'Suspended'] },
  }).lean<StoredTrust[]>()
}

async function renewalFrom(identity: StoredSpaceIdentity, trust: StoredTrust, now: Date) {
  if (trust.Fingerprint !== identity.Fingerprint)
    return renewalOf(trust, writeRotations(identity._rotations), now)
  const { SpaceName: spaceName } = identity
  const serverUrl = trust.ServerUrl ?? undefined
  return renewalOf(trust, await documentOf(identity, { spaceName, serverUrl, now }), now)
}
