import { randomUUID } from 'node:crypto'
import type { Model } from 'mongoose'
import { type Lease, PARKED, type StoredTask } from './task.model.ts'
import { followed } from './task-end.ts'
import { RUNNING } from './task-view.ts'

/** How long a lease holds without being renewed, in ms: so long a dead scheduler's tasks wait. */
export const LEASE_MS = 10_000
/** So much longer a node that drains lets others go first, in ms. */
const RELUCTANT_MS = 10_000
const DUPLICATE_KEY = 11_000
/** So often the queue is looked at anew when others have been faster. */
const MOST_LOOKS = 5

type Tasks = Model<StoredTask>
type Candidate = Pick<StoredTask, '_id' | '_tag'>

export interface Claimer {
  /** The name of the claiming process, for people. */
  node: string
  now: number
  /** Spaces whose queue is stopped. */
  stopped: readonly string[]
  /** Ids of the tasks that it executes already. */
  executing: readonly string[]
  /** It takes over only what nobody else does. */
  isDraining?: boolean
  /** It looks at the queue alone, and not for tasks whose scheduler has died. */
  isQueueOnly?: boolean
}

/**
 * Takes up to `free` tasks that may run now, each for this scheduler alone. The oldest come first.
 * Before them, and however few places there are, come those whose scheduler has died: they run already.
 * Each is told as soon as it is taken.
 */
export async function claim(
  tasks: Tasks,
  free: number,
  by: Claimer,
  begin: (task: StoredTask) => void = () => {},
): Promise<StoredTask[]> {
  const claimed: StoredTask[] = []
  const take = (task: StoredTask) => {
    claimed.push(task)
    begin(task)
  }
  if (!by.isQueueOnly) await takeOver(tasks, by, take)
  for (let look = 0; look < MOST_LOOKS && claimed.length < free; look++) {
    const wanted = free - claimed.length
    // More than are wanted: between the look and the claim, another may be faster.
    const most = wanted * 2 + 2
    const found = await candidates(tasks, most, by)
    await claimFirst(tasks, found, { wanted, by, take })
    if (found.length < most) break
  }
  return claimed
}

/** Tasks whose scheduler has died: who renews no lease, executes nothing. */
async function takeOver(
  tasks: Tasks,
  { node, now, executing, isDraining }: Claimer,
  take: (task: StoredTask) => void,
) {
  // Others who do not drain come first.
  const until = isDraining ? now - RELUCTANT_MS : now
  for (;;) {
    const task = await tasks
      .findOneAndUpdate(
        {
          State: { $in: RUNNING },
          '_lease.until': { $lt: until },
          // Its own it keeps by renewing, also when it was late for once.
          ...(executing.length > 0 && { _id: { $nin: executing } }),
        },
        {
          $set: {
            '_lease.token': randomUUID(),
            '_lease.until': now + LEASE_MS,
            ServerNode: node,
          },
          // Who held it before may wake up, and is known by its smaller term.
          $inc: { '_lease.term': 1 },
        },
        { returnDocument: 'after' },
      )
      .lean<StoredTask>()
    if (!task) return
    take(task)
  }
}

async function candidates(tasks: Tasks, most: number, by: Claimer): Promise<Candidate[]> {
  return tasks
    .find(await startable(tasks, by), { _tag: 1 })
    .sort({ _rank: 1, QueueTime: 1 })
    .limit(most)
    .lean<Candidate[]>()
}

/** Matches the queued tasks that could start now, if there were places for all. */
export async function startable(tasks: Tasks, { now, stopped }: Pick<Claimer, 'now' | 'stopped'>) {
  const running = await tasks
    .find({ State: { $in: RUNNING }, _tag: { $ne: null } }, { _tag: 1 })
    .lean<Candidate[]>()
  // What waits for its turn is passed over, so that it holds nobody else up. One condition for each:
  // those the store answers from its index.
  const passedOver = [
    ...running.map(({ _tag }) => ({ _tag: { $ne: _tag } })),
    ...stopped.map((space) => ({ SpaceId: { $ne: space } })),
  ]
  return {
    State: 'Queued',
    QueueTime: { $lte: new Date(now).toISOString() },
    ...(passedOver.length > 0 && { $and: passedOver }),
  } as const
}

/** Claims up to `wanted` of what was found. Of one tag the first alone can win. */
async function claimFirst(
  tasks: Tasks,
  found: Candidate[],
  { wanted, by, take }: { wanted: number; by: Claimer; take: (task: StoredTask) => void },
) {
  const tried = new Set<string>()
  let left = wanted
  for (const candidate of found) {
    const { _tag } = candidate
    if (_tag !== null && tried.has(_tag)) continue
    if (_tag !== null) tried.add(_tag)
    const task = await claimOne(tasks, candidate, by)
    if (!task) continue
    take(task)
    left -= 1
    if (left === 0) return
  }
}

/** The task, or null when another has taken it, or one with its tag, or it is too late for it. */
async function claimOne(
  tasks: Tasks,
  { _id, _tag }: Candidate,
  { node, now }: Claimer,
): Promise<StoredTask | null> {
  const at = new Date(now).toISOString()
  try {
    return await tasks
      .findOneAndUpdate(
        {
          _id,
          State: 'Queued',
          $or: [{ QueueTimeExpiry: null }, { QueueTimeExpiry: { $gte: at } }],
        },
        {
          $set: {
            State: 'Executing',
            StartTime: at,
            LastUpdatedTime: at,
            ServerNode: node,
            HasBeenPickedUpByProcessor: true,
            _lease: firstLease(now),
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

const firstLease = (now: number): Lease => ({
  token: randomUUID(),
  term: 1,
  until: now + LEASE_MS,
})

/** Leases by the ids of their tasks. */
export type Tokens = ReadonlyMap<string, string>

/** Keeps these leases for a while longer, and says the ids of the tasks that another has taken over. */
export async function renew(tasks: Tasks, leases: Tokens, now: number): Promise<string[]> {
  if (leases.size === 0) return []
  const { matchedCount } = await tasks.updateMany(held(leases), {
    $set: { '_lease.until': now + LEASE_MS },
  })
  if (matchedCount === leases.size) return []
  const kept = await tasks.find(held(leases), { _id: 1 }).lean<Pick<StoredTask, '_id'>[]>()
  const ids = new Set(kept.map(({ _id }) => _id))
  return [...leases.keys()].filter((id) => !ids.has(id))
}

/** Gives leases back before their time: nobody has to wait for what nobody holds any more. */
export async function release(tasks: Tasks, leases: Tokens, now: number): Promise<void> {
  if (leases.size === 0) return
  await tasks.updateMany(held(leases), { $set: { '_lease.until': now - 1 } })
}

const held = (leases: Tokens) => ({
  _id: { $in: [...leases.keys()] },
  '_lease.token': { $in: [...leases.values()] },
})

/** Gives up every lease that somebody has: for a start on a store that no other process can have open. */
export async function expireAll(tasks: Tasks): Promise<void> {
  await tasks.updateMany(
    { State: { $in: RUNNING }, '_lease.until': { $lt: PARKED } },
    { $set: { '_lease.until': 0 } },
  )
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
    .find({ State: 'Queued', QueueTimeExpiry: { $lt: at } }, { _id: 1 })
    .lean<Pick<StoredTask, '_id'>[]>()
  const ended: StoredTask[] = []
  for (const { _id } of late) {
    const task = await tasks
      .findOneAndUpdate(
        { _id, State: 'Queued' },
        {
          $set: {
            State: 'TimedOut',
            CompletedTime: at,
            LastUpdatedTime: at,
            ErrorMessage: 'It did not start before the time that was set for it.',
          },
          ...followed,
        },
        { returnDocument: 'after' },
      )
      .lean<StoredTask>()
    if (task) ended.push(task)
  }
  return ended
}
