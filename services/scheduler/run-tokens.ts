/** With what a worker fetches the packages of one run, and brings its artifacts. */
import type { Model } from 'mongoose'
import { UnauthenticatedError } from '#bus/errors.ts'
import { type Party, readSigned, signed } from '#bus/messages.ts'
import type { RunPackage } from '#bus/orders.ts'
import { stateOf } from '#domain/journal.ts'
import { actionsOf, type Plan } from '#domain/plan.ts'
import type { StoredTask } from './task.model.ts'
import { activityId } from './task-log.ts'
import { RUNNING } from './task-view.ts'
import { partsOf } from './unit.ts'

/** What a token allows. */
export interface RunToken {
  runId: string
  spaceId: string
  /** Hexadecimal SHA-256 of the packages that may be fetched. */
  packages: string[]
}

export const tokenFor = (
  run: { runId: string; spaceId: string; packages: readonly RunPackage[] },
  server: Party,
): Promise<string> =>
  signed('download', { ...run, packages: run.packages.map(({ sha256 }) => sha256) }, server)

/** What the token allows now: nothing any more when its run has ended. Fails with a 401. */
export async function checkToken(
  token: string,
  { server, tasks }: { server: Party; tasks: Model<StoredTask> },
): Promise<RunToken & { taskId: string; activity: string; step: string }> {
  const allowed = await readSigned<RunToken>('download', token, server.keys).catch(() => {
    // Why it is none is nobody's business who has none.
    throw new UnauthenticatedError()
  })
  const run = partsOf(allowed.runId)
  const task =
    run &&
    (await tasks
      .findOne({ _id: run.task, State: { $in: RUNNING } }, { _journal: 1, _plan: 1 })
      .lean<Pick<StoredTask, '_journal' | '_plan'>>())
  const unit = task && run && stateOf(task._journal).units.get(run.unit)
  if (!run || unit?.state !== 'running' || unit.attempt !== run.attempt)
    throw new UnauthenticatedError()
  const action = actionsIn(task?._plan).find(({ units }) => units.some(({ id }) => id === run.unit))
  return {
    ...allowed,
    taskId: run.task,
    activity: activityId(run.task, run.unit),
    step: action?.name ?? run.unit,
  }
}

const actionsIn = (plan: Plan | null | undefined) => (plan ? actionsOf(plan) : [])
