import { expires, type PromotionState, promotionStates } from '#domain/promotion/promotion-state.ts'
import { blobs } from '#store/blobs.ts'
import type { AttendsWith } from './attending.ts'
import type { StoredPromotion } from './promotion.model.ts'
import { withBundle } from './promotion-news.ts'
import { change } from './promotion-writes.ts'

const AT_ONCE = 200
const expiring: PromotionState[] = promotionStates.filter(expires)

/** Ends promotions whose target takes them no more, and removes the files that nobody takes any more. */
export async function sweep({ promotions, trustOf }: AttendsWith): Promise<void> {
  const now = new Date().toISOString()
  const overdue = await promotions
    .find({ _bundle: { $in: expiring }, NotAfter: { $lt: now } }, { SpaceId: 1, TrustId: 1 })
    .limit(AT_ONCE)
    .lean<Pick<StoredPromotion, '_id' | 'SpaceId' | 'TrustId'>[]>()
  for (const { _id, SpaceId, TrustId } of overdue) {
    const { Transport } = await trustOf(SpaceId, TrustId)
    await change(promotions, _id, (one) =>
      withBundle(one, { state: 'Expired', at: null, transport: Transport.Kind, now }),
    )
  }
  const old = await promotions
    .find({ _blob: { $ne: null }, NotAfter: { $lt: now } }, { _blob: 1 })
    .limit(AT_ONCE)
    .lean<Pick<StoredPromotion, '_id' | '_blob'>[]>()
  for (const { _id, _blob } of old) {
    if (_blob) await Promise.all([blobs.remove(_blob), blobs.remove(`${_blob}.pack`)])
    await promotions.updateOne({ _id, _blob }, { $set: { _blob: null }, $inc: { Version: 1 } })
  }
}
