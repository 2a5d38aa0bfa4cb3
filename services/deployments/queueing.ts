import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem, systemCaller } from '#bus/caller.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import type { Asked } from '#mixins/crud.ts'
import { publicOf } from '#store/resource.ts'
import { checkCreation, drafted, type Parts, partsFor, taskFor } from './creation.ts'
import type { StoredDeployment } from './deployment.model.ts'
import type { Deployment } from './deployments.contract.ts'
import { type Models, showInRow } from './following.ts'

/** What of the service the functions of this folder need. */
export interface Deploys extends Audit {
  broker: Pick<Bus, 'call'>
  models: Models
  logger: { warn(text: string, about: object): void }
}

const DUPLICATE_KEY = 11_000
/** Younger ones may be on their way still, in another process. */
const REPAIR_AFTER_MS = 60_000

export const deploymentOf = (stored: StoredDeployment): Deployment => publicOf(stored)

/** Stores the deployment, then its task. Between the two a crash leaves what `repairQueue` mends. */
export async function queue(
  service: Deploys,
  ctx: Asked,
  { deployment, task }: ReturnType<typeof drafted>,
): Promise<StoredDeployment> {
  await service.models.Deployment.create(deployment)
  const system = asSystem(service.broker, 'a deployment is queued')
  const queued = await system.call('tasks.create', task)
  await showInRow(service.models, deployment, queued)
  await service.audited(ctx, {
    category: 'DeploymentQueued',
    kind: 'Deployment',
    id: deployment._id,
    spaceId: deployment.SpaceId,
    message: `Queued: ${task.Description}`,
    related: [
      deployment._id,
      deployment.TaskId,
      deployment.ReleaseId,
      deployment.ProjectId,
      deployment.EnvironmentId,
    ],
  })
  return deployment
}

/** One that the lifecycle makes, in the name of who has brought the release so far. */
export async function queueAutomatic(
  service: Deploys,
  ctx: Asked,
  about: { spaceId: string; releaseId: string; environmentId: string },
): Promise<void> {
  const wishes = {
    SkipActions: [],
    FormValues: {},
    _answers: {},
    Comments: 'Deployed by the lifecycle.',
    ForcePackageDownload: false,
    ForcePackageRedeployment: false,
    SpecificMachineIds: [],
    ExcludedMachineIds: [],
  }
  try {
    const parts = await partsFor(ctx, about)
    await checkCreation(ctx, service.models.Deployment, parts, wishes)
    const draft = drafted(parts, wishes, systemCaller('the lifecycle'))
    const _automatic = `${about.releaseId}/${about.environmentId}`
    await queue(service, ctx, { ...draft, deployment: { ...draft.deployment, _automatic } })
  } catch (error) {
    const { code, message } = error as { code?: number; message: string }
    // Another node was faster: it is made.
    if (code === DUPLICATE_KEY) return
    if (code !== 400) throw error
    await service.audited(ctx, {
      category: 'AutoDeployBlocked',
      kind: 'Release',
      id: about.releaseId,
      spaceId: about.spaceId,
      message: `The automatic deployment was not made: ${message}`,
      related: [about.releaseId, about.environmentId],
    })
  }
}

/** Makes the tasks that a crash has kept deployments from. */
export async function repairQueue(broker: Pick<Bus, 'call'>, models: Models): Promise<void> {
  const before = new Date(Date.now() - REPAIR_AFTER_MS).toISOString()
  const system = asSystem(broker, 'repair after a crash')
  const open = await models.Deployment.find({ _outcome: null }).lean<StoredDeployment[]>()
  const old = open.filter(({ Created }) => Created < before)
  if (old.length === 0) return
  const tasks = await system.call('tasks.known', { ids: old.map(({ TaskId }) => TaskId) })
  const known = new Set(tasks.map(({ Id }) => Id))
  for (const deployment of old.filter(({ TaskId }) => !known.has(TaskId))) {
    const parts = await storedParts(system, deployment)
    await showInRow(
      models,
      deployment,
      await system.call('tasks.create', taskFor(deployment, parts)),
    )
  }
}

async function storedParts(
  system: Pick<Bus, 'call'>,
  deployment: StoredDeployment,
): Promise<Parts> {
  const { SpaceId: spaceId } = deployment
  const [release, project, environment] = await Promise.all([
    system.call('releases.get', { spaceId, id: deployment.ReleaseId }),
    system.call('projects.get', { spaceId, id: deployment.ProjectId }),
    system.call('environments.get', { spaceId, id: deployment.EnvironmentId }),
  ])
  return { release, project, environment }
}

/** Takes deployments away, with their tasks and their places on the dashboard. */
export async function removeDeployments(
  { broker, models }: Pick<Deploys, 'broker' | 'models'>,
  where: Record<string, unknown>,
): Promise<void> {
  const gone = await models.Deployment.find(where).lean<StoredDeployment[]>()
  if (gone.length === 0) return
  const system = asSystem(broker, 'deployments are deleted')
  const ids = gone.map(({ TaskId }) => TaskId)
  const spaceId = gone[0]?.SpaceId ?? ''
  await system.call('tasks.removeOf', { spaceId, ids })
  await models.Deployment.deleteMany({ _id: { $in: gone.map(({ _id }) => _id) } })
  await rewriteRows(system, models, gone)
}

/** The rows of the places where something has gone, from the newest of what is left. */
async function rewriteRows(system: Pick<Bus, 'call'>, models: Models, gone: StoredDeployment[]) {
  const places = new Map(gone.map((one) => [`${one.ProjectId}/${one.EnvironmentId}`, one]))
  for (const { ProjectId, EnvironmentId } of places.values()) {
    await models.DashboardRow.deleteMany({ ProjectId, EnvironmentId })
    const [current, lastGood] = await Promise.all([
      newest(models.Deployment, { ProjectId, EnvironmentId }),
      newest(models.Deployment, { ProjectId, EnvironmentId, _outcome: 'Success' }),
    ])
    for (const deployment of [lastGood, current].filter((one) => one !== null)) {
      const [task] = await system.call('tasks.known', { ids: [deployment.TaskId] })
      if (task) await showInRow(models, deployment, task)
    }
  }
}

const newest = (deployments: Model<StoredDeployment>, where: object) =>
  deployments.findOne(where).sort({ Created: -1 }).lean<StoredDeployment>()
