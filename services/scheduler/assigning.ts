/** Gives the units of a deployment to workers: which one, when there is one, and what comes of it when not. */
import type { RunFiles, RunPackage } from '#bus/orders.ts'
import type { Start } from '#domain/conditions.ts'
import type { Execution } from './execution.ts'
import { insist } from './insist.ts'
import type { Placing } from './placing.ts'
import { type Context, type Known, type Pool, poolOf } from './run-spec.ts'
import type { Sent } from './task.model.ts'
import { endOf, runIdOf, type Supplies, type UnitEnd } from './unit.ts'
import type { Target } from './workers-bus.ts'

/** What all deployments share in this. */
export interface Assigning {
  placing: Placing
  supplies: Supplies
  /** Who may still be asked for what was sent to him; null when nobody. */
  known(worker: string): Promise<{ Name: string } | null>
  /** How long a unit waits for a pool that has no healthy worker, in ms. */
  patienceMs: number
}

/** A unit with the worker that is to run it. */
export interface Assigned {
  start: Start
  worker: Target
  pool: Pool
  packages: RunPackage[]
  files: RunFiles
  isResumed: boolean
}

/** Nobody may tell of a new worker: looked at again after so long, in ms. */
const LOOK_AGAIN_MS = 2_000

export function assigner(
  { placing, supplies, known, patienceMs }: Assigning,
  deployment: { execution: Execution; context: Context; wake(): void },
) {
  const { execution, context, wake } = deployment
  const task = execution.task._id
  const spaceId = execution.task.SpaceId ?? ''
  /** Since when a unit has waited for a pool without a healthy worker, in epoch ms, by its run. */
  const hopelessSince = new Map<string, number>()
  /** What stands in the line. */
  const waiting = new Set<string>()
  /** Slots that are kept for runs, by run, with their worker: also where the run is never sent. */
  const kept = new Map<string, string>()
  const packagesOf = new Map<string, RunPackage[]>()

  const failed = (start: Start, error: string, worker: string | null = null) =>
    endOf({ task, start, worker }, 'failed', { error, mayRetry: false })

  /** Its pool and its packages, or why it cannot run at all. */
  async function needsOf(start: Start, sofar: Known) {
    const pool = poolOf({ context, known: sofar, start })
    if ('fault' in pool) return pool
    const runId = runIdOf(task, start.unit, start.attempt)
    const found = packagesOf.get(runId)
    if (found) return { pool, packages: found, runId }
    const wanted = { context, known: sofar, start, spaceId }
    const asked = await insist(() => supplies.packages(wanted), execution.leave)
    if ('fault' in asked) return asked
    packagesOf.set(runId, asked.packages)
    return { pool, packages: asked.packages, runId }
  }

  async function withFiles(
    start: Start,
    { worker, isResumed, ...needs }: Omit<Assigned, 'start' | 'files'> & { runId: string },
  ): Promise<Assigned> {
    const { runId, pool, packages } = needs
    const files = await supplies.files({ runId, spaceId, worker: worker.id, packages })
    return { start, worker, pool, packages, files, isResumed }
  }

  async function assignOne(start: Start, sofar: Known) {
    const needs = await needsOf(start, sofar)
    if ('fault' in needs) return failed(start, needs.fault)
    const { pool, packages, runId } = needs
    const digests = packages.map(({ sha256 }) => sha256)
    const placed = await insist(
      () => placing.place({ spaceId, pool, runId, packages: digests, wake }),
      execution.leave,
    )
    if ('worker' in placed) {
      kept.set(runId, placed.worker.id)
      waiting.delete(runId)
      hopelessSince.delete(runId)
      return withFiles(start, { ...needs, worker: placed.worker, isResumed: false })
    }
    waiting.add(runId)
    if (!placed.isHopeless) hopelessSince.delete(runId)
    else if (!hopelessSince.has(runId)) hopelessSince.set(runId, Date.now())
    const since = hopelessSince.get(runId)
    if (since === undefined || Date.now() - since < patienceMs) return placed.why
    placing.leave(runId)
    waiting.delete(runId)
    return failed(start, `${placed.why} It waited for ${Math.round(patienceMs / 1000)} s.`)
  }

  function free(runId: string) {
    const worker = kept.get(runId)
    if (worker !== undefined) placing.leave(runId, worker)
    kept.delete(runId)
  }

  return {
    /** What can start now, what waits and why, and what cannot run. `wakeAt`: when to ask again, in epoch ms. */
    async assign(wanted: Start[], sofar: Known) {
      const starts: Assigned[] = []
      const waits = new Map<string, string>()
      const failures: UnitEnd[] = []
      const all = await Promise.all(
        wanted.map(async (start) => ({ start, one: await assignOne(start, sofar) })),
      )
      for (const { start, one } of all) {
        if (typeof one === 'string') waits.set(start.unit, one)
        else if ('start' in one) starts.push(one)
        else {
          await execution.log.say(start.unit, 'e', one.error ?? '')
          failures.push(one)
        }
      }
      return {
        ...{ starts, waits, failed: failures },
        wakeAt: waits.size > 0 ? Date.now() + Math.min(LOOK_AGAIN_MS, patienceMs) : null,
      }
    },

    /** A unit that was sent before, with the worker it was sent to; it may run there also where this is its end. */
    async again(start: Start, sofar: Known, sent: Sent | undefined): Promise<Assigned | UnitEnd> {
      const needs = await needsOf(start, sofar)
      const id = sent?.worker
      if ('fault' in needs) {
        await execution.log.say(start.unit, 'e', needs.fault)
        return failed(start, needs.fault, id)
      }
      // The intent named nobody: it was never sent.
      if (id === undefined) return endOf({ task, start, worker: null }, 'returned')
      const worker = await insist(() => known(id), execution.leave)
      if (worker)
        return withFiles(start, {
          ...{ ...needs, worker: { id, name: sent?.workerName ?? worker.Name }, isResumed: true },
        })
      const error = `The worker '${sent?.workerName ?? id}' it was sent to is none any more: how far it came is not known.`
      await execution.log.say(start.unit, 'e', error)
      return endOf({ task, start, worker: null }, 'failed', { error })
    },

    /** A unit has ended, or was never begun: its worker may have another in its place. */
    free: ({ unit, attempt }: Pick<Start, 'unit' | 'attempt'>) =>
      free(runIdOf(task, unit, attempt)),

    /** Nothing of this deployment waits any more. */
    leave() {
      for (const runId of waiting) placing.leave(runId)
      for (const runId of [...kept.keys()]) free(runId)
    },
  }
}
