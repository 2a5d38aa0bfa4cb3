import { randomUUID } from 'node:crypto'
import type { Model } from 'mongoose'
import type { StoredTask } from './task.model.ts'
import { RUNNING } from './task-view.ts'

/** How long a lease holds without being renewed, in ms: so long a dead scheduler's tasks wait. */
export const LEASE_MS = 20_000
const DUPLICATE_KEY = 11_000

type Tasks = Model<StoredTask>

interface Claimer {
  /** The claiming process. */
  node: string
  now: number
  /** Spaces whose queue is stopped. */
  stopped: string[]
}

/** Takes up to `free` tasks that may run now, each for this node alone. The oldest come first. */
export async function claim(tasks: Tasks, free: number, by: Claimer): Promise<StoredTask[]> {
  const claimed = await takeOver(tasks, free, by)
  if (claimed.length >= free) return claimed
  for (const candidate of await candidates(tasks, free - claimed.length, by)) {
    const task = await claimOne(tasks, candidate, by)
    if (task) claimed.push(task)
    if (claimed.length >= free) break
  }
  return claimed
}

/** Tasks whose scheduler has died: who renews no lease, executes nothing. */
async function takeOver(tasks: Tasks, free: number, { node, now }: Claimer) {
  const taken: StoredTask[] = []
  while (taken.length < free) {
    const task = await tasks
      .findOneAndUpdate(
        { State: { $in: RUNNING }, '_lease.until': { $lt: now } },
        { $set: { _lease: newLease(node, now), ServerNode: node } },
        { returnDocument: 'after' },
      )
      .lean<StoredTask>()
    if (!task) break
    taken.push(task)
  }
  return taken
}

/** More than are wanted: between the look and the claim, another may be faster. */
async function candidates(tasks: Tasks, wanted: number, { now, stopped }: Claimer) {
  const running = await tasks
    .find({ State: { $in: RUNNING } }, { _tag: 1 })
    .lean<Pick<StoredTask, '_tag'>[]>()
  const tags = running.map(({ _tag }) => _tag).filter((tag) => tag !== null)
  return tasks
    .find(
      {
        State: 'Queued',
        QueueTime: { $lte: new Date(now).toISOString() },
        // What waits for its turn is passed over, so that it holds nobody else up.
        ...(tags.length > 0 && { _tag: { $nin: tags } }),
        ...(stopped.length > 0 && { SpaceId: { $nin: stopped } }),
      },
      { _tag: 1 },
    )
    .sort({ _rank: 1, QueueTime: 1 })
    .limit(wanted * 2 + 2)
    .lean<Pick<StoredTask, '_id' | '_tag'>[]>()
}

/** The task, or null when another has taken it, or one with its tag. */
async function claimOne(
  tasks: Tasks,
  { _id, _tag }: Pick<StoredTask, '_id' | '_tag'>,
  { node, now }: Claimer,
): Promise<StoredTask | null> {
  const at = new Date(now).toISOString()
  try {
    return await tasks
      .findOneAndUpdate(
        { _id, State: 'Queued' },
        {
          $set: {
            State: 'Executing',
            StartTime: at,
            LastUpdatedTime: at,
            ServerNode: node,
            HasBeenPickedUpByProcessor: true,
            _lease: newLease(node, now),
            ...(_tag !== null && { _mutex: _tag }),
          },
        },
        { returnDocument: 'after' },
      )
      .lean<StoredTask>()
  } catch (error) {
    if ((error as { code?: number }).code === DUPLICATE_KEY) return null
    throw error
  }
}

const newLease = (node: string, now: number) => ({
  token: randomUUID(),
  node,
  until: now + LEASE_MS,
})

/** Keeps this node's tasks for a while longer. One that another has taken over stays with it. */
export async function renew(tasks: Tasks, ids: string[], node: string, now: number): Promise<void> {
  if (ids.length === 0) return
  await tasks.updateMany(
    { _id: { $in: ids }, '_lease.node': node },
    { $set: { '_lease.until': now + LEASE_MS } },
  )
}

/** Gives up every lease there is: for a start on a store that no other process can have open. */
export async function expireAll(tasks: Tasks): Promise<void> {
  await tasks.updateMany({ State: { $in: RUNNING } }, { $set: { '_lease.until': 0 } })
}

/** When the next scheduled task falls due, in epoch ms; null when none is. */
export async function nextStart(tasks: Tasks, now: number): Promise<number | null> {
  const next = await tasks
    .findOne({ State: 'Queued', QueueTime: { $gt: new Date(now).toISOString() } }, { QueueTime: 1 })
    .sort({ QueueTime: 1 })
    .lean<Pick<StoredTask, 'QueueTime'>>()
  return next && Date.parse(next.QueueTime)
}

/** Ends what was to start before a time that has passed, and says which. */
export async function expireLate(tasks: Tasks, now: number): Promise<StoredTask[]> {
  const at = new Date(now).toISOString()
  const late = await tasks
    .find({ State: 'Queued', QueueTimeExpiry: { $ne: null, $lt: at } }, { _id: 1 })
    .lean<Pick<StoredTask, '_id'>[]>()
  const ended = late.map(({ _id }) =>
    tasks
      .findOneAndUpdate(
        { _id, State: 'Queued' },
        {
          $set: {
            State: 'TimedOut',
            CompletedTime: at,
            LastUpdatedTime: at,
            ErrorMessage: 'It did not start before the time that was set for it.',
            _follow: followersOf(_id),
          },
        },
        { returnDocument: 'after' },
      )
      .lean<StoredTask>(),
  )
  return (await Promise.all(ended)).filter((task) => task !== null)
}

/** Who draws consequences of a task's end; each takes its own name off when it has. */
export const followersOf = (_id: string): string[] => ['deployments']
