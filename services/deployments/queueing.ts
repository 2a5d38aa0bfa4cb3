import type { Bus } from '#bus'
import { asSystem, systemCaller } from '#bus/caller.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import type { Asked } from '#mixins/crud.ts'
import { publicOf } from '#store/resource.ts'
import { checkCreation, drafted, partsFor } from './creation.ts'
import type { StoredDeployment } from './deployment.model.ts'
import type { Deployment } from './deployments.contract.ts'
import { type Models, showInRow } from './following.ts'

/** What of the service the functions of this folder need. */
export interface Deploys extends Audit {
  broker: Pick<Bus, 'call' | 'broadcast'>
  models: Models
  logger: { warn(text: string, about: object): void }
}

const DUPLICATE_KEY = 11_000

export const deploymentOf = (stored: StoredDeployment): Deployment => publicOf(stored)

/** Stores the deployment, then its task. Between the two a crash leaves what `repairQueue` mends. */
export async function queue(
  service: Deploys,
  ctx: Asked,
  { deployment, task }: ReturnType<typeof drafted>,
): Promise<StoredDeployment> {
  await service.models.Deployment.create(deployment)
  const system = asSystem(service.broker, 'a deployment is queued')
  // One that comes late would run all the same: it is waited for.
  const queued = await system.call('tasks.create', task, { timeout: 0 }).catch(async (error) => {
    // Who is told that it was not made must not see it run a minute later.
    await service.models.Deployment.deleteOne({ _id: deployment._id })
    throw error
  })
  await showInRow(service.models, deployment, queued)
  if (task.Follower) {
    const { SpaceId: spaceId, _id: id, TaskId: taskId } = deployment
    await service.broker.broadcast('deployments.queuedImported', { spaceId, id, taskId })
  }
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

/** One that the lifecycle makes: exactly one for each release and environment. */
export async function queueAutomatic(
  service: Deploys,
  ctx: Asked,
  about: { spaceId: string; releaseId: string; environmentId: string },
): Promise<void> {
  const wishes = {
    SkipActions: [],
    FormValues: {},
    Comments: 'Deployed by the lifecycle.',
    ForcePackageDownload: false,
    ForcePackageRedeployment: false,
    SpecificMachineIds: [],
    ExcludedMachineIds: [],
  }
  try {
    const parts = await partsFor(ctx, about)
    const checked = await checkCreation(ctx, service.models.Deployment, parts, wishes)
    const draft = drafted(parts, { ...wishes, ...checked }, systemCaller('the lifecycle'))
    const _automatic = `${about.releaseId}/${about.environmentId}`
    await queue(service, ctx, { ...draft, deployment: { ...draft.deployment, _automatic } })
  } catch (error) {
    const { code, message } = error as { code?: number; message: string }
    // Another node was faster, or what it was about has gone.
    if (code === DUPLICATE_KEY || code === 404) return
    if (code !== 400) throw error
    const system = asSystem(service.broker, 'the lifecycle')
    await system.call('events.record', {
      // Told once, however often it is tried.
      Id: `Events-${about.releaseId}-${about.environmentId}-blocked`,
      SpaceId: about.spaceId,
      Category: 'AutoDeployBlocked',
      Message: `The automatic deployment was not made: ${message}`,
      RelatedDocumentIds: [about.releaseId, about.environmentId],
      DocumentType: 'Release',
    })
  }
}
