import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { waitReason } from '#domain/queue.ts'
import { type StoredTask, withoutJournal } from './task.model.ts'
import { RUNNING } from './task-view.ts'
import type { Waiting } from './tasks.contract.ts'

/** Why a queued task has not started, as things are now; null when it is about to. */
export async function waitingOf(
  task: StoredTask,
  tasks: Model<StoredTask>,
  ctx: { broker: Pick<Bus, 'call'> },
): Promise<Waiting | null> {
  const system = asSystem(ctx.broker, 'why a task waits')
  const [stopped, { Items: nodes }, blockedBy, ahead] = await Promise.all([
    system.call('spaces.stopped', {}),
    system.call('nodes.list', {}),
    blockerOf(task, tasks),
    tasks.countDocuments({
      State: 'Queued',
      _rank: task._rank,
      QueueTime: { $lt: task.QueueTime },
    }),
  ])
  const online = nodes.filter(({ IsOffline }) => !IsOffline)
  const isStopped = task.SpaceId !== null && stopped.includes(task.SpaceId)
  const reason = waitReason({
    now: new Date(),
    startAt: task.QueueTime,
    stoppedSpace:
      isStopped && task.SpaceId
        ? (await system.call('spaces.get', { id: task.SpaceId })).Name
        : null,
    blockedBy: blockedBy && { Id: blockedBy._id, Description: blockedBy.Description },
    isDraining: online.length > 0 && online.every(({ IsInMaintenanceMode }) => IsInMaintenanceMode),
    running: online.reduce((sum, { RunningTaskCount }) => sum + RunningTaskCount, 0),
    cap: online.reduce((sum, { MaxConcurrentTasks }) => sum + MaxConcurrentTasks, 0),
    ahead,
  })
  return reason && { Kind: reason.kind, Text: reason.text }
}

/** The task that holds its place, or stands before it for the same. */
async function blockerOf(task: StoredTask, tasks: Model<StoredTask>): Promise<StoredTask | null> {
  if (task._tag === null) return null
  const running = await tasks.findOne({ _mutex: task._tag }, withoutJournal).lean<StoredTask>()
  if (running) return running
  return tasks
    .findOne(
      {
        State: { $in: ['Queued', ...RUNNING] },
        _tag: task._tag,
        _id: { $ne: task._id },
        QueueTime: { $lt: task.QueueTime },
      },
      withoutJournal,
    )
    .sort({ QueueTime: 1 })
    .lean<StoredTask>()
}
