import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError, NotFoundError, RefusedError } from '#bus/errors.ts'
import { nameRule } from '#domain/name.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { insertUnless } from '#mixins/changes.ts'
import { type Asked, crud } from '#mixins/crud.ts'
import { type AnyModel, listPage } from '#mixins/listing.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import { ALL, allPlaced, byPlace, nextPlace, placeFirst } from './sorting.ts'
import { workerSchema } from './worker.model.ts'
import { workersWhere } from './worker-filters.ts'
import { workerPoolSchema } from './worker-pool.model.ts'
import { type Counted, summaryOf } from './worker-summary.ts'
import type { WorkerPool, WorkerPoolBody } from './workerpools.contract.ts'

const texts = { type: 'array', items: 'string', convert: true, optional: true, max: 1_000 } as const
const body = {
  Name: nameRule,
  Description: { type: 'string', default: '', max: 10_000 },
  Slug: { type: 'string', optional: true, max: 100 },
  WorkerPoolType: {
    type: 'enum',
    values: ['StaticWorkerPool', 'DynamicWorkerPool'],
    default: 'StaticWorkerPool',
  },
  WorkerType: { type: 'string', optional: true, max: 100 },
  IsDefault: { type: 'boolean', default: false },
  SortOrder: { type: 'number', integer: true, optional: true, min: -2_147_483_648, max: ALL },
} as const

export default defineService('workerpools', {
  mixins: [stored({ WorkerPool: workerPoolSchema, Worker: workerSchema }), audited],

  actions: {
    ...crud<WorkerPool, WorkerPoolBody>({
      kind: 'WorkerPool',
      ids: 'WorkerPools',
      permission: {
        view: 'WorkerView',
        create: 'WorkerEdit',
        edit: 'WorkerEdit',
        remove: 'WorkerEdit',
      },
      body,
      sort: byPlace,

      async prepare(_ctx, { body, before, spaceId, model }) {
        if (before?.IsDefault && !body.IsDefault) {
          throw new InvalidError([
            'A space has a default worker pool: make another one the default.',
          ])
        }
        return {
          WorkerType: body.WorkerType ?? null,
          CanAddWorkers: body.WorkerPoolType === 'StaticWorkerPool',
          SortOrder: body.SortOrder ?? before?.SortOrder ?? (await nextPlace(model, spaceId)),
        }
      },
      created: (_ctx, pool, model) => keepOneDefault(model, pool),
      modified: (_ctx, pool, model) => keepOneDefault(model, pool),

      async checkRemove(ctx, pool) {
        if (pool.IsDefault)
          throw new RefusedError(
            'The default worker pool cannot be deleted: make another one the default.',
          )
        const { TotalResults } = await workersIn(ctx, pool)
        if (TotalResults > 0)
          throw new RefusedError(
            `The worker pool has workers (${TotalResults}): take them out of it, or remove them.`,
          )
      },
      // One may have come in at this moment.
      removed: (ctx, { SpaceId: spaceId, Id: poolId }) =>
        asSystem(ctx.broker, 'a pool is deleted').call('workers.leavePool', { spaceId, poolId }),
    }),

    populate: {
      description: 'Makes the pool that every space has',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        const model = this.models.WorkerPool
        await insertUnless(
          model,
          { SpaceId, IsDefault: true },
          {
            Id: newId('WorkerPools'),
            SpaceId,
            Name: 'Default Worker Pool',
            WorkerPoolType: 'StaticWorkerPool',
            IsDefault: true,
            SortOrder: 0,
          },
        )
        return null
      },
    },

    default: {
      description: 'The pool for the actions that name none',
      permission: 'any',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        const pool = await this.models.WorkerPool.findOne({ SpaceId, IsDefault: true }).lean()
        if (!pool) throw new NotFoundError('WorkerPool', 'default')
        return publicOf(pool)
      },
    },

    sort: {
      description: 'Gives the worker pools of a space an order',
      permission: 'WorkerEdit',
      params: { spaceId: 'string', ids: { type: 'array', items: 'string', max: 10_000 } },
      async handler(ctx) {
        const { spaceId, ids } = ctx.params
        const model = this.models.WorkerPool
        const all = await allPlaced<WorkerPool>(model, spaceId)
        const { order, moved } = await placeFirst(model, all, ids)
        for (const { before, after } of moved) {
          await this.audited(ctx, {
            category: 'Modified',
            kind: 'WorkerPool',
            before,
            after,
            spaceId,
          })
        }
        return order
      },
    },

    summary: {
      description: 'The worker pools of a space with what is in them',
      permission: 'WorkerView',
      params: {
        spaceId: 'string',
        ids: texts,
        partialName: { type: 'string', optional: true },
        machinePartialName: { type: 'string', optional: true, max: 200 },
        isDisabled: { type: 'boolean', convert: true, optional: true },
        healthStatuses: texts,
        commStyles: texts,
        shellNames: texts,
        hideEmptyWorkerPools: { type: 'boolean', convert: true, optional: true },
      },
      async handler(ctx) {
        const { spaceId, hideEmptyWorkerPools = false } = ctx.params
        const listing = { where: { SpaceId: spaceId }, sort: byPlace }
        const wish = { ...ctx.params, take: ALL }
        const { Items } = await listPage<WorkerPool>(this.models.WorkerPool, wish, listing)
        const workers = await this.models.Worker.find(workersWhere(spaceId, ctx.params))
          .select(['WorkerPoolIds', 'IsDisabled', 'HealthStatus', 'Endpoint.CommunicationStyle'])
          .lean<Counted[]>()
        return summaryOf(Items, workers, hideEmptyWorkerPools)
      },
    },

    supportedTypes: {
      description: 'Which types of worker pools there can be',
      permission: 'WorkerView',
      params: { spaceId: 'string' },
      handler: () => ['StaticWorkerPool'],
    },

    dynamicWorkerTypes: {
      description: 'Which machines a dynamic worker pool can be made of: none here',
      permission: 'WorkerView',
      params: { spaceId: 'string' },
      handler: () => ({ Id: 'dynamicworkertypes', WorkerTypes: [] }),
    },
  },
})

const workersIn = (ctx: Asked, { SpaceId: spaceId, Id: workerPoolId }: WorkerPool) =>
  asSystem(ctx.broker, 'a pool is deleted').call('workers.list', { spaceId, workerPoolId, take: 1 })

/** The new default is stored before the old one is none any more: a crash leaves two, never none. */
async function keepOneDefault(model: AnyModel, pool: WorkerPool): Promise<void> {
  if (!pool.IsDefault) return
  const others = { SpaceId: pool.SpaceId, _id: { $ne: pool.Id }, IsDefault: true }
  await model.updateMany(others, { $set: { IsDefault: false } })
}
