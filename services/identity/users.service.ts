import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { RefusedError, UnauthenticatedError } from '#bus/errors.ts'
import { systemListRules } from '#bus/page.ts'
import { config } from '#config'
import { foldName, patternOf } from '#domain/name.ts'
import { takeAll } from '#domain/page.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { type Filter, listPage } from '#mixins/listing.ts'
import { once } from '#mixins/once.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { type Public, publicOf } from '#store/resource.ts'
import { ensureOutranks, ensureSelfOr, grantsOfCaller } from './access.ts'
import { keepingAnAdministrator } from './administrators.ts'
import { apiKeySchema } from './api-key.model.ts'
import { ensureAdministrator } from './first-administrator.ts'
import { grantsFor, heldBy } from './held.ts'
import { permissionsOf, teamsOf } from './holdings.ts'
import { scopedUserRoleSchema } from './scoped-user-role.model.ts'
import { sessionSchema } from './session.model.ts'
import { teamSchema } from './team.model.ts'
import { type StoredUser, userSchema } from './user.model.ts'
import { userOf } from './user.ts'
import { bodyRules, changeUser, createUser, removeUser } from './user-changes.ts'

const reach = {
  id: 'string',
  spaces: { type: 'array', items: 'string', convert: true, optional: true },
  includeSystem: { type: 'boolean', convert: true, optional: true },
} as const

/** What each node has made at its start, until somebody asks. */
const firsts = new WeakMap<object, { username: string; password: string } | null>()

export default defineService('users', {
  mixins: [
    stored({
      User: userSchema,
      ApiKey: apiKeySchema,
      Session: sessionSchema,
      Team: teamSchema,
      ScopedUserRole: scopedUserRoleSchema,
    }),
    audited,
    once,
  ],

  actions: {
    list: {
      description: 'One page of the users, by username',
      permission: 'UserView',
      params: { ...systemListRules, filter: { type: 'string', optional: true, max: 200 } },
      async handler(ctx) {
        const where = ctx.params.filter ? anywhere(ctx.params.filter) : {}
        const listing = { where, sort: { _name: 1 } as const }
        const page = await listPage<Public<StoredUser>>(this.models.User, ctx.params, listing)
        const callerId = ctx.meta.caller.userId
        const Items = page.Items.map((user) => userOf(user, callerId))
        return { ...page, Items }
      },
    },

    get: {
      description: 'One user by his id',
      permission: 'any',
      params: { id: 'string' },
      async handler(ctx) {
        const { id } = ctx.params
        await ensureSelfOr(ctx, 'UserView', id, { kind: 'User', id })
        return userOf(await this.load('User', id), ctx.meta.caller.userId)
      },
    },

    me: {
      description: 'The caller',
      permission: 'any',
      params: {},
      async handler(ctx) {
        const { userId } = ctx.meta.caller
        const user = await this.models.User.findById(userId).lean()
        if (!user) throw new UnauthenticatedError()
        return userOf(publicOf(user), userId)
      },
    },

    create: {
      description: 'Creates a user',
      permission: 'UserEdit',
      params: bodyRules,
      async handler(ctx) {
        const after = await createUser(this.models, ctx.params)
        await this.audited(ctx, { category: 'Created', kind: 'User', spaceId: null, after })
        return after
      },
    },

    modify: {
      description: 'Replaces a user; everybody may change his own names and password',
      permission: 'any',
      params: { id: 'string', ...bodyRules },
      async handler(ctx) {
        const { id, ...body } = ctx.params
        await ensureSelfOr(ctx, 'UserEdit', id)
        const before = userOf(await this.load('User', id), '')
        const after = await changeUser(this.models, ctx, before, body)
        await ctx.broadcast('permissions.changed', {})
        const change = { category: 'Modified', kind: 'User', spaceId: null, before, after }
        const Details =
          body.Password === undefined ? {} : { message: changedPassword(after.Username) }
        await this.audited(ctx, { ...change, ...Details })
        return { ...after, IsRequestor: id === ctx.meta.caller.userId }
      },
    },

    remove: {
      description: 'Deletes a user, with his keys and sessions',
      permission: 'UserEdit',
      params: { id: 'string' },
      async handler(ctx) {
        const { id } = ctx.params
        const before = userOf(await this.load('User', id), '')
        if (id === ctx.meta.caller.userId) throw new RefusedError('You cannot delete yourself.')
        await ensureOutranks(ctx, id)
        await keepingAnAdministrator(this.models, { userId: id }, () => removeUser(this.models, id))
        await ctx.broadcast('permissions.changed', {})
        await this.audited(ctx, { category: 'Deleted', kind: 'User', spaceId: null, before })
        return null
      },
    },

    permissions: {
      description: 'What a user may do, and by which teams',
      permission: 'any',
      params: reach,
      async handler(ctx) {
        const { id, ...wish } = ctx.params
        await ensureSelfOr(ctx, 'UserView', id, { kind: 'User', id })
        await this.load('User', id)
        return { Id: id, ...permissionsOf(await heldBy(this.models, id), id, wish) }
      },
    },

    spaces: {
      description: 'The spaces in which a user may do anything',
      permission: 'any',
      params: { id: 'string' },
      async handler(ctx) {
        const { id } = ctx.params
        await ensureSelfOr(ctx, 'UserView', id, { kind: 'User', id })
        await this.load('User', id)
        const { spaces } = await grantsFor(this.models, id)
        const system = asSystem(this.broker, 'the spaces of a user')
        const { Items } = await system.call('spaces.list', {
          ids: Object.keys(spaces),
          take: takeAll,
        })
        return Items
      },
    },

    teams: {
      description: 'The teams of a user',
      permission: 'any',
      params: reach,
      async handler(ctx) {
        const { id, ...wish } = ctx.params
        await ensureSelfOr(ctx, 'UserView', id, { kind: 'User', id })
        await this.load('User', id)
        return teamsOf(await heldBy(this.models, id), id, wish)
      },
    },

    authentication: {
      description: 'How one can sign in',
      permission: 'public',
      params: { userId: { type: 'string', optional: true } },
      async handler(ctx) {
        const isKnown = ctx.params.userId !== undefined
        const grants = isKnown ? await grantsOfCaller(ctx) : null
        return {
          AuthenticationProviders: [
            {
              Name: 'Username and password',
              IdentityType: 'UsernamePassword',
              FormsLoginEnabled: true,
              CSSLinks: [],
              JavascriptLinks: [],
            },
          ],
          CanCurrentUserEditIdentitiesForUser: grants?.system.includes('UserEdit') ?? false,
        }
      },
    },

    firstAdministrator: {
      description: 'The administrator of the first start, with the password that was made for him',
      permission: 'system',
      params: {},
      handler() {
        const first = firsts.get(this) ?? null
        // It is for the one who has started the server, who asks once.
        firsts.set(this, null)
        return first
      },
    },
  },

  async started() {
    const { adminUsername: username, adminPassword: password, adminApiKey: apiKey } = config
    // In turn, so that of several nodes one makes a password, and shows the one that holds.
    const first = await this.inTurn('the first administrator', () =>
      ensureAdministrator(this.models, { username, password, apiKey }, Date.now()),
    )
    firsts.set(this, first)
  },
})

function anywhere(text: string): Filter {
  const part = patternOf(text)
  return {
    $or: [
      { _name: { $regex: patternOf(foldName(text)) } },
      { DisplayName: { $regex: part, $options: 'i' } },
      { EmailAddress: { $regex: part, $options: 'i' } },
    ],
  }
}

const changedPassword = (username: string) => `User ${username} was changed, with a new password`
