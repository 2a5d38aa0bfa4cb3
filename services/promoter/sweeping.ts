import {
  expires,
  mayWithdraw,
  type PromotionState,
  promotionStates,
} from '#domain/promotion/promotion-state.ts'
import { blobs } from '#store/blobs.ts'
import type { AttendsWith } from './attending.ts'
import type { StoredPromotion } from './promotion.model.ts'
import { withBundle, withdrawn } from './promotion-news.ts'
import { change } from './promotion-writes.ts'

const AT_ONCE = 200
const expiring: PromotionState[] = promotionStates.filter(expires)

/** Ends promotions whose target takes them no more, and removes the files that nobody takes any more. */
export async function sweep({ promotions }: Pick<AttendsWith, 'promotions'>): Promise<void> {
  const now = new Date().toISOString()
  const overdue = await promotions
    .find({ _bundle: { $in: expiring }, NotAfter: { $lt: now } }, { _id: 1 })
    .limit(AT_ONCE)
    .lean<Pick<StoredPromotion, '_id'>[]>()
  for (const { _id } of overdue) {
    await change(promotions, _id, (one) => withBundle(one, { state: 'Expired', at: null, now }))
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

const unaccepted: PromotionState[] = promotionStates.filter(mayWithdraw)

/** Takes back what the spaces of revoked trusts have not accepted. What they have, stays with them. */
export async function dropRevoked({ promotions, trustOf }: AttendsWith): Promise<void> {
  const open = { _bundle: { $in: unaccepted } }
  const trusts: string[] = await promotions.distinct('TrustId', open)
  for (const TrustId of trusts) {
    const first = await promotions.findOne({ TrustId, ...open }, { SpaceId: 1 }).lean()
    const { State } = await trustOf(first?.SpaceId ?? '', TrustId)
    if (State !== 'Revoked') continue
    const about = { now: new Date().toISOString(), error: 'The trust was revoked.' }
    const some = promotions.find({ TrustId, ...open }, { _id: 1 })
    for await (const { _id } of some.lean<Pick<StoredPromotion, '_id'>[]>().cursor())
      await change(promotions, _id, (one) =>
        mayWithdraw(one._bundle) ? withdrawn(one, about) : one,
      )
  }
}
