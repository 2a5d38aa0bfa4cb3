import type { Execution, Executor } from './execution.ts'
import { insist } from './insist.ts'
import type { Settlement, StoredTask } from './task.model.ts'

type Task = Pick<StoredTask, '_id' | 'SpaceId' | 'Arguments' | 'EnvironmentId'>

/** What the executor asks of who promotes. Either may be asked again, and does its part once. */
export interface Promotes {
  begin(task: Task): Promise<unknown>
  /** Takes back what has not been imported yet. */
  withdraw(task: Task): Promise<unknown>
}

/**
 * Hands a release over to the promoter, and parks the task: from then on the other side decides. One
 * that is cancelled withdraws what it has begun.
 */
export function promoting({ begin, withdraw }: Promotes): Executor {
  return async (execution) => {
    const { task, log, cancel, leave } = execution
    const remote = String(task.Arguments.RemoteSpace ?? 'the remote space')
    if (!cancel.aborted) {
      // Each of its states is noted in the log by the promoter.
      const fault = await insist(() => begin(task), leave).then(() => null, refusalOf)
      if (fault !== null) {
        // What was noted before that is in the log before its end.
        await execution.settled()
        await log.say('', 'f', fault)
        return execution.finish('Failed', { error: fault })
      }
      const why = await execution.park(`It waits for ${remote}.`)
      if (!why) return
      if (why !== 'cancelled') return end(execution, why)
    }
    await insist(() => withdraw(task), leave)
    const settled = await execution.settled()
    if (settled) return end(execution, settled)
    await log.say('', 'w', `Cancelled: what ${remote} does is not waited for any more.`)
    await execution.finish('Canceled', {})
  }
}

const end = (execution: Execution, { state, error }: Settlement) =>
  execution.finish(state, { error })

/** What the promoter refuses is the end of the task; what it does not say a reason for is a fault. */
function refusalOf(error: unknown): string {
  const { code, message } = error as { code?: number; message: string }
  if (code === 400 || code === 404 || code === 409) return message
  throw error
}
