import { defineService } from '#bus'
import { InvalidError, NotFoundError } from '#bus/errors.ts'
import { DEFAULT_TAKE, systemListRules } from '#bus/page.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { ensureOutranks, ensureSelfOr } from './access.ts'
import { apiKeySchema, type StoredApiKey } from './api-key.model.ts'
import { hashOf, keyOf, newKey, storedKey } from './key.ts'
import { userSchema } from './user.model.ts'

const of = { userId: 'string', id: 'string' } as const
const KEY = /^API-[A-Z0-9]{1,200}$/

/** The keys of users, for programs. */
export default defineService('apikeys', {
  mixins: [stored({ User: userSchema, ApiKey: apiKeySchema }), audited],

  actions: {
    list: {
      description: 'One page of the API keys of a user, newest first',
      permission: 'any',
      params: { userId: 'string', skip: systemListRules.skip, take: systemListRules.take },
      async handler(ctx) {
        const { userId, skip: Skip = 0, take } = ctx.params
        await ensureSelfOr(ctx, 'UserEdit', userId)
        await this.load('User', userId)
        const ItemsPerPage = take || DEFAULT_TAKE
        const where = { UserId: userId }
        const found = await this.models.ApiKey.find(where)
          .sort({ Created: -1, _id: 1 })
          .skip(Skip)
          .limit(ItemsPerPage)
          .lean<StoredApiKey[]>()
        const TotalResults = await this.models.ApiKey.countDocuments(where)
        return { Items: found.map(keyOf), TotalResults, ItemsPerPage, Skip }
      },
    },

    get: {
      description: 'One API key of a user, without the key itself',
      permission: 'any',
      params: of,
      async handler(ctx) {
        const { userId, id } = ctx.params
        await ensureSelfOr(ctx, 'UserEdit', userId, { kind: 'ApiKey', id })
        const found = await this.models.ApiKey.findOne({ _id: id, UserId: userId }).lean()
        if (!found) throw new NotFoundError('ApiKey', id)
        return keyOf(found)
      },
    },

    create: {
      description: 'Makes an API key, and shows it this once',
      permission: 'any',
      params: {
        userId: 'string',
        Purpose: { type: 'string', trim: true, max: 200, default: '' },
        Expires: { type: 'string', optional: true, max: 100 },
        ReadOnly: { type: 'boolean', default: false },
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { userId, Purpose, ReadOnly } = ctx.params
        await ensureSelfOr(ctx, 'UserEdit', userId)
        const user = await this.load('User', userId)
        await ensureOutranks(ctx, userId)
        if (Purpose === '') throw new InvalidError(["The 'Purpose' field is required."])
        const now = Date.now()
        const Expires = expiryOf(ctx.params.Expires, now)
        const key = newKey()
        const wish = { UserId: userId, Purpose, ReadOnly, ...(Expires && { Expires }) }
        const made = storedKey(wish, key, now)
        await this.models.ApiKey.create(made)
        const after = keyOf(made)
        const message = `API key ${Purpose} of ${user.Username} was created`
        await this.audited(ctx, {
          category: 'Created',
          kind: 'ApiKey',
          spaceId: null,
          after,
          message,
        })
        return { ...after, ApiKey: key }
      },
    },

    remove: {
      description: 'Takes an API key away: it is refused from now on',
      permission: 'any',
      params: of,
      async handler(ctx) {
        const { userId, id } = ctx.params
        await ensureSelfOr(ctx, 'UserEdit', userId)
        const gone = await this.models.ApiKey.findOneAndDelete({ _id: id, UserId: userId }).lean()
        if (!gone) throw new NotFoundError('ApiKey', id)
        await ctx.broadcast('permissions.changed', {})
        const before = keyOf(gone)
        await this.audited(ctx, { category: 'Deleted', kind: 'ApiKey', spaceId: null, before })
        return null
      },
    },

    authenticate: {
      description: 'Whose key it is',
      permission: 'system',
      params: { key: 'string' },
      async handler(ctx) {
        if (!KEY.test(ctx.params.key)) return null
        const key = await this.models.ApiKey.findOne({ _hash: hashOf(ctx.params.key) }).lean()
        if (!key || (key.Expires !== null && key.Expires <= new Date().toISOString())) return null
        const user = await this.models.User.findOne({ _id: key.UserId, IsActive: true }).lean()
        if (!user) return null
        const { _id: userId, Username: username } = user
        return { userId, username, keyId: key._id, isReadOnly: key.ReadOnly }
      },
    },
  },
})

function expiryOf(text: string | undefined, now: number): string | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidError([`'${text}' is not a date and time.`])
  if (at <= now) throw new InvalidError(['The key would expire before it was made.'])
  return new Date(at).toISOString()
}
