/** Brings one run to its result: sends it, asks again and again, and stops it when it is cancelled. */
import { workerReason } from '#domain/queue.ts'
import { pause } from './execution.ts'
import { passes } from './insist.ts'
import type { Given } from './unit.ts'
import { BUILT_IN, type RunResult, type RunSpec } from './workers-bus.ts'

/** How long one question for the result waits, in ms: no answer is awaited without end. */
const POLL_MS = 30_000
const POLL_CANCELLED_MS = 1000
/** How long a full or absent worker is left alone before it is asked again, in ms. */
const REST_MS = 500
/** So often the worker may fail to do what it is asked before the run counts as failed. */
const MOST_FAULTS = 5

type Asking = Pick<Given, 'execution' | 'workers' | 'start' | 'resumed' | 'waits'> & {
  runId: string
  spec: RunSpec
  /** The name of its pool, for people. */
  pool: string
}

type Answer =
  | Awaited<ReturnType<Given['workers']['run']>>
  | { state: 'away' }
  | { state: 'faulty'; error: Error }

/** 'never ran': it was cancelled before the worker had it. A fault: the worker cannot do what it is asked. */
export async function resultOf(
  asking: Asking,
): Promise<RunResult | 'never ran' | { fault: string }> {
  const { execution, workers, start, runId, waits } = asking
  const { cancel, leave, log } = execution
  // From the first question on: that it was not answered does not mean that it was not heard.
  let mayBeThere = asking.resumed !== null
  let faults = 0
  const stop = () => void stopRun(asking)
  cancel.addEventListener('abort', stop, { once: true })
  workers.onProgress(runId, (progress) => log.progress(start.unit, progress))
  try {
    for (;;) {
      if (leave.aborted) throw leave.reason
      if (cancel.aborted && !(mayBeThere && (await stopRun(asking)) !== 'not there')) {
        return 'never ran'
      }
      if (workers.isThere(BUILT_IN)) mayBeThere = true
      const answer = await ask(asking)
      if (answer.state === 'ended') return answer.result
      if (answer.state === 'running') {
        await waits(null)
        faults = 0
        continue
      }
      // It had no place for it: so it has nothing of it.
      if (answer.state === 'refused') mayBeThere = false
      if (answer.state === 'faulty' && ++faults >= MOST_FAULTS)
        return { fault: answer.error.message }
      await waits(workerReason(asking.pool, workers.isThere(BUILT_IN)).text)
      // What is cancelled already wakes nobody a second time.
      const rest = pause(REST_MS, leave, ...(cancel.aborted ? [] : [cancel]))
      await (workers.isThere(BUILT_IN) ? rest : Promise.race([workers.comes(REST_MS), rest]))
    }
  } finally {
    cancel.removeEventListener('abort', stop)
    workers.onProgress(runId, null)
    await waits(null)
  }
}

/** That a run is lost only the worker itself can say: when nothing is heard, it is asked again. */
async function ask({ execution, workers, runId, spec }: Asking): Promise<Answer> {
  if (!workers.isThere(BUILT_IN)) return { state: 'away' }
  // Soon again when a stop was asked for, in case the worker died before it heard of it.
  const waitMs = execution.cancel.aborted ? POLL_CANCELLED_MS : POLL_MS
  return workers.run(BUILT_IN, runId, spec, waitMs).catch((error: Error): Answer => {
    execution.logger.debug('No answer about a run', { runId, error: error.message })
    return passes(error) ? { state: 'away' } : { state: 'faulty', error }
  })
}

/** Asks the worker to end a run. Nothing is known of it while the worker is away. */
async function stopRun({
  execution,
  workers,
  runId,
}: Pick<Asking, 'execution' | 'workers' | 'runId'>): Promise<'there' | 'not there' | 'not heard'> {
  if (!workers.isThere(BUILT_IN)) return 'not heard'
  try {
    return (await workers.stop(BUILT_IN, runId)) ? 'there' : 'not there'
  } catch (error) {
    // The next round asks for the stop again.
    execution.logger.debug('A stop was not heard', { runId, error: String(error) })
    return 'not heard'
  }
}
