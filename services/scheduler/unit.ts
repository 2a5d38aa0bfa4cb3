import type { Start } from '#domain/conditions.ts'
import { seal } from '#store/encryption.ts'
import { type Execution, pause } from './execution.ts'
import { type Context, type Known, poolOf, specFor } from './run-spec.ts'
import type { StoredOutput } from './task.model.ts'
import { BUILT_IN, type RunResult, type RunSpec, type WorkersBus } from './workers-bus.ts'

/** How a unit has ended, with what is to be written down of it. */
export interface UnitEnd {
  runId: string
  unit: string
  attempt: number
  outcome: 'succeeded' | 'failed' | 'cancelled'
  hasWarnings: boolean
  error: string | null
  outputs: StoredOutput[]
  /** false where it never ran and would fail alike. */
  mayRetry: boolean
}

interface Given {
  execution: Execution
  context: Context
  /** As it was when it was decided that the unit starts. */
  known: Known
  workers: WorkersBus
  start: Start
  /** Taken over from before a crash: it may have been sent. */
  isResumed: boolean
}

/** This process stops, the run goes on: whoever comes next attaches to it. */
export class LeavingError extends Error {}

/** How long one question for the result waits, in ms: no answer is awaited without end. */
const POLL_MS = 30_000
const POLL_CANCELLED_MS = 1000
/** How long a full or absent worker is left alone before it is asked again, in ms. */
const REST_MS = 500

/** Letters, digits, '-' and dots: the task, the unit, and which attempt. */
export const runIdOf = (task: string, unit: string, attempt: number) => `${task}.${unit}.${attempt}`

/** The parts of a run's id; null when it is none. */
export function partsOf(runId: string): { task: string; unit: string; attempt: number } | null {
  const [task, unit, attempt] = runId.split('.')
  return task && unit && attempt ? { task, unit, attempt: Number(attempt) } : null
}

/**
 * Has one unit run, to its end. Asked again with the same start, after a crash, it attaches:
 * the worker knows each run by its id.
 */
export async function runUnit(given: Given): Promise<UnitEnd> {
  const { execution, start } = given
  const runId = runIdOf(execution.task._id, start.unit, start.attempt)
  const end = (
    outcome: UnitEnd['outcome'],
    rest: Partial<Pick<UnitEnd, 'error' | 'hasWarnings' | 'outputs' | 'mayRetry'>> = {},
  ): UnitEnd => ({
    ...{ runId, unit: start.unit, attempt: start.attempt, outcome },
    ...{ hasWarnings: false, error: null, outputs: [], mayRetry: true, ...rest },
  })
  const fail = async (error: string) => {
    await execution.log.say(start.unit, 'e', error)
    return end('failed', { error, mayRetry: false })
  }

  const pool = poolOf(given)
  if ('fault' in pool) return fail(pool.fault)
  const spec = specFor({ ...given, pool })
  if ('fault' in spec) return fail(spec.fault)
  if (start.attempt === 1)
    await execution.log.say(start.unit, 'v', `Runs on the ${BUILT_IN} worker, for ${pool.Name}.`)

  const result = await resultOf(given, runId, spec.spec)
  if (!result) return end('cancelled')
  const outputs = result.outputs.map(({ name, value, sensitive }) => ({
    unit: start.unit,
    action: start.action.name,
    name,
    value: sensitive ? seal(given.workers.open(BUILT_IN, value)) : value,
    sensitive,
  }))
  const hasWarnings = result.warnings + result.errors > 0
  if (result.outcome === 'succeeded') return end('succeeded', { hasWarnings, outputs })
  if (result.outcome === 'cancelled') return end('cancelled', { hasWarnings, outputs })
  const error = result.error ?? 'It ended without a word.'
  await execution.log.say(start.unit, 'e', error)
  return end('failed', { hasWarnings: true, error, outputs })
}

/** Asks until there is a result. null: it was cancelled before it was ever sent. */
async function resultOf(given: Given, runId: string, spec: RunSpec): Promise<RunResult | null> {
  const { execution, workers, start } = given
  const { cancel, leave, log } = execution
  let wasSent = given.isResumed
  const stop = () => stopRun(workers, runId, execution)
  const waits = onceOnly((why: string) => log.say(start.unit, 'a', why))
  cancel.addEventListener('abort', stop, { once: true })
  workers.onProgress(runId, (progress) => log.progress(start.unit, progress))
  try {
    for (;;) {
      if (leave.aborted) throw new LeavingError()
      if (cancel.aborted && !wasSent) return null
      const answer = await ask(given, runId, spec)
      if (answer?.state === 'ended') return answer.result
      if (answer?.state === 'running') {
        wasSent = true
        if (cancel.aborted) await stop()
        continue
      }
      await waits(answer?.reason ?? 'The built-in worker is not there; it is being started.')
      await (answer ? pause(REST_MS, cancel, leave) : workers.comes(REST_MS))
    }
  } finally {
    cancel.removeEventListener('abort', stop)
    workers.onProgress(runId, null)
  }
}

/** null: no answer. That a run is lost only the worker itself can say; it is asked again. */
async function ask({ execution, workers }: Given, runId: string, spec: RunSpec) {
  if (!workers.isThere(BUILT_IN)) return null
  // Soon again when a stop was asked for, in case the worker died before it heard of it.
  const waitMs = execution.cancel.aborted ? POLL_CANCELLED_MS : POLL_MS
  return workers.run(BUILT_IN, runId, spec, waitMs).catch((error: Error) => {
    execution.logger.debug('No answer about a run', { runId, error: error.message })
    return null
  })
}

async function stopRun(workers: WorkersBus, runId: string, { logger }: Execution) {
  await workers.stop(BUILT_IN, runId).catch((error: Error) => {
    // The next poll for the result asks for the stop again.
    logger.debug('A stop was not heard', { runId, error: error.message })
  })
}

/** A sentence that stands in the log once, however often it is true. */
function onceOnly(say: (text: string) => Promise<void>) {
  let hasSaid = false
  return async (text: string) => {
    if (hasSaid) return
    hasSaid = true
    await say(text)
  }
}
