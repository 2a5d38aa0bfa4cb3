import type { Logger } from 'moleculer'
import type { Letter } from '#domain/log-line.ts'
import type { Claimed } from './lease.ts'
import type { Unparked } from './parking.ts'
import type { Settlement } from './task.model.ts'
import type { TaskLog } from './task-log.ts'

/** What an executor has for one task: its claim, its log, and whether it is to stop. */
export interface Execution extends Claimed {
  log: TaskLog
  logger: Logger
  /** Aborted when the task is cancelled; the executor then ends it as `Canceled`. */
  cancel: AbortSignal
  /**
   * Aborted when the task is to be let go without an end: by a LeavingError when this process stops,
   * by a LeaseLostError when another has taken the task over.
   */
  leave: AbortSignal
  /**
   * Whether the lease holds, by our own clock: past it another may have the task, though nobody has told
   * us yet.
   */
  isHeld(): boolean
  /** Tells who watches that activities or state have changed. */
  changed(): void
  /**
   * Lets the task wait, without a scheduler, for somebody to settle it; `waitsFor` says in a sentence for
   * what. Answers null, and the executor is done with it, or why the task is to end instead.
   */
  park(waitsFor: string): Promise<Unparked | null>
  /** How the task was settled while it was not parked, null when it was not; and writes what was noted. */
  settled(): Promise<Settlement | null>
}

/** Does all of one task and ends it by `finish`. What it throws fails the task with its message. */
export type Executor = (execution: Execution) => Promise<void>

/** A line of Tako's own in the log of a task: of the whole when `activity` is ''. */
export type Say = (activity: string, letter: Letter, text: string) => Promise<void>

/** Resolves after `ms`, or when one of the signals is aborted. Nothing of it outlives it. */
export async function pause(ms: number, ...signals: AbortSignal[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const wake = () => resolve()
  const timer = setTimeout(wake, ms)
  for (const signal of signals) signal.addEventListener('abort', wake, { once: true })
  if (signals.some((signal) => signal.aborted)) wake()
  await promise
  clearTimeout(timer)
  for (const signal of signals) signal.removeEventListener('abort', wake)
}
