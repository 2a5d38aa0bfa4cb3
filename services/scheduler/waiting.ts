import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { waitReason } from '#domain/queue.ts'
import { startable } from './claim.ts'
import { PARKED, type StoredTask, withoutJournal } from './task.model.ts'
import type { Waiting } from './tasks.contract.ts'

/** Why a task does not go on, as things are now; null when it does, or is about to. */
export async function waitingOf(
  task: StoredTask,
  tasks: Model<StoredTask>,
  ctx: { broker: Pick<Bus, 'call'> },
): Promise<Waiting | null> {
  // One that runs says by itself when its step has no worker, and one that is parked for whom it waits.
  const Kind = task._lease?.until === PARKED ? 'promotion' : 'worker'
  if (task.State !== 'Queued') return task._waits ? { Kind, Text: task._waits } : null
  const system = asSystem(ctx.broker, 'why a task waits')
  const now = new Date()
  const [stopped, { Items: nodes }, [blockedBy = null]] = await Promise.all([
    system.call('spaces.stopped', {}),
    system.call('nodes.list', { take: ALL_NODES }),
    tasksBefore(task, tasks, 1),
  ])
  const ahead = await tasks.countDocuments({
    ...(await startable(tasks, { now: now.getTime(), stopped })),
    ...isBefore(task),
  })
  const online = nodes.filter(({ IsOffline }) => !IsOffline)
  const taking = online.filter(({ IsInMaintenanceMode }) => !IsInMaintenanceMode)
  const reason = waitReason({
    now,
    startAt: task.QueueTime,
    stoppedSpace:
      task.SpaceId !== null && stopped.includes(task.SpaceId)
        ? await nameOfSpace(system, task.SpaceId)
        : null,
    blockedBy: blockedBy && { Id: blockedBy._id, Description: blockedBy.Description },
    isDraining: online.length > 0 && taking.length === 0,
    running: taking.reduce((sum, { RunningTaskCount }) => sum + RunningTaskCount, 0),
    cap: taking.reduce((sum, { MaxConcurrentTasks }) => sum + MaxConcurrentTasks, 0),
    ahead,
  })
  return reason && { Kind: reason.kind, Text: reason.text }
}

const ALL_NODES = 1000

/** One that is being deleted is not shown to anybody any more. */
async function nameOfSpace(system: Pick<Bus, 'call'>, id: string): Promise<string> {
  return system.call('spaces.get', { id }).then(
    ({ Name }) => Name,
    (error: { type?: string }) => {
      if (error.type === 'NOT_FOUND') return id
      throw error
    },
  )
}

const isBefore = ({ _rank, QueueTime }: StoredTask) => ({
  $or: [{ _rank: { $lt: _rank } }, { _rank, QueueTime: { $lt: QueueTime } }],
})

/** The tasks that one waits for: which holds its place, then those that stand before it for the same. */
export async function tasksBefore(
  task: StoredTask,
  tasks: Model<StoredTask>,
  take: number,
): Promise<StoredTask[]> {
  const { _tag } = task
  if (_tag === null || task.State !== 'Queued') return []
  const running = await tasks.findOne({ _mutex: _tag }, withoutJournal).lean<StoredTask>()
  if (running && take === 1) return [running]
  const before = await tasks
    .find(
      {
        _tag,
        State: 'Queued',
        $and: [isBefore(task), { QueueTime: { $lte: new Date().toISOString() } }],
      },
      withoutJournal,
    )
    .sort({ _rank: 1, QueueTime: 1 })
    .limit(take)
    .lean<StoredTask[]>()
  return [...(running ? [running] : []), ...before]
}
