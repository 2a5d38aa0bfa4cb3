/** Runs that a worker keeps and nobody asks for: those whose task has gone on without them are ended there. */
import type { Logger } from 'moleculer'
import type { Model } from 'mongoose'
import { type Alive, LAST_TERM } from '#bus/orders.ts'
import { stateOf } from '#domain/journal.ts'
import type { StoredTask } from './task.model.ts'
import { isEnded } from './task-view.ts'
import { onceIn } from './telling.ts'
import { partsOf } from './unit.ts'
import type { WorkersBus } from './workers-bus.ts'

type Kept = Pick<StoredTask, '_id' | 'State' | '_journal'>

/** One worker is looked after no more often than this, in ms. */
const LOOK_EACH_MS = 20_000

/** Give it each word of a worker. */
export function orphanCare(about: {
  tasks: Model<StoredTask>
  workers: Pick<WorkersBus, 'stop' | 'forget'>
  logger: Logger
}) {
  const { tasks, workers, logger } = about
  const isTime = onceIn(LOOK_EACH_MS)

  async function endUnwanted(worker: string, runs: string[]) {
    const ids = [...new Set(runs.flatMap((runId) => partsOf(runId)?.task ?? []))]
    const found = await tasks.find({ _id: { $in: ids } }, { State: 1, _journal: 1 }).lean<Kept[]>()
    const byId = new Map(found.map((task) => [task._id, task]))
    for (const runId of runs) {
      if (isWanted(runId, byId)) continue
      logger.info('A run that nobody waits for is ended', { worker, runId })
      // Whoever has led it last: its task has gone on without it.
      const run = { runId, term: LAST_TERM }
      await workers.stop(worker, run)
      await workers.forget(worker, run)
    }
  }

  return (alive: Alive): void => {
    if (alive.unclaimed.length === 0 || !isTime(alive.worker)) return
    endUnwanted(alive.worker, alive.unclaimed).catch((error) =>
      // It says so again.
      logger.debug('Runs that nobody waits for were not ended', { reason: String(error) }),
    )
  }
}

/**
 * Whether the store knows that nobody will ask for a run any more. What this process does, or has just
 * ceased to do, says nothing about that: another may go on with the task.
 */
export async function isOver(tasks: Model<StoredTask>, runId: string): Promise<boolean> {
  const run = partsOf(runId)
  if (!run) return true
  const task = await tasks.findById(run.task, { State: 1, _journal: 1 }).lean<Kept>()
  return !isWanted(runId, new Map(task ? [[task._id, task]] : []))
}

/** Whether a task may still ask for it: it has not ended, and this attempt of its unit neither. */
function isWanted(runId: string, byId: ReadonlyMap<string, Kept>): boolean {
  const run = partsOf(runId)
  const task = run && byId.get(run.task)
  if (!run || !task || isEnded(task.State)) return false
  const unit = stateOf(task._journal).units.get(run.unit)
  return unit?.state === 'running' && unit.attempt === run.attempt
}
