import { defineService } from '#bus'
import { countRule } from '#bus/page.ts'
import { ensureMay } from '#bus/permitted.ts'
import { categories } from '#domain/log-line.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { executed, note, settle } from './parking.ts'
import { type StoredTask, taskSchema, withoutJournal } from './task.model.ts'
import {
  cancelAll,
  cancelTask,
  checkCancel,
  findTask,
  relatedTo,
  removeTasks,
  scopeOf,
  tellOfCancel,
  viewed,
} from './task-access.ts'
import { createTask, requestTask, rerunTask } from './task-creation.ts'
import { detailsOf } from './task-details.ts'
import { EARLY_FOLLOWERS } from './task-end.ts'
import { filterOf, filterRules } from './task-filters.ts'
import { linesOf, logOf, rawOf, searchIn } from './task-log.ts'
import { isEnded, taskOf } from './task-view.ts'
import { tasksBefore, waitingOf } from './waiting.ts'

const of = { spaceId: { type: 'string', optional: true }, id: 'string' } as const
const level = { type: 'enum', values: ['all', 'normal', 'problems'], optional: true } as const
const paging = { skip: countRule, take: countRule } as const
const DEFAULT_TAKE = 30

/** Names of the kinds of tasks, for those who choose among them. */
const TYPES = [
  { Id: 'Deploy', Name: 'Deploy' },
  { Id: 'Promote', Name: 'Promote' },
  { Id: 'Health', Name: 'Health check' },
  { Id: 'DeleteSpace', Name: 'Delete space' },
]

export default defineService('tasks', {
  mixins: [stored({ Task: taskSchema }), audited],

  actions: {
    create: {
      description: 'Queues a task, unless there is one of its id',
      permission: 'system',
      params: {
        Id: 'string',
        SpaceId: { type: 'string', nullable: true },
        Name: { type: 'enum', values: TYPES.map((type) => type.Id) },
        Description: 'string',
        Arguments: { type: 'object', optional: true },
        ProjectId: { type: 'string', nullable: true, optional: true },
        EnvironmentId: { type: 'string', nullable: true, optional: true },
        TenantId: { type: 'string', nullable: true, optional: true },
        QueueTime: { type: 'string', optional: true },
        QueueTimeExpiry: { type: 'string', nullable: true, optional: true },
        ConcurrencyTag: { type: 'string', nullable: true, optional: true },
        IsPriority: { type: 'boolean', optional: true },
        CreatedBy: { type: 'string', optional: true },
        Follower: { type: 'enum', values: [...EARLY_FOLLOWERS], optional: true },
      },
      async handler(ctx) {
        const task = await createTask(this.models.Task, ctx.params, ctx.meta.caller)
        await ctx.broadcast('tasks.queued', { id: task.Id })
        return task
      },
    },

    request: {
      description: 'Queues a task by hand',
      permission: 'any',
      params: {
        spaceId: { type: 'string', optional: true },
        Name: { type: 'string', min: 1, max: 100 },
        Description: { type: 'string', default: '', max: 1000 },
        Arguments: {
          type: 'object',
          optional: true,
          strict: 'remove',
          props: {
            WorkerPoolId: { type: 'string', optional: true, max: 100 },
            MachineIds: { type: 'array', items: 'string', optional: true, max: 1000 },
          },
        },
        $$strict: 'remove',
      },
      handler(ctx) {
        return requestTask(this, ctx, ctx.params)
      },
    },

    list: {
      description: 'Tasks of a space or of all, the newest first',
      // Which spaces count is a part of the question.
      permission: 'any',
      params: { spaceId: { type: 'string', optional: true }, ...paging, ...filterRules },
      async handler(ctx) {
        const { spaceId, skip = 0, take, ...asked } = ctx.params
        const perPage = take || DEFAULT_TAKE
        const filter = { ...(await scopeOf(ctx, spaceId, asked)), ...filterOf(asked) }
        const [tasks, total] = await Promise.all([
          this.models.Task.find(filter, withoutJournal)
            .sort({ QueueTime: -1, _id: -1 })
            .skip(skip)
            .limit(perPage)
            .lean<StoredTask[]>(),
          this.models.Task.countDocuments(filter),
        ])
        const now = Date.now()
        const Items = tasks.map((task) => taskOf(task, now))
        return { Items, TotalResults: total, ItemsPerPage: perPage, Skip: skip }
      },
    },

    get: {
      description: 'One task by its id',
      permission: 'any',
      params: of,
      async handler(ctx) {
        const task = await viewed(ctx, await findTask(this.models.Task, ctx.params, withoutJournal))
        return taskOf(task, Date.now())
      },
    },

    details: {
      description: 'A task with its steps, and why it waits',
      permission: 'any',
      params: { ...of, tail: countRule },
      async handler(ctx) {
        const task = await viewed(ctx, await findTask(this.models.Task, ctx.params))
        const waiting = await waitingOf(task, this.models.Task, ctx)
        return detailsOf(task, { tail: ctx.params.tail, now: Date.now(), waiting })
      },
    },

    log: {
      description: 'Lines of the log of a task',
      permission: 'any',
      params: {
        ...of,
        from: countRule,
        take: { ...countRule, max: 10_000 },
        tail: { ...countRule, max: 10_000 },
        activity: { type: 'string', optional: true },
        level,
      },
      async handler(ctx) {
        const task = await viewed(ctx, await findTask(this.models.Task, ctx.params, withoutJournal))
        return linesOf(task._id, ctx.params)
      },
    },

    search: {
      description: 'Where a text is in the log of a task',
      permission: 'any',
      params: {
        ...of,
        text: { type: 'string', min: 1, max: 1000 },
        activity: { type: 'string', optional: true },
        level,
      },
      async handler(ctx) {
        const task = await viewed(ctx, await findTask(this.models.Task, ctx.params, withoutJournal))
        return searchIn(task._id, ctx.params)
      },
    },

    raw: {
      description: 'The whole log of a task as a text',
      permission: 'any',
      params: of,
      timeout: 0,
      async handler(ctx) {
        const task = await viewed(ctx, await findTask(this.models.Task, ctx.params))
        return rawOf(task, Date.now())
      },
    },

    cancel: {
      description: 'Ends a task, with every process that it has started',
      permission: 'any',
      params: of,
      async handler(ctx) {
        const task = await viewed(ctx, await findTask(this.models.Task, ctx.params, withoutJournal))
        await ensureMay(ctx, 'TaskCancel', task.SpaceId)
        // What has ended stays as it ended, and to ask again is no mistake.
        if (isEnded(task.State)) return taskOf(task, Date.now())
        checkCancel(task)
        const cancelled = await cancelTask(this.models.Task, task._id)
        // Told before it is recorded, and again when it is asked again: processes wait for it.
        await tellOfCancel(ctx, cancelled)
        if (cancelled.State === task.State) return taskOf(cancelled, Date.now())
        await this.audited(ctx, {
          category: 'TaskCanceled',
          kind: 'ServerTask',
          spaceId: task.SpaceId,
          message: `Cancelled: ${task.Description}`,
          id: task._id,
          related: relatedTo(task),
        })
        return taskOf(cancelled, Date.now())
      },
    },

    rerun: {
      description: 'Does the same as a task that has ended once more',
      permission: 'any',
      params: of,
      async handler(ctx) {
        const task = await viewed(ctx, await findTask(this.models.Task, ctx.params, withoutJournal))
        return rerunTask(this, ctx, { tasks: this.models.Task, task })
      },
    },

    queuedBehind: {
      description: 'The tasks that must end before a queued one starts',
      permission: 'any',
      params: of,
      async handler(ctx) {
        const task = await viewed(ctx, await findTask(this.models.Task, ctx.params, withoutJournal))
        const before = await tasksBefore(task, this.models.Task, DEFAULT_TAKE)
        const Items = before.map((one) => taskOf(one, Date.now()))
        return { Items, TotalResults: Items.length, ItemsPerPage: DEFAULT_TAKE, Skip: 0 }
      },
    },

    types: {
      description: 'The kinds of tasks',
      permission: 'any',
      params: {},
      handler: () => TYPES,
    },

    cancelOf: {
      description: 'Cancels the tasks of a space or a project',
      permission: 'system',
      params: { spaceId: 'string', projectId: { type: 'string', optional: true } },
      async handler(ctx) {
        const { spaceId, projectId } = ctx.params
        const of = { SpaceId: spaceId, ...(projectId && { ProjectId: projectId }) }
        return { active: await cancelAll(this.models.Task, ctx, of) }
      },
    },

    unfollowed: {
      description: 'Tasks of which a follower has yet to take notice',
      permission: 'system',
      params: { name: 'string', skip: 'number', take: 'number' },
      async handler(ctx) {
        const { name, skip, take } = ctx.params
        const tasks = await this.models.Task.find({ _follow: name }, withoutJournal)
          .skip(skip)
          .limit(take)
          .lean<StoredTask[]>()
        return tasks.map((task) => taskOf(task, Date.now()))
      },
    },

    followed: {
      description: 'A follower has taken notice of tasks, and follows them no more',
      permission: 'system',
      params: { name: 'string', ids: { type: 'array', items: 'string' } },
      async handler(ctx) {
        const { name, ids } = ctx.params
        await this.models.Task.updateMany({ _id: { $in: ids } }, { $pull: { _follow: name } })
        return null
      },
    },

    known: {
      description: 'Tasks by their ids',
      permission: 'system',
      params: { ids: { type: 'array', items: 'string' } },
      async handler(ctx) {
        const where = { _id: { $in: ctx.params.ids } }
        const tasks = await this.models.Task.find(where, withoutJournal).lean<StoredTask[]>()
        const now = Date.now()
        return tasks.map((task) => taskOf(task, now))
      },
    },

    missing: {
      description: 'Which of these ids no task has',
      permission: 'system',
      params: { ids: { type: 'array', items: 'string' } },
      async handler(ctx) {
        const { ids } = ctx.params
        const found = await this.models.Task.find({ _id: { $in: ids } }, { _id: 1 }).lean()
        const known = new Set(found.map(({ _id }) => String(_id)))
        return ids.filter((id) => !known.has(id))
      },
    },

    note: {
      description: 'Adds lines to the log of a parked task',
      permission: 'system',
      params: {
        id: 'string',
        key: { type: 'string', optional: true, max: 200 },
        lines: {
          type: 'array',
          max: 1000,
          items: {
            type: 'object',
            props: {
              category: { type: 'enum', values: Object.values(categories) },
              text: { type: 'string', max: 100_000 },
            },
          },
        },
        waitsFor: { type: 'string', optional: true, max: 1000 },
      },
      async handler(ctx) {
        const { id } = ctx.params
        const noted = await note(this.models.Task, ctx.params)
        await ctx.broadcast('tasks.logged', { id, total: (await logOf(id).size()).lines })
        await ctx.broadcast('tasks.changed', { id, progress: {} })
        return noted
      },
    },

    settle: {
      description: 'Ends a parked task',
      permission: 'system',
      params: {
        id: 'string',
        state: { type: 'enum', values: ['Success', 'Failed', 'Canceled'] },
        error: { type: 'string', default: '', max: 10_000 },
      },
      async handler(ctx) {
        const { id, state, error = '' } = ctx.params
        const hasEnded = await settle(this.models.Task, { id, state, error })
        if (hasEnded) await ctx.broadcast('tasks.finished', { id, state })
        return null
      },
    },

    counts: {
      description: 'How many tasks of a space wait and run',
      permission: 'TaskView',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        const [Queued, Executing] = await Promise.all([
          this.models.Task.countDocuments({ SpaceId, State: 'Queued' }),
          this.models.Task.countDocuments({ SpaceId, ...executed }),
        ])
        return { Queued, Executing }
      },
    },

    removeOf: {
      description: 'Takes tasks away with their logs and artifacts',
      permission: 'system',
      params: { spaceId: 'string', ids: { type: 'array', items: 'string' } },
      timeout: 0,
      async handler(ctx) {
        const { spaceId, ids } = ctx.params
        await ctx.call('artifacts.removeOf', { spaceId, taskIds: ids }, { timeout: 0 })
        await removeTasks(this.models.Task, { SpaceId: spaceId, _id: { $in: ids } })
        return null
      },
    },

    eraseSpace: {
      description: 'Takes away every task of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      timeout: 0,
      async handler(ctx) {
        await removeTasks(this.models.Task, { SpaceId: ctx.params.spaceId })
        return null
      },
    },
  },
})
