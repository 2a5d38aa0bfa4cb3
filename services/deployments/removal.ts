/** Takes deployments away, with their tasks and their places on the dashboard. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import type { Cell } from '#domain/dashboard.ts'
import type { StoredDeployment } from './deployment.model.ts'
import type { Models } from './following.ts'
import { cellOf, rewriteRow } from './rows.ts'

const AT_ONCE = 500

type Gone = Pick<
  StoredDeployment,
  '_id' | 'TaskId' | 'SpaceId' | 'ProjectId' | 'EnvironmentId' | 'TenantId'
>

/** Removes all that match, some at a time. Begun again after a crash, it takes what is left. */
export async function removeDeployments(
  { broker, models }: { broker: Pick<Bus, 'call'>; models: Models },
  where: Record<string, unknown> & { SpaceId: string },
): Promise<void> {
  const { Deployment } = models
  const system = asSystem(broker, 'deployments are deleted')
  // Without a task and still open, one would be queued again.
  await Deployment.updateMany({ ...where, _outcome: null }, { $set: { _outcome: 'Canceled' } })
  for (;;) {
    const gone = await Deployment.find(where, {
      ...{ TaskId: 1, SpaceId: 1, ProjectId: 1, EnvironmentId: 1, TenantId: 1 },
    })
      .limit(AT_ONCE)
      .lean<Gone[]>()
    if (gone.length === 0) return
    const ids = gone.map(({ TaskId }) => TaskId)
    await system.call('tasks.removeOf', { spaceId: where.SpaceId, ids }, { timeout: 0 })
    await Deployment.deleteMany({ _id: { $in: gone.map(({ _id }) => _id) } })
    await rewriteRows(system, models, gone)
  }
}

/** The rows that have named one that has gone, from the newest of what is left. */
async function rewriteRows(
  system: Pick<Bus, 'call'>,
  { Deployment, DashboardRow }: Models,
  gone: Gone[],
) {
  const ids = new Set(gone.map(({ _id }) => _id))
  const places = new Map(gone.map((one) => [`${one.ProjectId}/${one.EnvironmentId}`, one]))
  for (const place of places.values()) {
    const { ProjectId, EnvironmentId } = place
    const row = await DashboardRow.findOne({ ProjectId, EnvironmentId }).lean()
    const named = [row?.Current, row?.Previous].some((cell) => cell && ids.has(cell.DeploymentId))
    if (!named) continue
    const isRemote = row?.Current?.Remote !== undefined
    const current = await newest(Deployment, { ProjectId, EnvironmentId })
    const lastGood = await newest(Deployment, {
      ...{ ProjectId, EnvironmentId },
      ...(isRemote ? { _hasArrived: true } : { _outcome: 'Success' }),
      ...(current && { Created: { $lt: current.Created } }),
    })
    const left = [lastGood, current].filter((one) => one !== null)
    await rewriteRow(DashboardRow, place, await cellsOf(system, left))
  }
}

async function cellsOf(
  system: Pick<Bus, 'call'>,
  deployments: StoredDeployment[],
): Promise<Cell[]> {
  const ids = deployments.map(({ TaskId }) => TaskId)
  const tasks = await system.call('tasks.known', { ids })
  return deployments.flatMap((deployment) => {
    const task = tasks.find(({ Id }) => Id === deployment.TaskId)
    return task ? [cellOf(deployment, String(task.Arguments.ReleaseVersion ?? ''), task)] : []
  })
}

const newest = (deployments: Model<StoredDeployment>, where: object) =>
  deployments.findOne(where).sort({ Created: -1 }).lean<StoredDeployment>()
