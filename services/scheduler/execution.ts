import type { Logger } from 'moleculer'
import type { Letter } from '#domain/log-line.ts'
import type { Claimed } from './lease.ts'
import type { TaskLog } from './task-log.ts'

/** What an executor has for one task: its claim, its log, and whether it is to stop. */
export interface Execution extends Claimed {
  log: TaskLog
  logger: Logger
  /** Aborted when the task is cancelled; the executor then ends it as `Canceled`. */
  cancel: AbortSignal
  /** Aborted when this process stops: what runs on goes on, and the next scheduler attaches. */
  leave: AbortSignal
  /** Tells who watches that activities or state have changed. */
  changed(): void
}

/** Does all of one task and ends it by `finish`. What it throws fails the task with its message. */
export type Executor = (execution: Execution) => Promise<void>

/** A line of Tako's own in the log of a task: of the whole when `activity` is ''. */
export type Say = (activity: string, letter: Letter, text: string) => Promise<void>

/** Resolves when the signal is aborted, at once when it is already. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted
    ? Promise.resolve()
    : new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

/** Resolves after `ms`, or when one of the signals is aborted. Its timer does not outlive it. */
export async function pause(ms: number, ...signals: AbortSignal[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  for (const signal of signals) signal.addEventListener('abort', () => resolve(), { once: true })
  if (signals.some((signal) => signal.aborted)) resolve()
  await promise
  clearTimeout(timer)
}
