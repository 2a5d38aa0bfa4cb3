/** How receipts that have come are checked and recorded, whichever way they came. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { BundleRefusedError } from '#bus/errors.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import type { Receipt, ReceiptContext } from '#domain/bundle/receipt.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import type { Asked } from '#mixins/crud.ts'
import type { Promotions } from './promotion-writes.ts'
import { readerOf } from './reader.ts'
import type { StoredReceipt } from './receipt.model.ts'
import { keep, promotionOf } from './receiving.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import type { Trust } from './trusts.contract.ts'

interface Service extends Audit {
  broker: Pick<Bus, 'call'>
  models: {
    Receipt: Model<StoredReceipt>
    Promotion: Promotions
    SpaceIdentity: Model<StoredSpaceIdentity>
  }
}

/** What a space must know to believe receipts: among it, which bundles it has sent to whom. */
export async function contextFor(on: Service, spaceId: string): Promise<ReceiptContext<Trust>> {
  const reader = await readerOf(on, spaceId)
  return {
    ...reader,
    async hasSent({ bundleId, target }) {
      const trust = await reader.trustByKid(target)
      if (!trust) return false
      const about = { bundleId, spaceId, trustId: trust.Id }
      return (await promotionOf(on.models.Promotion, about)) !== null
    },
  }
}

/** What comes of reading; what is refused is recorded, and told with its code. */
export async function refused<T>(
  on: Service,
  ctx: Asked,
  spaceId: string,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof BundleError)) throw error
    await on.audited(ctx, {
      ...{ category: 'ReceiptRejected', kind: 'Receipt', spaceId },
      message: `Receipts were refused (${error.code}): ${error.message}`,
    })
    throw new BundleRefusedError(error.message, error.code)
  }
}

/** Keeps what is new of checked receipts, in their order, and records each. */
export async function takeAll(
  on: Service,
  ctx: Asked,
  { trust, receipts }: { trust: Trust; receipts: Receipt[] },
): Promise<{ Accepted: number; Unchanged: number }> {
  let Accepted = 0
  for (const receipt of receipts.toSorted((a, b) => a.sequence - b.sequence)) {
    const about = { bundleId: receipt.bundleId, spaceId: trust.SpaceId, trustId: trust.Id }
    const promotion = await promotionOf(on.models.Promotion, about)
    // It was there a moment ago: its space is being taken away.
    if (!promotion) continue
    const kept = await keep(on.models.Receipt, receipt, { trust, promotion })
    if (!kept) continue
    Accepted += 1
    const place = kept.Environment ? ` in ${kept.Environment.Name}` : ''
    await on.audited(ctx, {
      ...{ category: 'ReceiptAccepted', kind: 'Receipt', id: kept._id, spaceId: trust.SpaceId },
      message: `${trust.Name} reports of release ${promotion.ReleaseVersion}${place}: ${kept.State}`,
      related: [promotion._id, promotion.ReleaseId, promotion.ProjectId, trust.Id],
    })
  }
  return { Accepted, Unchanged: receipts.length - Accepted }
}
