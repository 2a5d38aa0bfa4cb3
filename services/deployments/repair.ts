/** Mends what a crash has left between a deployment and its task. */
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { type Parts, taskFor } from './creation.ts'
import type { StoredDeployment } from './deployment.model.ts'
import { type Follows, showInRow } from './following.ts'

/** Younger ones may be on their way still, in another process. */
const REPAIR_AFTER_MS = 60_000
const AT_ONCE = 500

type Open = Pick<StoredDeployment, '_id' | 'TaskId' | 'Created'>

/**
 * Makes the tasks that a crash has kept deployments from. Looks at those that were made after
 * `since`, an ISO date or '', and answers up to where it has looked: what is older then has its task.
 */
export async function repairQueue(service: Follows, since: string, now: number): Promise<string> {
  const { broker, models, logger } = service
  const before = new Date(now - REPAIR_AFTER_MS).toISOString()
  const system = asSystem(broker, 'repair after a crash')
  let failedAt: string | null = null
  for (let from = since; ; ) {
    const open = await models.Deployment.find(
      { _outcome: null, Created: { $gte: from, $lt: before } },
      { TaskId: 1, Created: 1 },
    )
      .sort({ Created: 1 })
      .limit(AT_ONCE)
      .lean<Open[]>()
    const ids = open.map(({ TaskId }) => TaskId)
    const missing = new Set(await system.call('tasks.missing', { ids }))
    for (const { _id, Created } of open.filter(({ TaskId }) => missing.has(TaskId)))
      await queueAgain(service, system, _id).catch((error) => {
        logger.error('A deployment has no task', { deployment: _id }, error)
        failedAt ??= Created
      })
    const last = open.at(-1)
    if (!last || open.length < AT_ONCE || last.Created === from) return failedAt ?? before
    from = last.Created
  }
}

async function queueAgain(
  { models }: Follows,
  system: Pick<Bus, 'call'>,
  _id: string,
): Promise<void> {
  const deployment = await models.Deployment.findOne({
    _id,
    _outcome: null,
  }).lean<StoredDeployment>()
  if (!deployment) return
  const parts = await storedParts(system, deployment)
  if (!parts) {
    await models.Deployment.updateOne({ _id, _outcome: null }, { $set: { _outcome: 'Canceled' } })
    return
  }
  const task = await system.call('tasks.create', taskFor(deployment, parts))
  await showInRow(models, deployment, task)
}

/** null when something of it has gone meanwhile. */
async function storedParts(
  system: Pick<Bus, 'call'>,
  deployment: StoredDeployment,
): Promise<Parts | null> {
  const { SpaceId: spaceId } = deployment
  try {
    const [release, project, environment] = await Promise.all([
      system.call('releases.get', { spaceId, id: deployment.ReleaseId }),
      system.call('projects.get', { spaceId, id: deployment.ProjectId }),
      system.call('environments.get', { spaceId, id: deployment.EnvironmentId }),
    ])
    return { release, project, environment }
  } catch (error) {
    if ((error as { type?: string }).type === 'NOT_FOUND') return null
    throw error
  }
}
