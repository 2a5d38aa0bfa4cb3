/** How a promotion gets to a target that is connected: what is said to it, and what its answers make of it. */
import { createHash } from 'node:crypto'
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { bundleLimits } from '#domain/bundle/limits.ts'
import { openSigned } from '#domain/bundle/signed.ts'
import type { NeedBody } from '#domain/promotion/messages.ts'
import type { PromotionState } from '#domain/promotion/promotion-state.ts'
import { blobs } from '#store/blobs.ts'
import type { StoredBlobGrant } from './blob-grant.model.ts'
import { grant } from './blob-grants.ts'
import { withBlob } from './blob-source.ts'
import type { StoredPromotion } from './promotion.model.ts'
import { withBundle } from './promotion-news.ts'
import { change, type Promotions } from './promotion-writes.ts'
import { promotionOf } from './receiving.ts'
import type { TrustFacts } from './trust-facts.ts'

type System = Pick<Bus, 'call'>

/** States from which a bundle is to be sent, if that was not begun yet. */
const toBeSent: PromotionState[] = [
  ...(['Built', 'Exported', 'Sending', 'Retrying', 'Undeliverable'] as const),
  // Made anew: with its packages, or for it was too old.
  ...(['Delivered', 'AwaitingReview'] as const),
]

/** Whether the target is to be told something. */
export const isToBeSent = (
  { _bundle, _offered, _blob, _tell, BundleId }: StoredPromotion,
  { Transport }: TrustFacts,
): boolean =>
  Transport.Kind !== 'Disconnected' &&
  (_tell.length > 0 || (_blob !== null && _offered !== BundleId && toBeSent.includes(_bundle)))

/** Gives the outbox what the target is to be told. May be done again. */
export async function send(
  { system, promotions }: { system: System; promotions: Promotions },
  promotion: StoredPromotion,
): Promise<void> {
  const { _id, SpaceId: spaceId, TrustId: trustId, BundleId, _blob, _tell, _recalls } = promotion
  const bundleId = BundleId ?? ''
  const post = (type: 'bundle.offer' | 'bundle.withdraw' | 'release.recall', body: object) =>
    system.call('promotionoutbox.post', {
      ...{ spaceId, trustId, type, body },
      key: `${type} ${bundleId}`,
    })
  const isOffered =
    _blob !== null && promotion._offered !== BundleId && toBeSent.includes(promotion._bundle)
  if (isOffered) await post('bundle.offer', await offerOf(_blob))
  for (const what of _tell)
    if (what === 'withdraw') await post('bundle.withdraw', { bundleId })
    else await post('release.recall', { bundleId, reason: _recalls })
  const now = new Date().toISOString()
  await change(promotions, _id, (one) => {
    const told = { ...one, _tell: one._tell.slice(_tell.length) }
    if (!isOffered) return told
    const offered = { ...told, _offered: BundleId }
    const news = { state: 'Sending', at: null, now } as const
    return one._bundle === 'Built' ? withBundle(offered, news) : offered
  })
}

/** The signed part of a bundle, and what its file is. */
async function offerOf(blobName: string) {
  const hash = createHash('sha256')
  for await (const piece of blobs.read(blobName)) hash.update(piece)
  const { manifest, jws, size } = await withBlob(blobName, async (source) => {
    const { signed } = await openSigned(source, { kind: 'bundle', limits: bundleLimits })
    return { ...signed, size: source.size }
  })
  const text = Buffer.from(manifest).toString('utf8')
  return { manifest: text, jws, size, sha256: hash.digest('hex') }
}

interface From {
  spaceId: string
  trustId: string
}

interface Hears {
  system: System
  promotions: Promotions
  grants: Model<StoredBlobGrant>
}

/** The target wants the file: it may fetch it by the ticket that it has made. */
export async function letFetch(on: Hears, need: From & NeedBody): Promise<void> {
  const { spaceId, trustId, bundleId, ticket } = need
  const promotion = await promotionOf(on.promotions, { bundleId, spaceId, trustId })
  if (!promotion?._blob || promotion.BundleId !== bundleId) return
  const { _blob: blobName } = promotion
  for (const { sha256 } of need.blobs)
    await grant(on.grants, { spaceId, trustId, ticket, sha256, blobName, now: new Date() })
  const news = { state: 'Sending', at: null } as const
  await change(on.promotions, promotion._id, (one) =>
    withBundle(one, { ...news, now: new Date().toISOString() }),
  )
  await on.system.call('promotionoutbox.post', {
    ...{ spaceId, trustId, type: 'bundle.commit', body: { bundleId } },
    key: `bundle.commit ${bundleId} ${ticket.slice(0, 8)}`,
  })
}

/** Its sending goes on, or is given up. */
export async function noteSending(
  on: Pick<Hears, 'promotions'>,
  told: From & { bundleId: string; state: 'Retrying' | 'Undeliverable'; error: string },
): Promise<void> {
  const { bundleId, spaceId, trustId, state, error } = told
  const promotion = await promotionOf(on.promotions, { bundleId, spaceId, trustId })
  if (!promotion || promotion.BundleId !== bundleId) return
  const now = new Date().toISOString()
  await change(on.promotions, promotion._id, (one) =>
    withBundle(one, { state, at: null, error, now }),
  )
}
