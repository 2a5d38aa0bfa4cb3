import type { Model } from 'mongoose'
import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { NotFoundError, StaleError } from '#bus/errors.ts'
import { writeRotations } from '#domain/bundle/rotation.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { documentOf, identityOf, identityView, rotated } from './identity-making.ts'
import { keepUp } from './identity-upkeep.ts'
import { type StoredSpaceIdentity, spaceIdentitySchema } from './space-identity.model.ts'

export default defineService('spaceidentities', {
  mixins: [stored({ SpaceIdentity: spaceIdentitySchema }), audited],

  actions: {
    get: {
      description: 'Who a space is to other spaces, which is made up the first time',
      permission: 'TrustView',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId } = ctx.params
        const { identity, isNew } = await identityOf(
          this.models.SpaceIdentity,
          { spaceId, spaceName: () => nameOf(this, spaceId) },
          new Date(),
        )
        const after = identityView(identity)
        const message = `Identity of the space ${identity.SpaceName} was created`
        if (isNew)
          await this.audited(ctx, { category: 'Created', kind: KIND, after, spaceId, message })
        return after
      },
    },

    document: {
      description: 'The identity document of a space, for other spaces',
      permission: 'TrustView',
      params: { spaceId: 'string', serverUrl: { type: 'string', optional: true, max: 500 } },
      async handler(ctx) {
        const { spaceId, serverUrl } = ctx.params
        await ctx.call('spaceidentities.get', { spaceId })
        const identity = await existing(this, spaceId)
        return documentOf(identity, {
          spaceName: await nameOf(this, spaceId),
          serverUrl,
          now: new Date(),
        })
      },
    },

    rotations: {
      description: 'The signed statements by which the keys of a space were replaced',
      permission: 'TrustView',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId } = ctx.params
        await ctx.call('spaceidentities.get', { spaceId })
        const { _rotations } = await existing(this, spaceId)
        return writeRotations(_rotations)
      },
    },

    rotate: {
      description: 'Replaces the keys of a space',
      permission: 'TrustEdit',
      params: {
        spaceId: 'string',
        Keys: { type: 'enum', values: ['Identity', 'Encryption'], default: 'Identity' },
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { spaceId, Keys: keys } = ctx.params
        await ctx.call('spaceidentities.get', { spaceId })
        const stored = await existing(this, spaceId)
        const spaceName = await nameOf(this, spaceId)
        const changes = await rotated(stored, { keys, spaceName, now: new Date() })
        const { _id, Version } = stored
        // Two rotations at once must not both follow the same keys.
        const written = await this.models.SpaceIdentity.findOneAndUpdate(
          { _id, Version },
          { $set: changes, $inc: { Version: 1 } },
          { returnDocument: 'after' },
        ).lean<StoredSpaceIdentity>()
        if (!written) throw new StaleError(KIND, _id)
        const [before, after] = [identityView(stored), identityView(written)]
        const what = keys === 'Identity' ? 'Identity' : 'Encryption key'
        const message = `${what} of the space ${spaceName} was replaced`
        const change = { category: 'TrustRotated', kind: KIND, before, after, spaceId, message }
        await this.audited(ctx, change)
        const system = asSystem(ctx, 'new keys of a space')
        await system.call('trusts.learn', { spaceId })
        await system.call('promotionoutbox.rotated', { spaceId })
        return after
      },
    },

    upkeep: {
      description: 'Warns of certificates that end, and takes old keys away',
      permission: 'system',
      params: { at: 'string' },
      timeout: 0,
      async handler(ctx) {
        await keepUp(this, ctx, new Date(ctx.params.at))
        return null
      },
    },

    eraseSpace: {
      description: 'Takes the identity of a space away',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        await this.models.SpaceIdentity.deleteMany({ SpaceId: ctx.params.spaceId })
        return null
      },
    },
  },
})

const KIND = 'SpaceIdentity'

interface Self {
  models: { SpaceIdentity: Model<StoredSpaceIdentity> }
  broker: Parameters<typeof asSystem>[0]
}

async function existing({ models }: Self, spaceId: string): Promise<StoredSpaceIdentity> {
  const found = await models.SpaceIdentity.findOne({
    SpaceId: spaceId,
  }).lean<StoredSpaceIdentity>()
  if (!found) throw new NotFoundError(KIND, spaceId)
  return found
}

const nameOf = async ({ broker }: Pick<Self, 'broker'>, spaceId: string): Promise<string> =>
  (await asSystem(broker, 'the identity of a space').call('spaces.get', { id: spaceId })).Name
