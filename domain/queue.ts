import { durationText } from './duration.ts'

/** What decides the place of a queued task. Times are ISO texts. */
export interface QueuedTask {
  Id: string
  QueueTime: string
  /** Queued in a priority phase, or flagged so. */
  isPriority?: boolean
  /** When it was moved to the top by hand; null when it was not. */
  movedUpAt?: string | null
}

/** Sorts candidates: those moved up by hand (the last moved first), then those with priority, then the rest; in each the oldest first. */
export function compareQueued(a: QueuedTask, b: QueuedTask): number {
  return (
    compareTexts(b.movedUpAt ?? '', a.movedUpAt ?? '') ||
    Number(b.isPriority ?? false) - Number(a.isPriority ?? false) ||
    Date.parse(a.QueueTime) - Date.parse(b.QueueTime) ||
    compareTexts(a.Id, b.Id)
  )
}

const compareTexts = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1)

/** What stands around a queued task. */
export interface QueueSituation {
  now: Date
  /** When it may start; null is at once. */
  startAt: string | null
  /** The space's name when its queue is stopped. */
  stoppedSpace: string | null
  /** The task that holds its place: the deployment before it to the same environment. */
  blockedBy: { Id: string; Description: string } | null
  isDraining: boolean
  /** How many tasks run, and how many may. */
  running: number
  cap: number
  /** How many stand before it in the queue. */
  ahead: number
}

export interface WaitReason {
  kind: 'start' | 'space' | 'mutex' | 'draining' | 'cap' | 'worker'
  /** A sentence that names what it waits for. */
  text: string
  /** The tasks it waits for, for links. */
  taskIds: string[]
}

/** Why a queued task has not started; null when nothing holds it and it is about to. */
export function waitReason(about: QueueSituation): WaitReason | null {
  const { now, startAt, stoppedSpace, blockedBy, isDraining, running, cap, ahead } = about
  const untilStart = startAt === null ? 0 : Date.parse(startAt) - now.getTime()
  if (startAt !== null && untilStart > 0)
    return reason('start', `It starts at ${startAt}, in ${durationText(untilStart)}.`)
  if (stoppedSpace !== null)
    return reason('space', `The task queue of the space '${stoppedSpace}' is stopped.`)
  if (blockedBy)
    return reason('mutex', `It waits for '${blockedBy.Description}' to finish.`, [blockedBy.Id])
  if (isDraining) return reason('draining', 'The server is draining: it takes no new tasks.')
  if (running >= cap) return reason('cap', capText(running, cap, ahead))
  return null
}

function capText(running: number, cap: number, ahead: number): string {
  const tasks = running === 1 ? '1 task runs' : `${running} tasks run`
  const before =
    ahead === 0 ? 'it is next' : ahead === 1 ? '1 is before it' : `${ahead} are before it`
  return `${tasks}, and ${cap} may run at once; ${before}.`
}

/** Why a step of a running task has not started: no worker of its pool has a place. */
export const workerReason = (pool: string, hasWorkers: boolean): WaitReason =>
  reason(
    'worker',
    hasWorkers
      ? `Every worker of the pool '${pool}' is busy.`
      : `No worker of the pool '${pool}' is connected.`,
  )

const reason = (kind: WaitReason['kind'], text: string, taskIds: string[] = []): WaitReason => ({
  kind,
  text,
  taskIds,
})

/** Whether a queued task is past the time by which it had to start. */
export const isExpired = (expiry: string | null, now: Date): boolean =>
  expiry !== null && Date.parse(expiry) <= now.getTime()
