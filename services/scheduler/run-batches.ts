/** What workers send of the logs of their runs, on its way into the log of the task. */
import type { LogPiece } from '#bus/orders.ts'
import { LogLineError } from '#store/log-lines.ts'
import { logOf } from './task-log.ts'
import type { FollowedNow } from './workers-hub.ts'

const MOST_TEXT = 512 * 1024

/** A batch that no worker of ours would send. */
export class BatchError extends Error {}

/** Writes it once, however often it comes. Fails with a `LogSealedError` where another has the task by now. */
export async function keepBatch(run: FollowedNow, { seq, text }: LogPiece): Promise<void> {
  const { runId, task, unit, term } = run
  const log = logOf(task)
  run.lastSeq ??= (await log.entries()).findLast((entry) => entry.runId === runId)?.seq ?? 0
  if (seq > run.lastSeq + 1) throw new BatchError(`batch ${seq} comes after ${run.lastSeq}.`)
  if (Buffer.byteLength(text) > MOST_TEXT || !text.endsWith('\n'))
    throw new BatchError('a batch is too large, or not of whole lines.')
  await log.append({ activity: unit, text, runId, seq }, { term }).catch((error) => {
    throw error instanceof LogLineError ? new BatchError(error.message) : error
  })
  run.lastSeq = Math.max(run.lastSeq, seq)
}
