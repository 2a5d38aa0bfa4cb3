import type { Model, UpdateQuery } from 'mongoose'
import { followersOf } from './claim.ts'
import type { Stamped, StoredOutput, StoredTask } from './task.model.ts'
import type { TaskState } from './tasks.contract.ts'

/** Another scheduler has the task now: whoever gets this stops at once, and writes nothing more. */
export class LeaseLostError extends Error {
  constructor(task: string) {
    super(`Another scheduler has taken over ${task}.`)
  }
}

/** A claimed task: all that its executor writes goes through here, under the lease's token. */
export interface Claimed {
  readonly task: StoredTask
  write(update: UpdateQuery<StoredTask>): Promise<void>
  /** Adds to the journal, with what the entries bring along, in one write. */
  record(entries: Stamped[], outputs?: StoredOutput[]): Promise<void>
  finish(state: TaskState, end: { error?: string; hasWarnings?: boolean }): Promise<void>
}

export function claimedBy(tasks: Model<StoredTask>, task: StoredTask): Claimed {
  // What cannot be claimed has no lease; a claim has just set it.
  const { token } = task._lease ?? { token: '' }

  const write: Claimed['write'] = async (update) => {
    const { matchedCount } = await tasks.updateOne({ _id: task._id, '_lease.token': token }, update)
    if (matchedCount === 0) throw new LeaseLostError(task._id)
  }

  return {
    task,
    write,

    record: (entries, outputs = []) =>
      write({
        $push: {
          _journal: { $each: entries },
          ...(outputs.length > 0 && { _outputs: { $each: outputs } }),
        },
        $set: { LastUpdatedTime: new Date().toISOString() },
      }),

    finish: (state, { error = '', hasWarnings = false }) => {
      const now = new Date().toISOString()
      return write({
        $set: {
          State: state,
          CompletedTime: now,
          LastUpdatedTime: now,
          ErrorMessage: error,
          HasWarningsOrErrors: hasWarnings || state === 'Failed',
          HasPendingInterruptions: false,
          _follow: followersOf(task._id),
        },
        $unset: { _mutex: 1, _lease: 1 },
      })
    },
  }
}
