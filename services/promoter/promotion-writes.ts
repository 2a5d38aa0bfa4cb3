/** How promotions are stored. What they become is a pure function of what they were, written if they still are. */
import type { Model } from 'mongoose'
import { NotFoundError } from '#bus/errors.ts'
import type { StoredPromotion } from './promotion.model.ts'

export type Promotions = Model<StoredPromotion>

/**
 * Changes a promotion by what `to` makes of it, anew when another was faster. The same promotion from
 * `to` writes nothing. Answers what is stored then; null when there is no such promotion.
 */
export async function change(
  promotions: Promotions,
  _id: string,
  to: (promotion: StoredPromotion) => StoredPromotion,
): Promise<StoredPromotion | null> {
  for (;;) {
    const before = await promotions.findById(_id).lean<StoredPromotion>()
    if (!before) return null
    const after = to(before)
    if (after === before) return before
    const { _id: _, Version, _sequence, ...fields } = after
    const number = _sequence === undefined ? { $unset: { _sequence: 1 } } : {}
    const { matchedCount } = await promotions.updateOne(
      { _id, Version: before.Version },
      { $set: { ...fields, ...(_sequence && { _sequence }) }, $inc: { Version: 1 }, ...number },
    )
    if (matchedCount > 0) return { ...after, Version: before.Version + 1 }
  }
}

const DUPLICATE_KEY = 11_000

/** Stores a new one; false when another has taken its turn meanwhile. */
export async function insert(promotions: Promotions, made: StoredPromotion): Promise<boolean> {
  try {
    await promotions.create(made)
    return true
  } catch (error) {
    if ((error as { code?: number }).code === DUPLICATE_KEY) return false
    throw error
  }
}

/** The last promotion of a release to a space. */
export const latest = (
  promotions: Promotions,
  { releaseId, trustId }: { releaseId: string; trustId: string },
): Promise<StoredPromotion | null> =>
  promotions
    .findOne({ ReleaseId: releaseId, TrustId: trustId })
    .sort({ _turns: -1 })
    .lean<StoredPromotion | null>()

/**
 * Gives a bundle the next number for its space, kept with the promotion it is of: begun again after a
 * crash, it has the same. Two that want one at once get two, and none is left out.
 */
export async function numbered(
  promotions: Promotions,
  promotion: StoredPromotion,
): Promise<StoredPromotion | null> {
  if (promotion._sequence !== undefined) return promotion
  const { _id, TrustId, Version } = promotion
  for (;;) {
    const [last] = await promotions
      .find({ TrustId }, { Sequence: 1 })
      .sort({ Sequence: -1 })
      .limit(1)
      .lean<Pick<StoredPromotion, 'Sequence'>[]>()
    const Sequence = (last?.Sequence ?? 0) + 1
    const taken = { Sequence, _sequence: `${TrustId}#${Sequence}` }
    try {
      const { matchedCount } = await promotions.updateOne(
        { _id, Version },
        { $set: taken, $inc: { Version: 1 } },
      )
      return matchedCount > 0 ? { ...promotion, ...taken, Version: Version + 1 } : null
    } catch (error) {
      if ((error as { code?: number }).code !== DUPLICATE_KEY) throw error
    }
  }
}

/** A promotion of a space as it is stored, and what time it is. */
export async function known(
  { models }: { models: { Promotion: Promotions } },
  { spaceId, id }: { spaceId: string; id: string },
): Promise<{ before: StoredPromotion; now: string }> {
  const where = { _id: id, SpaceId: spaceId }
  const before = await models.Promotion.findOne(where).lean<StoredPromotion>()
  if (!before) throw new NotFoundError('Promotion', id)
  return { before, now: new Date().toISOString() }
}
