import { defineService } from '#bus'
import { InvalidError, NotFoundError, RefusedError } from '#bus/errors.ts'
import { systemListRules } from '#bus/page.ts'
import { nameRule } from '#domain/name.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { replaceResource } from '#mixins/changes.ts'
import { isSame } from '#mixins/crud.ts'
import { listPage } from '#mixins/listing.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { newId } from '#store/ids.ts'
import { resumeDeletions, startDeletion } from './deletion.ts'
import * as filling from './filling.ts'
import { findSpace, present } from './find.ts'
import { spaceSchema } from './space.model.ts'
import type { Space, SpaceBody } from './spaces.contract.ts'
import { isOpenTo, visibleTo } from './visibility.ts'

const body = {
  Name: nameRule,
  Description: { type: 'string', default: '', max: 10_000 },
  Slug: { type: 'string', optional: true, max: 100 },
  SpaceManagersTeams: { type: 'array', items: 'string', default: [], max: 1_000 },
  SpaceManagersTeamMembers: { type: 'array', items: 'string', default: [], max: 1_000 },
  TaskQueueStopped: { type: 'boolean', default: false },
  $$strict: 'remove',
} as const

export default defineService('spaces', {
  mixins: [stored({ Space: spaceSchema }), audited],

  actions: {
    list: {
      description: 'One page of the spaces that the caller may know of',
      permission: 'any',
      params: systemListRules,
      async handler(ctx) {
        const visible = await visibleTo(ctx)
        const where = { ...present, ...(visible && { $and: [{ _id: { $in: visible } }] }) }
        return listPage<Space>(this.models.Space, ctx.params, { where, sort: { _name: 1 } })
      },
    },

    get: {
      description: 'One space by its id or slug',
      permission: 'any',
      params: { id: 'string' },
      async handler(ctx) {
        const space = await findSpace(this.models.Space, ctx.params.id)
        const visible = await visibleTo(ctx)
        if (visible?.includes(space.Id) === false) throw new NotFoundError('Space', ctx.params.id)
        return space
      },
    },

    create: {
      description: 'Creates a space and fills it with what every space has',
      permission: 'SpaceCreate',
      params: body,
      async handler(ctx) {
        checkManagers(ctx.params)
        const space = await filling.insertSpace(this.models.Space, newId('Spaces'), ctx.params)
        await filling.fill(this.models.Space, this.broker, space.Id)
        await this.audited(ctx, { category: 'Created', kind: 'Space', after: space, spaceId: null })
        await ctx.broadcast('spaces.created', { spaceId: space.Id })
        return space
      },
    },

    modify: {
      description: 'Replaces a space',
      permission: 'SpaceEdit',
      params: { id: 'string', ...body },
      async handler(ctx) {
        const { id, ...wish } = ctx.params
        const before = await findSpace(this.models.Space, id)
        checkManagers(wish)
        const SpaceManagersTeams = filling.withOwnTeam(before.Id, wish.SpaceManagersTeams)
        const fields = { ...wish, SpaceManagersTeams }
        if (isSame(before, fields)) return before
        const writing = { username: ctx.meta.caller.username, guard: present }
        const after = await replaceResource<Space>(this.models.Space, before, fields, writing)
        if (filling.haveManagersMoved(before, after)) await filling.manage(this.broker, after)
        const change = {
          category: 'Modified',
          kind: 'Space',
          before,
          after,
          spaceId: null,
        } as const
        await this.audited(ctx, change)
        await ctx.broadcast('spaces.changed', { spaceId: after.Id })
        return after
      },
    },

    remove: {
      description: 'Hides a space at once and starts the task that deletes it',
      permission: 'SpaceDelete',
      params: { id: 'string' },
      async handler(ctx) {
        const space = await findSpace(this.models.Space, ctx.params.id)
        if (space.IsDefault) throw new RefusedError('The default space cannot be deleted.')
        if (!space.TaskQueueStopped) {
          throw new RefusedError(
            `Stop the task queue of the space '${space.Name}' before you delete it.`,
          )
        }
        await startDeletion(this.models.Space, this.broker, space)
        await this.audited(ctx, {
          category: 'Deleted',
          kind: 'Space',
          before: space,
          spaceId: null,
        })
        await ctx.broadcast('spaces.removed', { spaceId: space.Id })
        return null
      },
    },

    resolve: {
      description: 'Which space an address means, by id, slug or name',
      permission: 'any',
      params: { space: 'string' },
      async handler(ctx) {
        const { space: text } = ctx.params
        const space = await findSpace(this.models.Space, text, { byName: true })
        if (!(await isOpenTo(ctx, space.Id))) throw new NotFoundError('Space', text)
        const { Id, Name, Slug, IsDefault, TaskQueueStopped } = space
        return { Id, Name, Slug, IsDefault, TaskQueueStopped }
      },
    },

    default: {
      description: 'The id of the default space',
      permission: 'public',
      params: {},
      handler: () => filling.DEFAULT_SPACE,
    },

    stopped: {
      description: 'Ids of the spaces whose tasks do not start',
      permission: 'system',
      params: {},
      async handler() {
        const isStopped = { $or: [{ TaskQueueStopped: true }, { _deleting: { $exists: true } }] }
        const spaces = await this.models.Space.find(isStopped).select('_id').lean()
        return spaces.map(({ _id }) => String(_id))
      },
    },

    populate: {
      description: 'Makes what every space has, as far as it is not made yet',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        await filling.fill(this.models.Space, this.broker, ctx.params.spaceId)
        return null
      },
    },

    erase: {
      description: 'Takes a space itself away, the last step of its deletion',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        await this.models.Space.deleteOne({ _id: ctx.params.spaceId, _deleting: { $exists: true } })
        return null
      },
    },
  },

  async started() {
    // By `dependencies` one would look for them once a second.
    await this.broker.waitForServices(filling.fillers, 30_000, 10)
    await filling.ensureDefault(this.models.Space)
    await filling.fillAll(this.models.Space, this.broker)
    // Tasks start after spaces, so this goes on by itself.
    this.broker
      .waitForServices('tasks', 60_000, 100)
      .then(() => resumeDeletions(this.models.Space, this.broker))
      .catch((error) => this.logger.warn('Deletions of spaces do not go on', { error }))
  },
})

function checkManagers({ SpaceManagersTeams, SpaceManagersTeamMembers }: SpaceBody) {
  if (SpaceManagersTeams.length + SpaceManagersTeamMembers.length > 0) return
  throw new InvalidError(['Name at least one team or user who manages the space.'])
}
