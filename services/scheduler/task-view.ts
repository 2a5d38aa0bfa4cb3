import { durationText } from '#domain/duration.ts'
import type { StoredTask } from './task.model.ts'
import type { Task, TaskState } from './tasks.contract.ts'

const ENDED: readonly TaskState[] = ['Success', 'Failed', 'Canceled', 'TimedOut']

/** Queued or on its way to an end. */
export const ACTIVE: readonly TaskState[] = ['Queued', 'Executing', 'Cancelling']
/** What counts against the task cap. */
export const RUNNING: readonly TaskState[] = ['Executing', 'Cancelling']

export const isEnded = (state: TaskState): boolean => ENDED.includes(state)

/** A task as the API shows it: what is stored, and what follows from it. */
export function taskOf(stored: StoredTask, now: number): Task {
  const { _id, ...fields } = stored
  const shown = Object.fromEntries(Object.entries(fields).filter(([key]) => !key.startsWith('_')))
  const isCompleted = isEnded(stored.State)
  return {
    Id: _id,
    // What is left are the public fields of a task, which the schema has.
    ...(shown as Omit<typeof stored, '_id'>),
    Completed: isCompleted ? (stored.CompletedTime ?? '') : stored.State,
    Duration: durationOf(stored, now),
    IsCompleted: isCompleted,
    FinishedSuccessfully: stored.State === 'Success',
    CanRerun: isCompleted && (stored.Name !== 'DeleteSpace' || stored.State !== 'Success'),
  }
}

function durationOf({ StartTime, CompletedTime }: StoredTask, now: number): string {
  if (!StartTime) return ''
  const end = CompletedTime ? Date.parse(CompletedTime) : now
  return durationText(Math.max(0, end - Date.parse(StartTime)))
}
