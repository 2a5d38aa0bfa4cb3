import type { Model, UpdateQuery } from 'mongoose'
import type { Plan } from '#domain/plan.ts'
import { insist } from './insist.ts'
import type { Stamped, StoredOutput, StoredTask } from './task.model.ts'
import { endOf } from './task-end.ts'
import type { TaskState } from './tasks.contract.ts'

/** Another scheduler has the task now: whoever gets this stops at once, and writes nothing more. */
export class LeaseLostError extends Error {
  constructor(task: string) {
    super(`Another scheduler has taken over ${task}.`)
  }
}

/** This process stops, what it has begun goes on: whoever comes next attaches to it. */
export class LeavingError extends Error {
  constructor() {
    super('This process stops.')
  }
}

/** What is to be written of a deployment on its way: entries of the journal, and what they bring along. */
export interface News {
  entries: Stamped[]
  outputs: StoredOutput[]
  /** Where it has just been made. */
  plan?: Plan
}

/** A claimed task: all that its executor writes goes through here, under the lease's token. */
export interface Claimed {
  readonly task: StoredTask
  /** The lease's: see `Lease`. */
  readonly term: number
  write(update: UpdateQuery<StoredTask>): Promise<void>
  /** Adds to the journal, all in one write. */
  record(news: News): Promise<void>
  finish(
    state: TaskState,
    end: { error?: string; hasWarnings?: boolean; news?: News },
  ): Promise<void>
}

/** `leave` ends the patience with a store that is away. */
export function claimedBy(
  tasks: Model<StoredTask>,
  task: StoredTask,
  leave?: AbortSignal,
): Claimed {
  // What cannot be claimed has no lease; a claim has just set it.
  const { token, term } = task._lease ?? { token: '', term: 1 }

  // A store that is away for a moment costs a moment, and no deployment.
  const write: Claimed['write'] = (update) =>
    insist(async () => {
      const mine = { _id: task._id, '_lease.token': token }
      const { matchedCount } = await tasks.updateOne(mine, update)
      if (matchedCount === 0) throw new LeaseLostError(task._id)
    }, leave)

  return {
    task,
    term,
    write,

    record: (news) => {
      const { $set, ...more } = updateOf(news)
      return write({ ...more, $set: { ...$set, LastUpdatedTime: new Date().toISOString() } })
    },

    finish: (state, { error = '', hasWarnings = false, news = { entries: [], outputs: [] } }) => {
      const { $set, ...more } = updateOf(news)
      const end = endOf(state, { error, hasWarnings })
      return write({ ...more, ...end, $set: { ...$set, ...end.$set } })
    },
  }
}

/** An entry that is written twice, because nobody heard that it was, counts once. */
const updateOf = ({ entries, outputs, plan }: News) => ({
  $set: { ...(plan && { _plan: plan }) },
  ...(entries.length + outputs.length > 0 && {
    $push: {
      ...(entries.length > 0 && { _journal: { $each: entries } }),
      ...(outputs.length > 0 && { _outputs: { $each: outputs } }),
    },
  }),
})
