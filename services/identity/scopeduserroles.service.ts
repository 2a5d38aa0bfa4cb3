import { defineService } from '#bus'
import { NotFoundError } from '#bus/errors.ts'
import { systemListRules } from '#bus/page.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { insertResource, replaceResource } from '#mixins/changes.ts'
import { isSame } from '#mixins/crud.ts'
import { listPage } from '#mixins/listing.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import { keepingAnAdministrator } from './administrators.ts'
import { ensureVisible, filterOf, reachRules } from './reach.ts'
import { checkHolding, checkManaged, ensureMayTake } from './role-holding.ts'
import { scopedUserRoleSchema } from './scoped-user-role.model.ts'
import type { ScopedUserRole } from './scopeduserroles.contract.ts'
import { teamSchema } from './team.model.ts'
import { placeOf } from './team-changes.ts'
import { userSchema } from './user.model.ts'

const place = { spaceId: { type: 'string', optional: true } } as const
const ids = { type: 'array', items: 'string', default: [], max: 10_000 } as const
const body = {
  TeamId: 'string',
  UserRoleId: 'string',
  SpaceId: { type: 'string', optional: true },
  ProjectIds: ids,
  ProjectGroupIds: ids,
  EnvironmentIds: ids,
  TenantIds: ids,
  $$strict: 'remove',
} as const
const kind = 'ScopedUserRole'

export default defineService('scopeduserroles', {
  mixins: [
    stored({ User: userSchema, Team: teamSchema, ScopedUserRole: scopedUserRoleSchema }),
    audited,
  ],

  actions: {
    list: {
      description: 'One page of the roles that teams hold in a space or on the server',
      // Which spaces count is a part of the question.
      permission: 'any',
      params: {
        ...reachRules,
        skip: systemListRules.skip,
        take: systemListRules.take,
        ids: systemListRules.ids,
      },
      async handler(ctx) {
        const listing = { where: await filterOf(ctx, ctx.params), sort: { _id: 1 } as const }
        return listPage<ScopedUserRole>(this.models.ScopedUserRole, ctx.params, listing)
      },
    },

    get: {
      description: 'A role that a team holds, by its id',
      permission: 'any',
      params: { ...place, id: 'string' },
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const held = await this.load(kind, id, spaceId === undefined ? {} : { spaceId })
        await ensureVisible(ctx, held.SpaceId, { kind, id })
        return held
      },
    },

    create: {
      description: 'Gives a role to a team',
      permission: 'TeamEdit',
      params: { ...place, ...body },
      async handler(ctx) {
        const { spaceId, SpaceId: wished, ...fields } = ctx.params
        const SpaceId = await placeOf(this.broker, { spaceId, SpaceId: wished })
        await checkHolding(this.models, ctx, { ...fields, SpaceId })
        const Id = newId('ScopedUserRoles')
        const made = { ...fields, Id, SpaceId }
        const after = await insertResource<ScopedUserRole>(this.models.ScopedUserRole, made)
        await ctx.broadcast('permissions.changed', {})
        await this.audited(ctx, { category: 'Created', kind, spaceId: SpaceId, after })
        return after
      },
    },

    modify: {
      description: 'Changes the role of a team',
      permission: 'TeamEdit',
      params: { ...place, id: 'string', ...body },
      async handler(ctx) {
        const { spaceId, id, SpaceId: wished, ...fields } = ctx.params
        const found = await this.load(kind, id, spaceId === undefined ? {} : { spaceId })
        const before: ScopedUserRole = found
        await checkManaged(this.models, id)
        const SpaceId = await placeOf(this.broker, { spaceId, SpaceId: wished })
        if (isSame(before, { ...fields, SpaceId })) return before
        await checkHolding(this.models, ctx, before)
        await checkHolding(this.models, ctx, { ...fields, SpaceId })
        const { username } = ctx.meta.caller
        const after = await keepingAnAdministrator(this.models, { scopedRoleId: id }, () =>
          replaceResource<ScopedUserRole>(
            this.models.ScopedUserRole,
            { Id: id },
            { ...fields, SpaceId },
            { username },
          ),
        )
        await ctx.broadcast('permissions.changed', {})
        await this.audited(ctx, { category: 'Modified', kind, spaceId: SpaceId, before, after })
        return after
      },
    },

    remove: {
      description: 'Takes a role from a team',
      permission: 'TeamEdit',
      params: { ...place, id: 'string' },
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const where = { _id: id, ...(spaceId !== undefined && { SpaceId: spaceId }) }
        const held = await this.load(kind, id, spaceId === undefined ? {} : { spaceId })
        await checkManaged(this.models, id)
        await ensureMayTake(ctx, held)
        const gone = await keepingAnAdministrator(this.models, { scopedRoleId: id }, () =>
          this.models.ScopedUserRole.findOneAndDelete(where).lean(),
        )
        if (!gone) throw new NotFoundError(kind, id)
        await ctx.broadcast('permissions.changed', {})
        const before = publicOf(gone)
        await this.audited(ctx, { category: 'Deleted', kind, spaceId: before.SpaceId, before })
        return null
      },
    },
  },
})
