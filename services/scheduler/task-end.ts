import type { TaskState } from './tasks.contract.ts'

/** Who draws consequences of a task's end; each takes its own name off when it has. */
export const FOLLOWERS: readonly string[] = ['deployments']

/** Who may follow a task from its beginning on. */
export const EARLY_FOLLOWERS = ['promoter'] as const

/** Of a task that ends: beside who follows it already. */
export const followed = { $addToSet: { _follow: { $each: FOLLOWERS } } } as const

/** What a task is from its end on, whoever ends it. */
export function endOf(state: TaskState, end: { error?: string; hasWarnings?: boolean }) {
  const now = new Date().toISOString()
  return {
    $set: {
      State: state,
      CompletedTime: now,
      LastUpdatedTime: now,
      ErrorMessage: end.error ?? '',
      HasWarningsOrErrors: end.hasWarnings || state === 'Failed',
      HasPendingInterruptions: false,
      _waits: null,
    },
    $unset: { _mutex: 1, _lease: 1 },
    ...followed,
  } as const
}
