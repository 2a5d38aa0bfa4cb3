import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { RefusedError } from '#bus/errors.ts'
import { onceThere } from '#bus/once-there.ts'
import { readIdentityDocument } from '#domain/bundle/identity-document.ts'
import { nameRule } from '#domain/name.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { crud } from '#mixins/crud.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { once } from '#mixins/once.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { learnLocally } from './local-learning.ts'
import { orRefused } from './refused.ts'
import { spaceIdentitySchema } from './space-identity.model.ts'
import { type StoredTrust, trustSchema } from './trust.model.ts'
import { proposeTrust } from './trust-creation.ts'
import { confirmTrust, renewTrust, revokeTrust } from './trust-decisions.ts'
import { moveTrust, stateAfter, storedTrust } from './trust-moves.ts'
import { namesOf, testTrust } from './trust-reach.ts'
import { checkChangeable, settingRules, settingsOf } from './trust-settings.ts'
import { keepUpTrusts } from './trust-upkeep.ts'
import { checkUnused } from './trust-uses.ts'
import { asPinned, trustView } from './trust-view.ts'
import type { Trust, TrustSettings } from './trusts.contract.ts'

const UPKEEP_EACH_MS = 3_600_000
const documentRule = { type: 'string', min: 1, max: 600_000 } as const
const of = { spaceId: 'string', id: 'string' } as const

/** Whom a space trusts, and for what. */
export default defineService('trusts', {
  mixins: [
    stored({ Trust: trustSchema, SpaceIdentity: spaceIdentitySchema }),
    audited,
    once,
    keeping<{ upkeepTimer: NodeJS.Timeout }>(),
  ],

  actions: {
    ...crud<Trust, { Name: string } & TrustSettings>({
      kind: 'Trust',
      ids: 'Trusts',
      permission: {
        view: 'TrustView',
        create: 'TrustEdit',
        edit: 'TrustEdit',
        remove: 'TrustEdit',
      },
      body: { Name: nameRule, ...settingRules },

      async prepare(ctx, { body, before, model }) {
        if (!before) return {}
        checkChangeable(before)
        const identities = model.db.models.SpaceIdentity as never // On the same connection.
        const { Transport } = before
        return settingsOf(ctx, body, { remote: before, before: Transport, identities })
      },

      checkRemove: checkUnused,

      async removing(_ctx, { Id, Name }, model) {
        // One write decides: it could be confirmed in this moment.
        const { matchedCount } = await model.updateOne(
          { _id: Id, State: { $in: ['Proposed', 'Revoked'] } },
          { $set: { State: 'Revoked', _pinned: Id } },
        )
        if (matchedCount === 0)
          throw new RefusedError(`The trust '${Name}' is in use: revoke it before it is deleted.`)
      },

      // A stored document has the fields of StoredTrust: the view says what is so at this time.
      shown: async (_ctx, trusts) =>
        trusts.map(({ Id, ...trust }) =>
          trustView({ ...trust, _id: Id } as unknown as StoredTrust, new Date()),
        ),
    }),

    create: {
      description: 'Proposes to trust the space that an identity document is about',
      permission: 'TrustEdit',
      params: {
        spaceId: 'string',
        Document: documentRule,
        Name: { ...nameRule, optional: true },
        ...settingRules,
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { spaceId, Document, Name: name, ...settings } = ctx.params
        await ctx.call('spaceidentities.get', { spaceId })
        const document = await orRefused(readIdentityDocument(Document, new Date()))
        const made = await proposeTrust(this.models, ctx, { spaceId, document, name, settings })
        const after = trustView(made, new Date())
        const message = `Trust of ${made.Name} (${made.ServerName}) was proposed`
        const change = { category: 'TrustProposed', kind: 'Trust', after, spaceId, message }
        await this.audited(ctx, change)
        return after
      },
    },

    read: {
      description: 'Says whom an identity document is about, and changes nothing',
      permission: 'TrustEdit',
      params: { spaceId: 'string', Document: documentRule, $$strict: 'remove' },
      async handler(ctx) {
        const { spaceId, Document } = ctx.params
        const document = await orRefused(readIdentityDocument(Document, new Date()))
        const { fingerprint: Fingerprint, spaceName, serverName } = document
        const known = await asSystem(ctx, 'whom a document is about').call('trusts.byFingerprint', {
          spaceId,
          fingerprint: Fingerprint,
        })
        const { SpaceIdentity } = this.models
        return {
          SpaceName: spaceName,
          ServerName: serverName,
          Fingerprint,
          IsOfThisServer: (await SpaceIdentity.exists({ Fingerprint })) !== null,
          KnownAs: known?.Name ?? null,
        }
      },
    },

    confirm: {
      description: 'Trusts a space whose fingerprint somebody has compared',
      permission: 'TrustEdit',
      params: { ...of, ConfirmFingerprint: { type: 'string', max: 200 }, $$strict: 'remove' },
      async handler(ctx) {
        const { ConfirmFingerprint, ...where } = ctx.params
        return confirmTrust(this, ctx, await storedTrust(this, where), ConfirmFingerprint)
      },
    },

    suspend: {
      description: 'Stops what flows between two spaces for a while',
      permission: 'TrustEdit',
      params: of,
      async handler(ctx) {
        const trust = await storedTrust(this, ctx.params)
        const changes = { State: stateAfter(trust, 'suspend', new Date()) }
        const message = `Trust of ${trust.Name} was suspended`
        return moveTrust(this, ctx, trust, { changes, category: 'TrustSuspended', message })
      },
    },

    resume: {
      description: 'Lets flow again what was suspended',
      permission: 'TrustEdit',
      params: of,
      async handler(ctx) {
        const trust = await storedTrust(this, ctx.params)
        const changes = { State: stateAfter(trust, 'resume', new Date()) }
        const message = `Trust of ${trust.Name} was resumed`
        return moveTrust(this, ctx, trust, { changes, category: 'TrustResumed', message })
      },
    },

    revoke: {
      description: 'Ends the trust of a space for good',
      permission: 'TrustEdit',
      params: {
        ...of,
        Reason: { type: 'string', trim: true, min: 1, max: 1_000 },
        BlockImportedReleases: { type: 'boolean', default: true },
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { spaceId, id, ...wish } = ctx.params
        const revoked = await revokeTrust(this, ctx, await storedTrust(this, { spaceId, id }), wish)
        await this.broker.broadcast('trusts.revoked', { spaceId, id })
        return revoked
      },
    },

    renew: {
      description: 'Takes newer keys of a space from its document',
      permission: 'TrustEdit',
      params: { ...of, Document: documentRule, $$strict: 'remove' },
      async handler(ctx) {
        const { Document, ...where } = ctx.params
        return renewTrust(this, ctx, await storedTrust(this, where), Document)
      },
    },

    test: {
      description: 'Asks the other space whether it is there and trusts this one',
      permission: 'TrustEdit',
      params: of,
      async handler(ctx) {
        return testTrust(this, await storedTrust(this, ctx.params))
      },
    },

    directory: {
      description: 'The names of the environments of the other space',
      permission: 'TrustView',
      params: of,
      async handler(ctx) {
        const trust = await storedTrust(this, ctx.params)
        return { Environments: await namesOf(this, trust) }
      },
    },

    byFingerprint: {
      description: 'The trust of the space that has this fingerprint',
      permission: 'system',
      params: { spaceId: 'string', fingerprint: 'string' },
      async handler(ctx) {
        const { spaceId, fingerprint } = ctx.params
        const found = await this.models.Trust.find({
          SpaceId: spaceId,
          $or: [{ Fingerprint: fingerprint }, { 'Previous.Fingerprint': fingerprint }],
        }).lean<StoredTrust[]>()
        const now = new Date()
        const trusts = found.flatMap((one) => asPinned(trustView(one, now), fingerprint, now) ?? [])
        return trusts.find(({ State }) => State !== 'Revoked') ?? trusts[0] ?? null
      },
    },

    seen: {
      description: 'Something that the other space has signed has come',
      permission: 'system',
      params: { ...of, at: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, id: _id, at } = ctx.params
        await this.models.Trust.updateOne(
          { _id, SpaceId, $or: [{ LastSeen: null }, { LastSeen: { $lt: at } }] },
          { $set: { LastSeen: at } },
        )
        return null
      },
    },

    learn: {
      description: 'Gives the new keys of a space to the spaces of this server that trust it',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        await learnLocally(this, ctx, ctx.params.spaceId)
        return null
      },
    },

    unfollowed: {
      description: 'Revoked trusts of which a follower has yet to draw the consequences',
      permission: 'system',
      params: { name: 'string', skip: 'number', take: 'number' },
      async handler(ctx) {
        const { name, skip, take } = ctx.params
        const found = await this.models.Trust.find({ _follow: name })
          .skip(skip)
          .limit(take)
          .lean<StoredTrust[]>()
        return found.map((trust) => trustView(trust, new Date()))
      },
    },

    followed: {
      description: 'A follower has drawn the consequences of revocations',
      permission: 'system',
      params: { name: 'string', ids: { type: 'array', items: 'string' } },
      async handler(ctx) {
        const { name, ids } = ctx.params
        await this.models.Trust.updateMany({ _id: { $in: ids } }, { $pull: { _follow: name } })
        return null
      },
    },

    upkeep: {
      description: 'Warns of certificates that end, and lets go what was kept for an overlap',
      permission: 'system',
      params: { at: 'string' },
      timeout: 0,
      async handler(ctx) {
        await ctx.call('spaceidentities.upkeep', ctx.params)
        await keepUpTrusts(this, ctx, new Date(ctx.params.at))
        return null
      },
    },
  },

  async started() {
    const upkeep = () =>
      this.oncePer(UPKEEP_EACH_MS, 'trusts and identities', () =>
        asSystem(this.broker, 'the dates of certificates').call(
          'trusts.upkeep',
          { at: new Date().toISOString() },
          { timeout: 0 },
        ),
      )
    onceThere(this, ['spaceidentities', 'spaces', 'events'], upkeep)
    this.upkeepTimer = setInterval(() => {
      upkeep().catch((error) => this.logger.error('Certificates were not looked at', error))
    }, UPKEEP_EACH_MS)
  },

  stopped() {
    clearInterval(this.upkeepTimer)
  },
})
