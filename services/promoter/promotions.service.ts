import { readFile } from 'node:fs/promises'
import type { Model } from 'mongoose'
import { type Bus, defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { NotBuiltError, NotFoundError, RefusedError } from '#bus/errors.ts'
import { onceThere } from '#bus/once-there.ts'
import { listRules } from '#bus/page.ts'
import { bundleStatuses } from '#domain/promotion/messages.ts'
import { mayRecall, mayWithdraw, promotionStates } from '#domain/promotion/promotion-state.ts'
import { newsOf } from '#domain/promotion/status-news.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { listPage } from '#mixins/listing.ts'
import { once } from '#mixins/once.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { blobs } from '#store/blobs.ts'
import { publicOf } from '#store/resource.ts'
import { type AttendsWith, attend } from './attending.ts'
import { begin } from './beginning.ts'
import { blobGrantSchema, type StoredBlobGrant } from './blob-grant.model.ts'
import { blobOf } from './building.ts'
import { createdBy } from './creating.ts'
import { keysOf } from './keys.ts'
import { packOf } from './packing.ts'
import { promotionSchema, type StoredPromotion } from './promotion.model.ts'
import { heard, recalled, resent, withBundle, withdrawn, withoutWish } from './promotion-news.ts'
import { change, known, type Promotions } from './promotion-writes.ts'
import type { Promotion } from './promotions.contract.ts'
import { promotionOf } from './receiving.ts'
import { letFetch, noteSending } from './sending.ts'
import { type StoredSpaceIdentity, spaceIdentitySchema } from './space-identity.model.ts'
import { dropRevoked, sweep } from './sweeping.ts'
import { trustFor } from './trust-facts.ts'
import { AT_ONCE, startWork, type Work } from './work.ts'

const of = { spaceId: 'string', id: 'string' } as const
const { name: _name, partialName: _partialName, ...lists } = listRules
const ofBundle = { spaceId: 'string', trustId: 'string', bundleId: 'string' } as const
const optionalId = { type: 'string', optional: true } as const
const SWEEP_EACH_MS = 60_000

type Waiting = Pick<StoredPromotion, '_id' | 'TrustId'>

export default defineService('promotions', {
  mixins: [
    stored({
      Promotion: promotionSchema,
      SpaceIdentity: spaceIdentitySchema,
      BlobGrant: blobGrantSchema,
    }),
    audited,
    once,
    keeping<{ work: Work<Waiting> }>(),
  ],

  actions: {
    list: {
      description: 'Promotions of a space, the newest first',
      permission: 'PromotionView',
      params: {
        ...lists,
        releaseId: optionalId,
        projectId: optionalId,
        trustId: optionalId,
        state: {
          type: 'array',
          items: { type: 'enum', values: [...promotionStates] },
          convert: true,
          optional: true,
        },
      },
      handler(ctx) {
        const { spaceId, releaseId, projectId, trustId, state, ...window } = ctx.params
        const where = {
          SpaceId: spaceId,
          ...(releaseId && { ReleaseId: releaseId }),
          ...(projectId && { ProjectId: projectId }),
          ...(trustId && { TrustId: trustId }),
          ...(state && { State: { $in: state } }),
        }
        return listPage<Promotion>(this.models.Promotion, window, { where, sort: { Created: -1 } })
      },
    },

    get: {
      description: 'One promotion by its id',
      permission: 'PromotionView',
      params: of,
      handler(ctx) {
        const { spaceId, id } = ctx.params
        return this.load('Promotion', id, { spaceId })
      },
    },

    create: {
      description: 'Deploys a release to remote environments of one space',
      permission: 'PromotionCreate',
      params: {
        spaceId: 'string',
        ReleaseId: 'string',
        TrustId: 'string',
        Environments: { type: 'array', items: 'string', min: 1, max: 100 },
        IncludePackages: { type: 'boolean', default: false },
        IncludeChildren: { type: 'boolean', default: false },
        $$strict: 'remove',
      },
      async handler(ctx) {
        // Only such a step has other releases that would have to come along.
        if (ctx.params.IncludeChildren) throw new NotBuiltError('the step that deploys a release')
        const made = await createdBy(ctx, this.models.Promotion, ctx.params)
        this.work?.wake()
        return publicOf(made)
      },
    },

    withdraw: {
      description: 'Takes a promotion back before the target has accepted it',
      permission: 'PromotionCreate',
      params: of,
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const { before, now } = await known(this, ctx.params)
        const after = await change(this.models.Promotion, before._id, (one) => {
          if (mayWithdraw(one._bundle)) return withdrawn(one, { now })
          throw new RefusedError(`The promotion is ${one.State}: it cannot be withdrawn any more.`)
        })
        await this.audited(ctx, {
          ...{ category: 'PromotionWithdrawn', kind: 'Promotion', spaceId, id },
          message: `The promotion of release ${before.ReleaseVersion} to ${before.RemoteSpace} was withdrawn`,
          related: [id, before.ReleaseId, before.ProjectId, before.TrustId],
        })
        this.work?.wake()
        return publicOf(after ?? before)
      },
    },

    resend: {
      description: 'Sends a promotion once more, with its packages when that is wished',
      permission: 'PromotionCreate',
      params: {
        ...of,
        IncludePackages: { type: 'boolean', optional: true },
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { before, now } = await known(this, ctx.params)
        const { IncludePackages: withPackages = before.IncludePackages } = ctx.params
        const after = await change(this.models.Promotion, before._id, (one) =>
          resent(one, { withPackages, now }),
        )
        this.work?.wake()
        return publicOf(after ?? before)
      },
    },

    recall: {
      description: 'Takes a release back after its target has accepted it',
      permission: 'PromotionCreate',
      params: {
        ...of,
        Reason: { type: 'string', trim: true, min: 1, max: 1_000 },
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { spaceId, id, Reason } = ctx.params
        const { before, now } = await known(this, ctx.params)
        const after = await change(this.models.Promotion, before._id, (one) => {
          if (mayRecall(one._bundle)) return recalled(one, { reason: Reason, now })
          throw new RefusedError(
            `The promotion is ${one.State}: only what the target has accepted is recalled.`,
          )
        })
        await this.audited(ctx, {
          ...{ category: 'PromotionRecalled', kind: 'Promotion', spaceId, id },
          message: `Release ${before.ReleaseVersion} was recalled from ${before.RemoteSpace}: ${Reason}`,
          related: [id, before.ReleaseId, before.ProjectId, before.TrustId],
        })
        this.work?.wake()
        return publicOf(after ?? before)
      },
    },

    report: {
      description: 'What of a release crosses, and what stays',
      permission: 'PromotionView',
      params: of,
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const { BundleId, Error: why } = await this.load('Promotion', id, { spaceId })
        if (BundleId === null) throw new RefusedError(why || 'The bundle has not been built yet.')
        const path = blobs.pathOf(`${blobOf(spaceId, BundleId)}.json`)
        return JSON.parse(await readFile(path, 'utf8'))
      },
    },

    bundle: {
      description: 'The file of a bundle',
      permission: 'PromotionCreate',
      params: of,
      async handler(ctx) {
        const { before } = await known(this, ctx.params)
        const { _blob: BlobName, BundleSize, BundleId, ReleaseVersion, Sequence } = before
        if (before._rebuild) throw new RefusedError('The bundle is being built anew.')
        if (BlobName === null || BundleId === null)
          throw new RefusedError(
            BundleId === null
              ? before.Error || 'The bundle has not been built yet.'
              : 'The target takes the bundle no more, so it is not kept: promote the release again.',
          )
        const FileName = `${Sequence}-${ReleaseVersion}.takobundle`
        return { BlobName, Size: BundleSize ?? 0, FileName, Tag: BundleId }
      },
    },

    packagepack: {
      description: 'The packages of a promotion in a file of their own',
      permission: 'PromotionCreate',
      params: of,
      timeout: 0,
      async handler(ctx) {
        const { before } = await known(this, ctx.params)
        const parts = partsOf(this)
        return packOf(parts, before, await parts.trustOf(before.SpaceId, before.TrustId))
      },
    },

    taken: {
      description: 'Notes that a bundle was taken as a file',
      permission: 'PromotionCreate',
      params: of,
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const { before, now } = await known(this, ctx.params)
        await change(this.models.Promotion, id, (one) =>
          withBundle(one, { state: 'Exported', at: null, now }),
        )
        await this.audited(ctx, {
          ...{ category: 'PromotionExported', kind: 'Promotion', spaceId, id },
          message: `The bundle of release ${before.ReleaseVersion} for ${before.RemoteSpace} was taken as a file`,
          related: [id, before.ReleaseId, before.ProjectId, before.TrustId],
        })
        this.work?.wake()
        return null
      },
    },

    begin: {
      description: 'Promotes the release of a deployment whose task has begun',
      permission: 'system',
      params: {
        spaceId: 'string',
        deploymentId: 'string',
        taskId: 'string',
        releaseId: 'string',
        environmentId: 'string',
      },
      async handler(ctx) {
        const system = asSystem(this.broker, 'a promotion begins')
        const { _id: Id } = await begin(system, this.models.Promotion, ctx.params)
        this.work?.wake()
        return { Id }
      },
    },

    withdrawFor: {
      description: 'Takes back what a cancelled deployment has promoted',
      permission: 'system',
      params: { spaceId: 'string', deploymentId: 'string' },
      async handler(ctx) {
        const { spaceId, deploymentId } = ctx.params
        const { Promotion } = this.models
        const found = await Promotion.findOne({ _deployments: deploymentId }, { _id: 1 }).lean()
        if (!found) return null
        const { before, now } = await known(this, { spaceId, id: found._id })
        const after = await change(Promotion, found._id, (one) =>
          withoutWish(one, { deploymentId, now }),
        )
        if (after?._bundle === 'Withdrawn' && before._bundle !== 'Withdrawn')
          await this.audited(ctx, {
            ...{ category: 'PromotionWithdrawn', kind: 'Promotion', spaceId, id: found._id },
            message: `The promotion of release ${before.ReleaseVersion} to ${before.RemoteSpace} was withdrawn with its deployment`,
            related: [found._id, before.ReleaseId, before.ProjectId, before.TrustId, deploymentId],
          })
        this.work?.wake()
        return null
      },
    },

    hear: {
      description: 'Takes what the target of a bundle tells of it',
      permission: 'system',
      params: {
        spaceId: 'string',
        trustId: 'string',
        status: {
          type: 'object',
          props: {
            bundleId: 'string',
            status: { type: 'enum', values: [...bundleStatuses] },
            at: 'string',
            code: 'string',
            reason: { type: 'string', max: 2_000 },
          },
        },
      },
      async handler(ctx) {
        const { spaceId, trustId, status } = ctx.params
        const { bundleId, at } = status
        const found = await promotionOf(this.models.Promotion, { bundleId, spaceId, trustId })
        if (!found) throw new NotFoundError('Bundle', bundleId)
        const { state, error } = newsOf(status)
        const now = new Date().toISOString()
        await change(this.models.Promotion, found._id, (one) =>
          heard(one, {
            state,
            at,
            error,
            now,
            bundleId,
            lacks: status.status === 'AwaitingPackages',
          }),
        )
        this.work?.wake()
        return null
      },
    },

    needed: {
      description: 'Lets a target fetch the bundle that it was offered',
      permission: 'system',
      params: {
        ...ofBundle,
        ticket: 'string',
        blobs: {
          type: 'array',
          items: { type: 'object', props: { sha256: 'string', offset: 'number' } },
        },
      },
      async handler(ctx) {
        await letFetch(hearsWith(this), ctx.params)
        this.work?.wake()
        return null
      },
    },

    sending: {
      description: 'Notes that a target cannot be reached',
      permission: 'system',
      params: {
        ...ofBundle,
        error: 'string',
        state: { type: 'enum', values: ['Retrying', 'Undeliverable'] },
      },
      async handler(ctx) {
        await noteSending(hearsWith(this), ctx.params)
        this.work?.wake()
        return null
      },
    },

    eraseSpace: {
      description: 'Takes away every promotion of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      timeout: 0,
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await this.models.Promotion.deleteMany({ SpaceId })
        await blobs.remove(`bundles/${SpaceId}`)
        return null
      },
    },
  },

  events: {
    'receipts.taken'() {
      this.work?.wake()
    },

    async 'trusts.revoked'() {
      await dropRevoked(partsOf(this))
      this.work?.wake()
    },
  },

  async started() {
    const { Promotion } = this.models
    const parts = partsOf(this)
    const work = startWork({
      what: 'promotion',
      logger: this.logger,
      inTurn: this.inTurn.bind(this),
      waiting: (without) =>
        Promotion.find({ _work: true, _id: { $nin: without } }, { TrustId: 1 })
          .sort({ Created: 1 })
          .limit(AT_ONCE)
          .lean<Waiting[]>(),
      // Of one space at a time one promotion, in the order in which they were made.
      jobOf: ({ TrustId }) => `promotions to ${TrustId}`,
      attend: async ({ _id }) => {
        const seen = await attend(parts, _id)
        if (seen)
          await this.broker.broadcast('changes.made', {
            ...{ spaceId: seen.SpaceId, Kind: 'Promotion', Id: _id },
            ProjectId: seen.ProjectId,
          })
      },
      sweep: async () => {
        await this.oncePer(SWEEP_EACH_MS, 'old promotions', () => sweep(parts))
        await this.oncePer(SWEEP_EACH_MS, 'promotions by revoked trusts', () => dropRevoked(parts))
      },
    })
    this.work = work
    const owners = ['trusts', 'releases', 'tasks', 'deployments', 'projects', 'events'] as const
    onceThere(this, [...owners], async () => work.wake())
  },

  async stopped() {
    await this.work?.stop()
  },
})

interface Service {
  broker: Pick<Bus, 'call'>
  models: { Promotion: Promotions; SpaceIdentity: Model<StoredSpaceIdentity> }
}

/** What the wishes of a target need. */
const hearsWith = ({
  broker,
  models,
}: Service & { models: { BlobGrant: Model<StoredBlobGrant> } }) => ({
  system: asSystem(broker, 'wishes of a target'),
  promotions: models.Promotion,
  grants: models.BlobGrant,
})

/** What building, sending and telling need of the service. */
function partsOf(service: Service): AttendsWith {
  const system = asSystem(service.broker, 'promotions')
  return {
    promotions: service.models.Promotion,
    system,
    trustOf: (spaceId, id) => trustFor(system, { spaceId, id }),
    identityOf: async (spaceId) => {
      const { current, serverName } = await keysOf(service, spaceId)
      return { ...current, serverName }
    },
  }
}
