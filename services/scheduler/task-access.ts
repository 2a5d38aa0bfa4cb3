/** Which tasks a caller may see, and how one is found, cancelled and removed. */
import type { Context } from 'moleculer'
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { type Caller, SYSTEM_USER } from '#bus/caller.ts'
import { NotFoundError, RefusedError } from '#bus/errors.ts'
import { ensureMay, grantsOf } from '#bus/permitted.ts'
import { mayDo, spacesWith } from '#domain/permissions.ts'
import { unpark } from './parking.ts'
import { PARKED, type StoredTask } from './task.model.ts'
import { EARLY_FOLLOWERS, FOLLOWERS, followed } from './task-end.ts'
import { logOf } from './task-log.ts'
import { ACTIVE } from './task-view.ts'
import type { TaskFilters } from './tasks.contract.ts'

type Tasks = Model<StoredTask>
/** A request, with who asks. */
export type Asking = Omit<Context<unknown, { caller: Caller }>, keyof Bus> & Bus

/** The task, if it exists and, where a space is named, is of it. */
export async function findTask(
  tasks: Tasks,
  { spaceId, id }: { spaceId?: string; id: string },
  projection?: object,
): Promise<StoredTask> {
  const where = { _id: id, ...(spaceId !== undefined && { SpaceId: spaceId }) }
  const found = await tasks.findOne(where, projection).lean<StoredTask>()
  if (!found) throw new NotFoundError('ServerTask', id)
  return found
}

/** The same task, once it is sure that the caller may see it. */
export async function viewed(ctx: Asking, task: StoredTask): Promise<StoredTask> {
  await ensureMay(ctx, 'TaskView', task.SpaceId, { kind: 'ServerTask', id: task._id })
  return task
}

/** The tasks of one space, or of every space and, if asked, of the server, as far as the caller may look. */
export async function scopeOf(
  ctx: Asking,
  spaceId: string | undefined,
  { spaces, includeSystem }: Pick<TaskFilters, 'spaces' | 'includeSystem'>,
): Promise<Record<string, unknown>> {
  if (spaceId !== undefined) {
    await ensureMay(ctx, 'TaskView', spaceId)
    return { SpaceId: spaceId }
  }
  const wanted = spaces?.length && !spaces.includes('all') ? spaces : null
  const { userId } = ctx.meta.caller
  if (userId === SYSTEM_USER) return wanted ? { SpaceId: { $in: wanted } } : {}
  const grants = await grantsOf(ctx, userId)
  const visible = spacesWith(grants, 'TaskView').filter((id) => wanted?.includes(id) ?? true)
  // Without a word about it, the server's own tasks are among them: a fresh server has no others.
  const withSystem =
    mayDo(grants, 'TaskView') && includeSystem !== false && (!wanted || includeSystem)
  return { SpaceId: { $in: withSystem ? [...visible, null] : visible } }
}

/** Ends a queued task; has one that runs or is parked ended by an executor. The state it is in then. */
export async function cancelTask(tasks: Tasks, _id: string): Promise<StoredTask> {
  for (;;) {
    const isTold =
      (await endQueued(tasks, _id)) || (await stopRunning(tasks, _id)) || (await unpark(tasks, _id))
    const task = await findTask(tasks, { id: _id })
    // Between two looks it may have been started, or parked.
    if (isTold || (task.State !== 'Queued' && task.State !== 'Executing')) return task
  }
}

async function endQueued(tasks: Tasks, _id: string): Promise<boolean> {
  const now = new Date().toISOString()
  const { matchedCount } = await tasks.updateOne(
    { _id, State: 'Queued' },
    {
      $set: { State: 'Canceled', CompletedTime: now, LastUpdatedTime: now },
      ...followed,
    },
  )
  return matchedCount > 0
}

async function stopRunning(tasks: Tasks, _id: string): Promise<boolean> {
  const { matchedCount } = await tasks.updateOne(
    { _id, State: 'Executing', '_lease.until': { $ne: PARKED } },
    { $set: { State: 'Cancelling', LastUpdatedTime: new Date().toISOString() } },
  )
  return matchedCount > 0
}

/** What a space leaves behind must go: to stop half way would keep a part of it for ever. */
export function checkCancel({ Name, Description }: StoredTask): void {
  if (Name === 'DeleteSpace')
    throw new RefusedError(`'${Description}' cannot be cancelled: a part of the space has gone.`)
}

/** Cancels all that is queued or runs in a space or a project. How many there are still to end. */
export async function cancelAll(
  tasks: Tasks,
  ctx: Pick<Bus, 'broadcast'>,
  of: { SpaceId: string; ProjectId?: string },
): Promise<number> {
  const active = await tasks
    .find({ ...of, State: { $in: ACTIVE } }, { State: 1 })
    .lean<Pick<StoredTask, '_id'>[]>()
  for (const { _id } of active) await tellOfCancel(ctx, await cancelTask(tasks, _id))
  // What follows from their end could otherwise come after what it is about has gone.
  return tasks.countDocuments({
    ...of,
    $or: [{ State: { $in: ACTIVE } }, { _follow: { $in: [...FOLLOWERS, ...EARLY_FOLLOWERS] } }],
  })
}

/** Wakes who has to act on it. */
export async function tellOfCancel(ctx: Pick<Bus, 'broadcast'>, task: StoredTask): Promise<void> {
  const { _id: id, State: state } = task
  if (state === 'Cancelling') await ctx.broadcast('tasks.cancelling', { id })
  if (state === 'Canceled') await ctx.broadcast('tasks.finished', { id, state })
}

export const relatedTo = (task: StoredTask): string[] =>
  [task._id, task.ProjectId, task.EnvironmentId, task.Arguments.DeploymentId].filter(
    (id): id is string => typeof id === 'string',
  )

/** Takes tasks away with their logs. */
export async function removeTasks(tasks: Tasks, where: Record<string, unknown>): Promise<void> {
  const gone = tasks.find(where, { _id: 1 }).lean<{ _id: string }[]>().cursor()
  for await (const { _id } of gone) {
    await logOf(String(_id)).remove()
    await tasks.deleteOne({ _id: String(_id) })
  }
}
