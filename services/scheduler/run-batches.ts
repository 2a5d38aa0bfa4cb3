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
  const known = run.lastSeq ?? (await lastIn(log, runId))
  // Another batch may have been written since it was looked up.
  const last = Math.max(known, run.lastSeq ?? 0)
  if (seq > last + 1) throw new BatchError(`batch ${seq} comes after ${last}.`)
  if (Buffer.byteLength(text) > MOST_TEXT || !text.endsWith('\n'))
    throw new BatchError('a batch is too large, or not of whole lines.')
  await log.append({ activity: unit, text, runId, seq }, { term }).catch((error) => {
    throw error instanceof LogLineError ? new BatchError(error.message) : error
  })
  run.lastSeq = Math.max(run.lastSeq ?? 0, last, seq)
}

const lastIn = async (log: ReturnType<typeof logOf>, runId: string): Promise<number> =>
  (await log.entries()).findLast((entry) => entry.runId === runId)?.seq ?? 0
