import { defineService } from '#bus'
import { InvalidError } from '#bus/errors.ts'
import { onceThere } from '#bus/once-there.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import { readJws } from '#domain/bundle/jws.ts'
import { readReceipt } from '#domain/bundle/receipt.ts'
import { readReceiptsFile } from '#domain/bundle/receipts-file.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { once } from '#mixins/once.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { blobs } from '#store/blobs.ts'
import { publicOf } from '#store/resource.ts'
import { withBlob } from './blob-source.ts'
import { promotionSchema } from './promotion.model.ts'
import { receiptSchema, type StoredReceipt } from './receipt.model.ts'
import { contextFor, refused, takeAll } from './receipt-taking.ts'
import { applyKept } from './receiving.ts'
import { orRefused } from './refused.ts'
import { spaceIdentitySchema } from './space-identity.model.ts'

const LEFT_AFTER_MS = 3_600_000
const REPAIR_EACH_MS = 10_000
const MOST_OF_RELEASE = 1_000

export default defineService('receipts', {
  mixins: [
    stored({
      Receipt: receiptSchema,
      Promotion: promotionSchema,
      SpaceIdentity: spaceIdentitySchema,
    }),
    audited,
    once,
    keeping<{ repairTimer: NodeJS.Timeout; applyAll: () => Promise<void> }>(),
  ],

  actions: {
    expect: {
      description: 'Whether a file of receipts may be sent',
      permission: 'PromotionCreate',
      params: { spaceId: 'string' },
      async handler() {
        return null
      },
    },

    import: {
      description: 'Takes a file of receipts that was carried here',
      permission: 'PromotionCreate',
      params: { spaceId: 'string', blobName: 'string' },
      timeout: 0,
      async handler(ctx) {
        const { spaceId, blobName } = ctx.params
        // The name is a client's only where it comes over the bus: what it names is read, and told of.
        if (!blobName.startsWith(`receipts-in/${spaceId}/`))
          throw new InvalidError([`The file '${blobName}' is none of receipts.`])
        const context = await contextFor(this, spaceId)
        const { receipts, trust, unknown } = await refused(this, ctx, spaceId, () =>
          withBlob(blobName, (source) => readReceiptsFile(source, context)),
        )
        const taken = await takeAll(this, ctx, { trust, receipts })
        await this.applyAll?.()
        await this.broker.broadcast('receipts.taken', { spaceId })
        return { RemoteSpace: trust.Name, ...taken, Unknown: unknown }
      },
    },

    take: {
      description: 'Takes receipts that have come over a connection',
      permission: 'system',
      params: { spaceId: 'string', receipts: { type: 'array', items: 'string', max: 1_000 } },
      timeout: 0,
      async handler(ctx) {
        const { spaceId } = ctx.params
        const context = await contextFor(this, spaceId)
        const answer = { RemoteSpace: '', Accepted: 0, Unchanged: 0, Unknown: 0, Highest: 0 }
        for (const jws of ctx.params.receipts) {
          // Who has asked records what is refused: a sender that tries again must not fill the audit trail.
          const read = await orRefused(
            readReceipt(jws, context).catch((error: unknown) => {
              if (error instanceof BundleError && error.code === 'UnknownBundle') return null
              throw error
            }),
          )
          answer.Highest = Math.max(answer.Highest, sequenceIn(jws))
          if (!read) {
            answer.Unknown += 1
            continue
          }
          const taken = await takeAll(this, ctx, { trust: read.trust, receipts: [read.receipt] })
          answer.RemoteSpace = read.trust.Name
          answer.Accepted += taken.Accepted
          answer.Unchanged += taken.Unchanged
        }
        await this.applyAll?.()
        await this.broker.broadcast('receipts.taken', { spaceId })
        return answer
      },
    },

    ofRelease: {
      description: 'What other spaces say of their deployments of a release',
      permission: 'PromotionView',
      params: { spaceId: 'string', releaseId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, releaseId: ReleaseId } = ctx.params
        const found = await this.models.Receipt.find({ ReleaseId, SpaceId })
          .sort({ IssuedAt: -1 })
          .limit(MOST_OF_RELEASE)
          .lean<StoredReceipt[]>()
        return found.map((receipt) => publicOf(receipt))
      },
    },

    eraseSpace: {
      description: 'Takes away every receipt of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        await this.models.Receipt.deleteMany({ SpaceId: ctx.params.spaceId })
        return null
      },
    },
  },

  async started() {
    const { Receipt: receipts, Promotion: promotions } = this.models
    const applyAll = () => this.inTurn('receipts', () => applyKept({ receipts, promotions }))
    this.applyAll = applyAll
    const repair = () =>
      applyAll().catch((error) => this.logger.error('Receipts were not applied', error))
    onceThere(this, ['promotions'], repair)
    // Beside the start: nothing waits for it.
    removeLeft().catch((error) =>
      this.logger.warn('What a crash may have left was not cleaned up', error),
    )
    this.repairTimer = setInterval(repair, REPAIR_EACH_MS)
  },

  stopped() {
    clearInterval(this.repairTimer)
  },
})

/** Files of receipts live as long as they are read: older ones were left by a crash. */
async function removeLeft(): Promise<void> {
  for await (const name of blobs.below('receipts-in')) {
    const found = await blobs.stat(name)
    if (found && found.modifiedAt.getTime() < Date.now() - LEFT_AFTER_MS) await blobs.remove(name)
  }
}

/** Of a receipt whose signature has been checked, also when it is about nothing that is known. */
function sequenceIn(jws: string): number {
  const { sequence } = JSON.parse(Buffer.from(readJws(jws).payload).toString())
  return Number(sequence)
}
