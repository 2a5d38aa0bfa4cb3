import type { RunFiles, RunPackage } from '#bus/orders.ts'
import type { Start } from '#domain/conditions.ts'
import { seal } from '#store/encryption.ts'
import type { Execution } from './execution.ts'
import { type Context, type Known, type Pool, specFor } from './run-spec.ts'
import { resultOf } from './run-to-end.ts'
import type { StoredOutput } from './task.model.ts'
import type { Target, WorkersBus } from './workers-bus.ts'

/** How a unit has ended, with what is to be written down of it. */
export interface UnitEnd {
  runId: string
  unit: string
  attempt: number
  /** The one that has it, where one may. */
  worker: string | null
  /** `returned`: no worker has had it, and it waits again. */
  outcome: 'succeeded' | 'failed' | 'cancelled' | 'returned'
  hasWarnings: boolean
  error: string | null
  outputs: StoredOutput[]
  /** false where it never ran and would fail alike. */
  mayRetry: boolean
}

/** What a run needs besides its script, as the server has it. */
export interface Supplies {
  /** The packages of an action, or why it cannot have them. Asked before a worker is chosen. */
  packages(wanted: {
    context: Context
    known: Known
    start: Start
    spaceId: string
  }): Promise<{ packages: RunPackage[] } | { fault: string }>
  /** Where a worker fetches them, and brings its artifacts, for this run alone. */
  files(run: {
    runId: string
    spaceId: string
    worker: string
    packages: RunPackage[]
  }): Promise<RunFiles>
}

export interface Given {
  execution: Execution
  context: Context
  /** As it was when it was decided that the unit starts. */
  known: Known
  workers: WorkersBus
  start: Start
  pool: Pool
  worker: Target
  /** Taken over from before a crash: it may have been sent. */
  isResumed: boolean
  packages: RunPackage[]
  files: RunFiles
  /** Says, or with null takes back, what the unit waits for. */
  waits(why: string | null): Promise<void>
}

/** Letters, digits, '-' and dots: the task, the unit, and which attempt. */
export const runIdOf = (task: string, unit: string, attempt: number) => `${task}.${unit}.${attempt}`

/** The parts of a run's id; null when it is none. */
export function partsOf(runId: string): { task: string; unit: string; attempt: number } | null {
  const [task, unit, attempt] = runId.split('.')
  return task && unit && attempt ? { task, unit, attempt: Number(attempt) } : null
}

/** An end of a unit, as far as nothing else is known. */
export function endOf(
  about: { task: string; start: Pick<Start, 'unit' | 'attempt'>; worker: string | null },
  outcome: UnitEnd['outcome'],
  rest: Partial<Pick<UnitEnd, 'error' | 'hasWarnings' | 'outputs' | 'mayRetry'>> = {},
): UnitEnd {
  const { unit, attempt } = about.start
  return {
    runId: runIdOf(about.task, unit, attempt),
    ...{ unit, attempt, worker: about.worker, outcome },
    ...{ hasWarnings: false, error: null, outputs: [], mayRetry: true, ...rest },
  }
}

/**
 * Has one unit run on a worker, to its end. Asked again with the same start, after a crash, it
 * attaches: the worker knows each run by its id.
 */
export async function runUnit(given: Given): Promise<UnitEnd> {
  const { execution, start, worker, workers, isResumed } = given
  const task = execution.task._id
  const about = { task, start, worker: worker.id }
  const fail = async (error: string, mayRetry: boolean) => {
    await execution.log.say(start.unit, 'e', error)
    return endOf(about, 'failed', { error, mayRetry })
  }

  const spec = specFor(given)
  if ('fault' in spec) return fail(spec.fault, false)
  if (!isResumed)
    await execution.log.say(
      start.unit,
      'v',
      `Runs on the worker '${worker.name}' of the pool '${given.pool.Name}'.`,
    )

  const result = await resultOf({
    ...{ execution, workers, worker, isResumed, waits: given.waits },
    ...{ runId: runIdOf(task, start.unit, start.attempt), task, unit: start.unit, spec: spec.spec },
    progressed: (progress) => execution.log.progress(start.unit, progress),
  })
  if ('end' in result) {
    if (result.end === 'never ran') return endOf(about, 'cancelled')
    if (result.end === 'lost') return fail(result.error, true)
    await execution.log.say(start.unit, 'v', result.reason)
    return endOf(about, 'returned')
  }
  const outputs = result.outputs.map(({ name, value, sensitive }) => ({
    unit: start.unit,
    action: start.action.name,
    name,
    value: sensitive ? seal(value) : value,
    sensitive,
  }))
  const hasWarnings = result.warnings + result.errors > 0
  if (result.outcome === 'succeeded') return endOf(about, 'succeeded', { hasWarnings, outputs })
  if (result.outcome === 'cancelled') return endOf(about, 'cancelled', { hasWarnings, outputs })
  const error = result.error ?? 'It ended without a word.'
  await execution.log.say(start.unit, 'e', error)
  return endOf(about, 'failed', { hasWarnings: true, error, outputs })
}
