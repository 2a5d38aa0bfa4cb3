import type { Model } from 'mongoose'
import { customAlphabet } from 'nanoid'
import { defineService } from '#bus'
import { InvalidError, NotFoundError, RefusedError } from '#bus/errors.ts'
import { countRule, DEFAULT_TAKE } from '#bus/page.ts'
import { config } from '#config'
import { withoutCredentials, workerCommand } from '#domain/worker-command.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { keyedHash } from '#store/encryption.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import { poolFaults, poolIdsRule } from './worker-body.ts'
import { type StoredWorkerToken, workerTokenSchema } from './worker-token.model.ts'
import type { Refusal } from './workertokens.contract.ts'

const MINUTE_MS = 60_000
const MONTH_MINUTES = 31 * 24 * 60
const unguessable = customAlphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', 32)
const hashOf = (token: string) => keyedHash(`worker token ${token}`)

/** What a server without a Redis answers to who wants workers. */
export const NO_REDIS =
  'Workers on other machines need a Redis between: start the server with REDIS_URL.'

/** Tokens by which machines join as workers. */
export default defineService('workertokens', {
  mixins: [stored({ WorkerToken: workerTokenSchema }), audited],

  actions: {
    list: {
      description: 'The tokens by which workers can still join, newest first',
      permission: 'WorkerEdit',
      params: { spaceId: 'string', skip: countRule, take: countRule },
      async handler(ctx) {
        const { spaceId: SpaceId, skip: Skip = 0, take } = ctx.params
        const ItemsPerPage = take || DEFAULT_TAKE
        const where = { SpaceId, _usedBy: null, Expires: { $gt: new Date().toISOString() } }
        const found = await this.models.WorkerToken.find(where)
          .sort({ Created: -1, _id: 1 })
          .skip(Skip)
          .limit(ItemsPerPage)
          .lean<StoredWorkerToken[]>()
        const TotalResults = await this.models.WorkerToken.countDocuments(where)
        return { Items: found.map(publicOf), TotalResults, ItemsPerPage, Skip }
      },
    },

    create: {
      description: 'Makes a token by which one worker joins, and shows it this once',
      permission: 'WorkerEdit',
      params: {
        spaceId: 'string',
        Name: { type: 'string', trim: true, max: 200, default: '' },
        WorkerPoolIds: { ...poolIdsRule, min: 1 },
        ExpiresInMinutes: {
          type: 'number',
          integer: true,
          min: 1,
          max: MONTH_MINUTES,
          default: 60,
        },
        serverUrl: 'string',
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { spaceId: SpaceId, Name, WorkerPoolIds, ExpiresInMinutes, serverUrl } = ctx.params
        const { redisUrl, workersRedisUrl, repository } = config
        if (!redisUrl) throw new RefusedError(NO_REDIS)
        const faults = await poolFaults(ctx.broker, SpaceId, WorkerPoolIds)
        if (faults.length > 0) throw new InvalidError(faults)
        const now = Date.now()
        const token = `WORKER-${unguessable()}`
        const made: StoredWorkerToken = {
          _id: newId('WorkerTokens'),
          SpaceId,
          Name,
          WorkerPoolIds,
          Created: new Date(now).toISOString(),
          CreatedBy: ctx.meta.caller.username,
          Expires: new Date(now + ExpiresInMinutes * MINUTE_MS).toISOString(),
          _hash: hashOf(token),
          _usedBy: null,
        }
        await this.models.WorkerToken.deleteMany({ Expires: { $lte: made.Created } })
        await this.models.WorkerToken.create(made)
        const after = publicOf(made)
        await this.audited(ctx, {
          category: 'Created',
          kind: 'WorkerToken',
          spaceId: SpaceId,
          after,
          related: WorkerPoolIds,
        })
        const Command = workerCommand({
          serverUrl,
          redisUrl: workersRedisUrl ?? withoutCredentials(redisUrl),
          token,
          repository,
        })
        return { ...after, Token: token, Command }
      },
    },

    remove: {
      description: 'Takes a token away: nobody joins by it any more',
      permission: 'WorkerEdit',
      params: { spaceId: 'string', id: 'string' },
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        const where = { _id: id, SpaceId: spaceId }
        const gone = await this.models.WorkerToken.findOneAndDelete(where).lean<StoredWorkerToken>()
        if (!gone) throw new NotFoundError('WorkerToken', id)
        const before = publicOf(gone)
        await this.audited(ctx, { category: 'Deleted', kind: 'WorkerToken', spaceId, before })
        return null
      },
    },

    eraseSpace: {
      description: 'Takes away every token of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        await this.models.WorkerToken.deleteMany({ SpaceId: ctx.params.spaceId })
        return null
      },
    },

    use: {
      description: 'Uses a token up for one worker',
      permission: 'system',
      params: {
        token: { type: 'string', max: 200 },
        fingerprint: 'string',
        spaceId: { type: 'string', optional: true },
      },
      async handler(ctx) {
        const { token, fingerprint, spaceId } = ctx.params
        // One write decides who of several is the one. The same worker may ask twice: after a crash.
        const used = await this.models.WorkerToken.findOneAndUpdate(
          {
            _hash: hashOf(token),
            Expires: { $gt: new Date().toISOString() },
            _usedBy: { $in: [null, fingerprint] },
            ...(spaceId !== undefined && { SpaceId: spaceId }),
          },
          { $set: { _usedBy: fingerprint } },
          { returnDocument: 'after' },
        ).lean<StoredWorkerToken>()
        if (!used) return refusalOf(this.models.WorkerToken, token)
        const { _id: tokenId, Name: tokenName, SpaceId, WorkerPoolIds } = used
        const params = { spaceId: SpaceId, ids: [...WorkerPoolIds] }
        const pools = await ctx.call('workerpools.names', params)
        if (pools.length === 0)
          return { refusal: 'the pools of its token are gone', spaceId: SpaceId }
        return { tokenId, tokenName, spaceId: SpaceId, poolIds: pools.map(({ Id }) => Id) }
      },
    },

    forget: {
      description: 'Takes away the tokens that a worker has used',
      permission: 'system',
      params: { fingerprint: 'string' },
      async handler(ctx) {
        await this.models.WorkerToken.deleteMany({ _usedBy: ctx.params.fingerprint })
        return null
      },
    },
  },
})

async function refusalOf(tokens: Model<StoredWorkerToken>, token: string): Promise<Refusal> {
  const found = await tokens.findOne({ _hash: hashOf(token) }).lean<StoredWorkerToken>()
  if (!found) return { refusal: 'there is no such token', spaceId: null }
  const { Name, _id, Expires, _usedBy, SpaceId: spaceId } = found
  const named = `its token ${Name || _id}`
  if (_usedBy !== null) return { refusal: `${named} was used already`, spaceId }
  if (Expires <= new Date().toISOString()) return { refusal: `${named} has expired`, spaceId }
  return { refusal: `${named} is for another space`, spaceId }
}
