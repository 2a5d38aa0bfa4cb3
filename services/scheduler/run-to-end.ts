/** Brings one run to its result: sends it, asks again and again, and stops it when it is cancelled. */
import type { Outcomes, RunResult, RunSpec } from '#bus/orders.ts'
import { type Execution, pause } from './execution.ts'
import {
  type Following,
  LOST_AFTER_MS,
  SilentError,
  type Target,
  type WorkersBus,
} from './workers-bus.ts'

/** How long one question for the result waits, in ms: no answer is awaited without end. */
const POLL_MS = 30_000
const POLL_CANCELLED_MS = 1_000
/** How long a worker that did not answer is left alone before it is asked again, in ms. */
const REST_MS = 500
const LAST_ASK_MS = 2_500
/** So much longer than the poll itself a call may take, in ms. */
const GRACE_MS = 5_000
/** A worker that says for so long that it cannot do what it is asked is not asked any longer, in ms. */
const FAULTY_AFTER_MS = 60_000

export interface Asking {
  execution: Pick<Execution, 'cancel' | 'leave' | 'logger' | 'term' | 'isHeld'>
  workers: WorkersBus
  worker: Target
  runId: string
  task: string
  unit: string
  spec: RunSpec
  /** Whether it may have been sent before: by another scheduler, or before a crash. */
  isResumed: boolean
  progressed(progress: { percentage: number; message: string }): void
  /** Says, or with null takes back, what the run waits for. */
  waits(why: string | null): Promise<void>
}

/** What became of a run, when it is no result. */
export type NoResult =
  /** It was cancelled before the worker had it. */
  | { end: 'never ran' }
  /** The worker does not have it, and will not: another may take it. */
  | { end: 'returned'; reason: string }
  /** It may have run. */
  | { end: 'lost'; error: string }

export type Verdict = RunResult | NoResult
type Silence = { state: 'silent'; error: SilentError }

/** What an asker remembers from one question to the next. */
interface Memory {
  /** From the first question on: that it was not answered does not mean that it was not heard. */
  mayBeThere: boolean
  /** Since when it has said nothing but that it cannot, in epoch ms. */
  faultySince: number | null
}

export async function resultOf(asking: Asking): Promise<Verdict> {
  const { execution, workers, worker, runId, task, unit, progressed } = asking
  const following = workers.follow({
    ...{ runId, worker: worker.id, task, unit, term: execution.term, progressed },
    ...{ isHeld: execution.isHeld, isResumed: asking.isResumed },
  })
  const stop = () => void stopRun(asking)
  execution.cancel.addEventListener('abort', stop, { once: true })
  try {
    return await toEnd(asking, following)
  } finally {
    execution.cancel.removeEventListener('abort', stop)
    following.end()
    await asking.waits(null)
  }
}

async function toEnd(asking: Asking, following: Following): Promise<Verdict> {
  const { execution, waits } = asking
  const { cancel, leave } = execution
  const memory: Memory = { mayBeThere: asking.isResumed, faultySince: null }
  for (;;) {
    if (leave.aborted) throw leave.reason
    if (cancel.aborted && !(memory.mayBeThere && (await stopRun(asking)) !== 'not there'))
      return { end: 'never ran' }
    // Soon again when a stop was asked for, in case the worker died before it heard of it.
    const waitMs = cancel.aborted ? POLL_CANCELLED_MS : POLL_MS
    const answer = await ask(asking, following, { waitMs, timeoutMs: waitMs + GRACE_MS })
    if (answer.state === 'ended') return answer.result
    if (answer.state === 'running') {
      memory.mayBeThere = true
      memory.faultySince = null
      await waits(null)
      continue
    }
    if (answer.state === 'refused') return refused(asking, answer)
    const verdict = await judge(asking, memory, answer.error)
    if (verdict === 'lost') {
      const last = await ask(asking, following, { waitMs: 0, timeoutMs: LAST_ASK_MS })
      if (last.state === 'ended') return last.result
      if (last.state !== 'silent') continue
      // Not its silence, but ours: it has just come back, or the store is away.
      const wasAsked = !last.error.isNudge && !last.error.isUnasked
      if (wasAsked) return { end: 'lost', error: lostText(asking) }
    } else if (verdict) return verdict
    // What is cancelled already wakes nobody a second time.
    await pause(REST_MS, leave, ...(cancel.aborted ? [] : [cancel]))
  }
}

async function ask(
  { execution, workers, worker, runId, spec }: Asking,
  following: Following,
  times: { waitMs: number; timeoutMs: number },
): Promise<Outcomes['run'] | Silence> {
  const signal = AbortSignal.any([following.nudge(), execution.leave])
  try {
    return await workers.run(worker.id, { runId, spec, ...times, term: execution.term, signal })
  } catch (error) {
    if (!(error instanceof SilentError)) throw error
    execution.logger.debug('No answer about a run', { runId, error: error.message })
    return { state: 'silent', error }
  }
}

/** It has nothing of the run. But one that it had and has forgotten has had its time. */
function refused(
  { worker }: Asking,
  { why, reason }: Extract<Outcomes['run'], { state: 'refused' }>,
): NoResult {
  if (why !== 'again') return { end: 'returned', reason }
  return { end: 'lost', error: `The worker '${worker.name}' refuses it: ${reason}` }
}

/** What a silence means; null while it may still come to something. */
async function judge(
  { workers, worker, waits }: Asking,
  memory: Memory,
  error: SilentError,
): Promise<NoResult | 'lost' | null> {
  // It was not even sent, and never before: it is as if it had not been tried.
  if (!error.wasSent && !memory.mayBeThere)
    return { end: 'returned', reason: `The worker '${worker.name}' is not there.` }
  memory.mayBeThere = true
  if (!(await workers.isKnown(worker.id)))
    return {
      end: 'lost',
      error: `The worker '${worker.name}' was removed while it had this: how far it came is not known.`,
    }
  if (workers.silentMs(worker.id) > LOST_AFTER_MS) return 'lost'
  if (error.isFault) {
    memory.faultySince ??= Date.now()
    if (Date.now() - memory.faultySince > FAULTY_AFTER_MS)
      return {
        end: 'lost',
        error: `The worker '${worker.name}' does not answer for it, but: ${error.message}`,
      }
  }
  if (!error.isNudge)
    await waits(error.isUnasked ? error.message : `The worker '${worker.name}' does not answer.`)
  return null
}

const lostText = ({ worker }: Asking) =>
  `The worker '${worker.name}' was lost while it had this: how far it came is not known.`

/**
 * Asks the worker to end a run. Nothing is known of it while the worker is away. Past the lease another
 * may have the task, and it is that one's to end.
 */
async function stopRun({
  execution,
  workers,
  worker,
  runId,
}: Pick<Asking, 'execution' | 'workers' | 'worker' | 'runId'>): Promise<
  'there' | 'not there' | 'not heard'
> {
  if (!execution.isHeld()) return 'not heard'
  try {
    const run = { runId, term: execution.term }
    return (await workers.stop(worker.id, run)) ? 'there' : 'not there'
  } catch (error) {
    // The next round asks for the stop again.
    execution.logger.debug('A stop was not heard', { runId, error: String(error) })
    return 'not heard'
  }
}
