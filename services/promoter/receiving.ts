/** How receipts are kept, and what they make of promotions. */
import type { Model } from 'mongoose'
import { isNews, type Receipt, type ReceiptState } from '#domain/bundle/receipt.ts'
import { newId } from '#store/ids.ts'
import type { StoredPromotion } from './promotion.model.ts'
import { withReceipt } from './promotion-news.ts'
import { change, type Promotions } from './promotion-writes.ts'
import type { StoredReceipt } from './receipt.model.ts'

type Receipts = Model<StoredReceipt>
interface From {
  Id: string
  SpaceId: string
  Name: string
}

const DUPLICATE_KEY = 11_000

/** The promotion whose bundle it is about, of this space and for that one; null when there is none. */
export const promotionOf = (
  promotions: Promotions,
  { bundleId, spaceId, trustId }: { bundleId: string; spaceId: string; trustId: string },
): Promise<StoredPromotion | null> =>
  promotions
    .findOne({ _bundles: bundleId, SpaceId: spaceId, TrustId: trustId })
    .lean<StoredPromotion | null>()

/** Keeps a receipt that was checked, unless as much or more is known. null: nothing new. */
export async function keep(
  receipts: Receipts,
  receipt: Receipt,
  { trust, promotion }: { trust: From; promotion: StoredPromotion },
): Promise<StoredReceipt | null> {
  const fields = fieldsOf(receipt, { trust, promotion })
  const known = await receipts.findOne({ _of: fields._of }).lean<StoredReceipt>()
  if (known) {
    if (!isNews(receipt, known.Sequence)) return null
    const { _id: _, ...changed } = fields
    // Of two that come at once the higher stays.
    const { matchedCount } = await receipts.updateOne(
      { _of: fields._of, Sequence: { $lt: receipt.sequence } },
      { $set: changed },
    )
    return matchedCount > 0 ? { ...fields, _id: known._id } : null
  }
  try {
    await receipts.create(fields)
    return fields
  } catch (error) {
    if ((error as { code?: number }).code !== DUPLICATE_KEY) throw error
    return keep(receipts, receipt, { trust, promotion })
  }
}

/** Tells the promotions what kept receipts say: also those of which a crash has kept them. In their order. */
export async function applyKept({
  receipts,
  promotions,
}: {
  receipts: Receipts
  promotions: Promotions
}): Promise<void> {
  for (;;) {
    const some = await receipts
      .find({ _work: true })
      .sort({ Sequence: 1 })
      .limit(AT_ONCE)
      .lean<StoredReceipt[]>()
    for (const receipt of some) {
      await apply(promotions, receipt)
      const { _id, Sequence } = receipt
      await receipts.updateOne({ _id, Sequence }, { $set: { _work: false } })
    }
    if (some.length < AT_ONCE) return
  }
}

const AT_ONCE = 100

/** A receipt counts for its own promotion, and for those whose place that one has taken. */
async function apply(promotions: Promotions, receipt: StoredReceipt): Promise<void> {
  const { PromotionId, ReleaseId, TrustId, Environment } = receipt
  const state = stateOf(receipt.State)
  if (!state || !Environment) return
  const own = await promotions.findById(PromotionId).lean<StoredPromotion>()
  if (!own) return
  const replaced = await promotions
    .find({ ReleaseId, TrustId, _bundle: 'Superseded', _turns: { $lt: own._turns } }, { _id: 1 })
    .lean<Pick<StoredPromotion, '_id'>[]>()
  const news = {
    ...{ environment: Environment.Name, state, error: errorOf(receipt) },
    at: receipt.EndedAt ?? receipt.StartedAt ?? receipt.IssuedAt,
    sequence: receipt.Sequence,
    now: receipt.ReceivedAt,
  }
  for (const { _id } of [own, ...replaced])
    await change(promotions, _id, (one) => withReceipt(one, news))
}

const states: Partial<Record<ReceiptState, 'Accepted' | 'Deploying' | 'Succeeded' | 'Failed'>> = {
  Queued: 'Accepted',
  Executing: 'Deploying',
  Success: 'Succeeded',
  Failed: 'Failed',
  Canceled: 'Failed',
}
const stateOf = (state: ReceiptState) => states[state]

const errorOf = ({ State, RemoteSpace, Error: why }: StoredReceipt): string =>
  State === 'Canceled' ? `The deployment was cancelled at ${RemoteSpace}.` : why

function fieldsOf(
  receipt: Receipt,
  { trust, promotion }: { trust: From; promotion: StoredPromotion },
): StoredReceipt {
  const { environment, steps, tenants, deploymentId } = receipt
  return {
    _id: newId('Receipts'),
    SpaceId: promotion.SpaceId,
    TrustId: trust.Id,
    RemoteSpace: trust.Name,
    PromotionId: promotion._id,
    ReleaseId: promotion.ReleaseId,
    BundleId: receipt.bundleId,
    Revision: receipt.revision,
    Sequence: receipt.sequence,
    Environment: environment && { Id: environment.id, Name: environment.name },
    DeploymentId: deploymentId,
    State: receipt.state,
    QueuedAt: receipt.queuedAt,
    StartedAt: receipt.startedAt,
    EndedAt: receipt.endedAt,
    HasWarnings: receipt.warnings,
    Steps: steps?.map(({ name, status }) => ({ Name: name, Status: status })) ?? null,
    Error: receipt.error,
    Tenants: tenants && {
      ...{ Total: tenants.total, Succeeded: tenants.succeeded, Failed: tenants.failed },
    },
    By: receipt.by,
    IssuedAt: receipt.issuedAt,
    ReceivedAt: new Date().toISOString(),
    _of: `${trust.Id} ${deploymentId ?? `release ${promotion.ReleaseId}`}`,
    _work: true,
  }
}
