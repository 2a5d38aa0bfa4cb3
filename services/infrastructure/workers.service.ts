import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { NotFoundError } from '#bus/errors.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { crud } from '#mixins/crud.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { publicOf } from '#store/resource.ts'
import { builtInWorkerSchema, type StoredWorker, workerSchema } from './worker.model.ts'
import { approveWorker, dropStale } from './worker-approval.ts'
import { poolIdsRule, prepareWorker, workerBody } from './worker-body.ts'
import { workersBy } from './worker-filters.ts'
import { hearingOf, judge, judged } from './worker-health.ts'
import { keepBuiltIn, workerById, workersOfPool } from './worker-known.ts'
import { kept, saidBy } from './worker-lists.ts'
import { reportRule, takeIn } from './worker-reports.ts'
import { type KeptWorker, shownWorkers } from './worker-view.ts'
import type { Worker, WorkerBody, WorkerFilters } from './workers.contract.ts'

/** How often each node looks who is silent, in ms. */
const LOOK_EACH_MS = 10_000

const one = { spaceId: 'string', id: 'string' } as const
const ofSpace = { permission: 'WorkerView', params: { spaceId: 'string' } } as const
const texts = { type: 'array', items: 'string', convert: true, optional: true, max: 1_000 } as const
const keysRule = { type: 'object', props: { signing: 'object', encryption: 'object' } } as const

/** Machines that run steps. Those that have joined by `npm run worker` get work, others are written down. */
export default defineService('workers', {
  mixins: [
    stored({ Worker: workerSchema, BuiltInWorker: builtInWorkerSchema }),
    audited,
    keeping<{ timer: NodeJS.Timeout }>(),
  ],

  actions: {
    ...crud<KeptWorker, WorkerBody, WorkerFilters, Worker>({
      kind: 'Worker',
      ids: 'Workers',
      permission: {
        view: 'WorkerView',
        create: 'WorkerEdit',
        edit: 'WorkerEdit',
        remove: 'WorkerEdit',
      },
      body: workerBody,
      filters: {
        rules: {
          isDisabled: { type: 'boolean', convert: true, optional: true },
          healthStatuses: texts,
          commStyles: texts,
          workerPoolIds: texts,
          workerPoolId: { type: 'string', optional: true },
          thumbprint: { type: 'string', optional: true, max: 200 },
          shellNames: texts,
        },
        where: workersBy,
      },
      prepare: (ctx, change) => prepareWorker(ctx.broker, change),
      created: (ctx, worker) => tell(ctx, worker),
      modified: (ctx, worker) => tell(ctx, worker),
      // A token that it has used would let it in again.
      removing: async (ctx, { Fingerprint }) => {
        const system = asSystem(ctx.broker, 'a worker is removed')
        if (Fingerprint) await system.call('workertokens.forget', { fingerprint: Fingerprint })
      },
      removed: (ctx, worker) => tell(ctx, worker),
      shown: (ctx, workers) => shownWorkers(ctx.broker, workers),
      categories: { created: 'MachineAdded', removed: 'MachineDeleted' },
    }),

    approve: {
      description: 'Lets a worker that waits in, after its fingerprint was compared',
      permission: 'WorkerEdit',
      params: {
        ...one,
        Fingerprint: { type: 'string', max: 200 },
        WorkerPoolIds: { ...poolIdsRule, min: 1 },
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { spaceId, id } = ctx.params
        await approveWorker(this, ctx, ctx.params)
        await tell(ctx, { Id: id, SpaceId: spaceId })
        return ctx.call('workers.get', { spaceId, id })
      },
    },

    drain: {
      description: 'Lets a worker finish what it runs and take nothing new, or take work again',
      permission: 'WorkerEdit',
      params: { ...one, IsDraining: 'boolean', $$strict: 'remove' },
      async handler(ctx) {
        const { spaceId, id, IsDraining } = ctx.params
        const before = await this.models.Worker.findOneAndUpdate(
          { _id: id, SpaceId: spaceId },
          { $set: { IsDraining } },
        ).lean<StoredWorker>()
        if (!before) throw new NotFoundError('Worker', id)
        const after = await ctx.call('workers.get', { spaceId, id })
        if (before.IsDraining === IsDraining) return after
        await tell(ctx, after)
        await this.audited(ctx, {
          category: 'Modified',
          kind: 'Worker',
          spaceId,
          before: publicOf(before),
          after: { ...publicOf(before), IsDraining },
          message: `Worker ${after.Name} ${IsDraining ? 'drains' : 'takes work again'}`,
        })
        return after
      },
    },

    connection: {
      description: 'When a worker was heard last, and how it is',
      permission: 'WorkerView',
      params: one,
      async handler(ctx) {
        const { Id, ...worker } = await ctx.call('workers.get', ctx.params)
        const { Status, HealthStatus, StatusSummary, LastSeen } = worker
        const Category =
          Status === 'Offline' ? 'Error' : HealthStatus === 'HasWarnings' ? 'Warning' : 'Info'
        const line = { OccurredAt: LastSeen ?? '', Category, MessageText: StatusSummary } as const
        const Logs = LastSeen === null ? [] : [line]
        return { MachineId: Id, Status, HealthStatus, LastChecked: LastSeen, Logs }
      },
    },

    operatingSystems: {
      description: 'The operating systems of the workers of a space',
      ...ofSpace,
      handler(ctx) {
        return saidBy(this.models.Worker, 'OperatingSystem', ctx.params.spaceId)
      },
    },

    shells: {
      description: 'The shells of the workers of a space',
      ...ofSpace,
      handler(ctx) {
        return saidBy(this.models.Worker, 'ShellName', ctx.params.spaceId)
      },
    },

    ofPool: {
      description: 'The workers of a pool that can get work',
      permission: 'system',
      params: { spaceId: 'string', poolId: 'string' },
      handler(ctx) {
        return workersOfPool(this.models, ctx.params)
      },
    },

    known: {
      description: 'A worker that is approved or built in',
      permission: 'system',
      params: { id: 'string' },
      handler(ctx) {
        return workerById(this.models, ctx.params.id)
      },
    },

    builtIn: {
      description: 'Tells of the built-in worker of a server node',
      permission: 'system',
      params: { Id: 'string', Node: 'string', Keys: keysRule },
      async handler(ctx) {
        await keepBuiltIn(this.models, ctx.params)
        return null
      },
    },

    seen: {
      description: 'Takes in what workers have told of themselves',
      permission: 'system',
      params: { reports: { type: 'array', items: reportRule, max: 10_000 } },
      async handler(ctx) {
        await takeIn(this, ctx.params.reports)
        return null
      },
    },

    check: {
      description: 'Judges the health of workers now',
      permission: 'system',
      params: { spaceId: 'string', ids: texts, poolId: { type: 'string', optional: true } },
      async handler(ctx) {
        const { spaceId: SpaceId, ids, poolId } = ctx.params
        const where = {
          SpaceId,
          Approval: 'Approved',
          ...(ids && { _id: { $in: ids } }),
          ...(poolId !== undefined && { WorkerPoolIds: poolId }),
        }
        const workers = await kept(this.models.Worker, where)
        await judge(this, workers, await hearingOf(this.broker, workers))
        return shownWorkers(this.broker, await kept(this.models.Worker, where))
      },
    },

    tend: {
      description: 'Looks which workers are silent, and drops those that ask no more to be let in',
      permission: 'system',
      params: { now: { type: 'number', integer: true } },
      async handler(ctx) {
        const workers = await kept(this.models.Worker, judged)
        if (workers.length > 0) await judge(this, workers, await hearingOf(this.broker, workers))
        await dropStale(this, ctx.params.now)
        return null
      },
    },

    leavePool: {
      description: 'Takes a pool that is gone out of its workers',
      permission: 'system',
      params: { spaceId: 'string', poolId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId, poolId: WorkerPoolIds } = ctx.params
        const where = { SpaceId, WorkerPoolIds }
        await this.models.Worker.updateMany(where, { $pull: { WorkerPoolIds } })
        return null
      },
    },
  },

  started() {
    const system = asSystem(this.broker, 'a look at the workers')
    let isLooking = false
    this.timer = setInterval(async () => {
      if (isLooking) return
      isLooking = true
      await system
        .call('workers.tend', { now: Date.now() })
        .catch((error) => this.logger.warn('The health of workers was not looked at', error))
      isLooking = false
    }, LOOK_EACH_MS)
    this.timer.unref()
  },

  stopped() {
    clearInterval(this.timer)
  },
})

const tell = (
  bus: {
    broadcast(event: 'workers.changed', what: { id: string; spaceId: string }): Promise<void>
  },
  { Id: id, SpaceId: spaceId }: { Id: string; SpaceId: string },
) => bus.broadcast('workers.changed', { id, spaceId })
