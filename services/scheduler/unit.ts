import type { Start } from '#domain/conditions.ts'
import { seal } from '#store/encryption.ts'
import type { Execution } from './execution.ts'
import { type Context, type Known, poolOf, specFor } from './run-spec.ts'
import { resultOf } from './run-to-end.ts'
import type { StoredOutput } from './task.model.ts'
import { BUILT_IN, type WorkersBus } from './workers-bus.ts'

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

export interface Given {
  execution: Execution
  context: Context
  /** As it was when it was decided that the unit starts. */
  known: Known
  workers: WorkersBus
  start: Start
  /** Taken over from before a crash: it may have been sent, to this worker when that is known. */
  resumed: { worker: string | undefined } | null
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

/**
 * Has one unit run, to its end. Asked again with the same start, after a crash, it attaches:
 * the worker knows each run by its id.
 */
export async function runUnit(given: Given): Promise<UnitEnd> {
  const { execution, start, workers, resumed } = given
  const runId = runIdOf(execution.task._id, start.unit, start.attempt)
  const end = (
    outcome: UnitEnd['outcome'],
    rest: Partial<Pick<UnitEnd, 'error' | 'hasWarnings' | 'outputs' | 'mayRetry'>> = {},
  ): UnitEnd => ({
    ...{ runId, unit: start.unit, attempt: start.attempt, outcome },
    ...{ hasWarnings: false, error: null, outputs: [], mayRetry: true, ...rest },
  })
  const fail = async (error: string, mayRetry: boolean) => {
    await execution.log.say(start.unit, 'e', error)
    return end('failed', { error, mayRetry })
  }

  // Only its own server reaches a built-in worker. Started here, a script could run twice.
  if (resumed?.worker && resumed.worker !== workers.id)
    return fail('It ran on a server that has gone: how far it came is not known.', true)
  const pool = poolOf(given)
  if ('fault' in pool) return fail(pool.fault, false)
  const spec = specFor({ ...given, pool })
  if ('fault' in spec) return fail(spec.fault, false)
  if (start.attempt === 1 && !resumed)
    await execution.log.say(start.unit, 'v', `Runs on the ${BUILT_IN} worker, for ${pool.Name}.`)

  const result = await resultOf({ ...given, runId, spec: spec.spec, pool: pool.Name })
  if (result === 'never ran') return end('cancelled')
  if ('fault' in result) return fail(`The worker cannot run it: ${result.fault}`, true)
  const outputs = result.outputs.map(({ name, value, sensitive }) => ({
    unit: start.unit,
    action: start.action.name,
    name,
    value: sensitive ? seal(workers.open(BUILT_IN, value)) : value,
    sensitive,
  }))
  const hasWarnings = result.warnings + result.errors > 0
  if (result.outcome === 'succeeded') return end('succeeded', { hasWarnings, outputs })
  if (result.outcome === 'cancelled') return end('cancelled', { hasWarnings, outputs })
  const error = result.error ?? 'It ended without a word.'
  await execution.log.say(start.unit, 'e', error)
  return end('failed', { hasWarnings: true, error, outputs })
}
