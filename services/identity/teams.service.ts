import { defineService } from '#bus'
import { NotFoundError, RefusedError } from '#bus/errors.ts'
import { systemListRules } from '#bus/page.ts'
import { nameRule } from '#domain/name.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { insertResource } from '#mixins/changes.ts'
import { listPage } from '#mixins/listing.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { newId } from '#store/ids.ts'
import type { Public } from '#store/resource.ts'
import { keepingAnAdministrator } from './administrators.ts'
import { ensureBuiltInTeams, teamOf } from './built-in-teams.ts'
import { populateManagers } from './managers.ts'
import { ensureVisible, filterOf, reachRules } from './reach.ts'
import { scopedUserRoleSchema } from './scoped-user-role.model.ts'
import type { ScopedUserRole } from './scopeduserroles.contract.ts'
import { type StoredTeam, teamSchema } from './team.model.ts'
import { changeTeam, checkNewMembers, ensureMayGrantAll, placeOf } from './team-changes.ts'
import { userSchema } from './user.model.ts'

const body = {
  Name: nameRule,
  Description: { type: 'string', default: '', max: 10_000 },
  MemberUserIds: { type: 'array', items: 'string', default: [], max: 100_000 },
  ExternalSecurityGroups: {
    type: 'array',
    items: {
      type: 'object',
      props: {
        Id: 'string',
        DisplayName: { type: 'string', default: '' },
        DisplayIdAndName: { type: 'boolean', default: false },
      },
    },
    default: [],
    max: 1_000,
  },
} as const
const place = { spaceId: { type: 'string', optional: true } } as const
const kind = 'Team'

export default defineService('teams', {
  mixins: [
    stored({ User: userSchema, Team: teamSchema, ScopedUserRole: scopedUserRoleSchema }),
    audited,
  ],

  actions: {
    list: {
      description: 'One page of the teams of a space or the server, by name',
      // Which spaces count is a part of the question.
      permission: 'any',
      params: { ...systemListRules, ...reachRules },
      async handler(ctx) {
        const listing = {
          where: await filterOf(ctx, ctx.params),
          sort: { _name: 1, _id: 1 } as const,
        }
        const page = await listPage<Public<StoredTeam>>(this.models.Team, ctx.params, listing)
        return { ...page, Items: page.Items.map(teamOf) }
      },
    },

    get: {
      description: 'One team by its id',
      permission: 'any',
      params: { ...place, id: 'string' },
      async handler(ctx) {
        const { id } = ctx.params
        const team = teamOf(await this.load(kind, id, ctx.params))
        await ensureVisible(ctx, team.SpaceId, { kind, id })
        return team
      },
    },

    create: {
      description: 'Creates a team of a space or the server',
      permission: 'TeamCreate',
      params: {
        ...place,
        SpaceId: { type: 'string', optional: true },
        ...body,
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { spaceId, SpaceId, ...fields } = ctx.params
        const where = await placeOf(this.broker, { spaceId, SpaceId })
        await checkNewMembers(this.models, [], fields.MemberUserIds)
        const Id = newId('Teams')
        const made = await insertResource<Public<StoredTeam>>(this.models.Team, {
          ...fields,
          Id,
          SpaceId: where,
        })
        await ctx.broadcast('permissions.changed', {})
        const after = teamOf(made)
        await this.audited(ctx, { category: 'Created', kind, spaceId: where, after })
        return after
      },
    },

    modify: {
      description: 'Replaces a team',
      permission: 'TeamEdit',
      params: { ...place, id: 'string', ...body, $$strict: 'remove' },
      async handler(ctx) {
        const { spaceId, id, ...fields } = ctx.params
        const found = await this.load(kind, id, spaceId === undefined ? {} : { spaceId })
        const before = teamOf(found)
        const after = await changeTeam(this, ctx, before, fields)
        await ctx.broadcast('permissions.changed', {})
        const { SpaceId } = before
        await this.audited(ctx, { category: 'Modified', kind, spaceId: SpaceId, before, after })
        return after
      },
    },

    remove: {
      description: 'Deletes a team, and what it may do',
      permission: 'TeamDelete',
      params: { ...place, id: 'string' },
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const found = await this.load(kind, id, spaceId === undefined ? {} : { spaceId })
        const before = teamOf(found)
        if (!before.CanBeDeleted)
          throw new RefusedError(`The team ${before.Name} cannot be deleted.`)
        await ensureMayGrantAll(this.models, ctx, id)
        await keepingAnAdministrator(this.models, { teamId: id }, async () => {
          const { deletedCount } = await this.models.Team.deleteOne({ _id: id })
          if (deletedCount === 0) throw new NotFoundError(kind, id)
        })
        await this.models.ScopedUserRole.deleteMany({ TeamId: id })
        await ctx.broadcast('permissions.changed', {})
        const { SpaceId } = before
        await this.audited(ctx, { category: 'Deleted', kind, spaceId: SpaceId, before })
        return null
      },
    },

    scopeduserroles: {
      description: 'One page of the roles that a team holds',
      permission: 'any',
      params: {
        ...place,
        id: 'string',
        skip: systemListRules.skip,
        take: systemListRules.take,
      },
      async handler(ctx) {
        const { spaceId, id, ...window } = ctx.params
        const team = await this.load(kind, id)
        // A team of the server may hold roles in each space, one of a space in no other.
        if (spaceId !== undefined && ![null, spaceId].includes(team.SpaceId))
          throw new NotFoundError(kind, id)
        await ensureVisible(ctx, team.SpaceId ?? spaceId ?? null, { kind, id })
        const where = { $and: [{ TeamId: id }, await filterOf(ctx, ctx.params)] }
        return listPage<ScopedUserRole>(this.models.ScopedUserRole, window, {
          where,
          sort: { _id: 1 },
        })
      },
    },

    populate: {
      description: 'Says who manages a space',
      permission: 'system',
      params: {
        spaceId: 'string',
        managerIds: { type: 'array', items: 'string' },
        teamIds: { type: 'array', items: 'string' },
      },
      async handler(ctx) {
        await populateManagers(this.models, ctx.params)
        await ctx.broadcast('permissions.changed', {})
        return null
      },
    },

    eraseSpace: {
      description: 'Takes away the teams of a space, and what teams may do in it',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const where = { SpaceId: ctx.params.spaceId }
        await this.models.ScopedUserRole.deleteMany(where)
        await this.models.Team.deleteMany(where)
        await ctx.broadcast('permissions.changed', {})
        return null
      },
    },
  },

  async started() {
    await ensureBuiltInTeams(this.models)
  },
})
