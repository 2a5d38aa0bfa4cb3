import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { NotFoundError } from '#bus/errors.ts'
import { config } from '#config'
import type { StoredDeployment } from './deployment.model.ts'
import type { Execution } from './deployments.contract.ts'
import type { Frozen } from './frozen.ts'

/** Gathers what a deployment's executor needs. What is frozen comes from the snapshots, the rest is as it is now. */
export async function executionOf(
  {
    broker,
    deployments,
    frozen,
  }: { broker: Pick<Bus, 'call'>; deployments: Model<StoredDeployment>; frozen: Frozen },
  { spaceId, id }: { spaceId: string; id: string },
): Promise<Execution> {
  const deployment = await deployments
    .findOne({ _id: id, SpaceId: spaceId })
    .lean<StoredDeployment>()
  if (!deployment) throw new NotFoundError('Deployment', id)
  const system = asSystem(broker, 'a deployment is executed')
  const [
    release,
    project,
    environment,
    channel,
    space,
    process,
    variables,
    pools,
    feed,
    creator,
    before,
  ] = await Promise.all([
    system.call('releases.get', { spaceId, id: deployment.ReleaseId }),
    system.call('projects.get', { spaceId, id: deployment.ProjectId }),
    system.call('environments.get', { spaceId, id: deployment.EnvironmentId }),
    system.call('channels.get', { spaceId, id: deployment.ChannelId }),
    system.call('spaces.get', { id: spaceId }),
    frozen(`${spaceId}/${deployment.DeploymentProcessId}`, () =>
      system.call('processes.ofSnapshot', { spaceId, id: deployment.DeploymentProcessId }),
    ),
    frozen(`${spaceId}/${deployment.ManifestVariableSetId}`, () =>
      system.call('variables.ofSnapshot', { spaceId, id: deployment.ManifestVariableSetId }),
    ),
    system.call('workerpools.list', { spaceId, take: 10_000 }),
    // A space keeps its own for as long as there is one.
    frozen(`${spaceId}/built-in feed`, () => system.call('feeds.builtin', { spaceId })),
    creatorOf(system, deployment),
    lastSuccess(system, deployments, deployment),
  ])
  const projectGroup = await system.call('projectgroups.get', {
    spaceId,
    id: project.ProjectGroupId,
  })
  return {
    steps: process.Steps,
    projectId: project.Id,
    environmentId: environment.Id,
    channelId: channel.Id,
    tenantTags: null,
    skipActions: deployment.SkipActions,
    // What this space has said for the environment goes before an equally scoped value of the project.
    variables: [...(deployment._templateValues ?? []), ...variables.Variables],
    formValues: deployment._answers,
    packages: deployment._packages ?? release.SelectedPackages,
    builtInFeedId: feed.Id,
    pools: pools.Items.map(({ Id, Name, IsDefault }) => ({ Id, Name, IsDefault })),
    facts: {
      baseUrl: `${config.tls ? 'https' : 'http'}://localhost:${config.port}`,
      space,
      project,
      projectGroup,
      environment,
      channel,
      release,
      deployment: { ...deployment, Id: deployment._id },
      createdBy: creator,
      task: { Id: deployment.TaskId, Name: 'Deploy' },
      currentForEnvironment: before && { Id: before.release.Id, Version: before.release.Version },
      previousForEnvironment: before && { Id: before.release.Id, Version: before.release.Version },
      previousSuccessfulId: before?.deployment._id ?? null,
    },
  }
}

/** The system, or a user that has been deleted meanwhile, has no more than its name. */
async function creatorOf(system: Pick<Bus, 'call'>, deployment: StoredDeployment) {
  const { DeployedById: id, DeployedBy } = deployment
  const nobody = { Id: id, Username: DeployedBy, DisplayName: DeployedBy, EmailAddress: null }
  if (!id.startsWith('Users-')) return nobody
  return system.call('users.get', { id }).catch((error: { type?: string }) => {
    if (error.type === 'NOT_FOUND') return nobody
    throw error
  })
}

/** The last successful deployment of the project to the environment before this one, and its release. */
async function lastSuccess(
  system: Pick<Bus, 'call'>,
  deployments: Model<StoredDeployment>,
  { ProjectId, EnvironmentId, Created, SpaceId: spaceId }: StoredDeployment,
) {
  const before = { ProjectId, EnvironmentId, Created: { $lt: Created } }
  const [last, open] = await Promise.all([
    deployments
      .findOne({ ...before, _outcome: 'Success' })
      .sort({ Created: -1 })
      .lean<StoredDeployment>(),
    deployments.find({ ...before, _outcome: null }).lean<StoredDeployment[]>(),
  ])
  // One that has ended a moment ago counts, though nobody has noted how.
  const ids = open.map(({ TaskId }) => TaskId)
  const tasks = ids.length > 0 ? await system.call('tasks.known', { ids }) : []
  const good = new Set(tasks.filter(({ State }) => State === 'Success').map(({ Id }) => Id))
  const [deployment] = [last, ...open.filter(({ TaskId }) => good.has(TaskId))]
    .filter((one) => one !== null)
    .toSorted((a, b) => (a.Created < b.Created ? 1 : -1))
  if (!deployment) return null
  try {
    const release = await system.call('releases.get', { spaceId, id: deployment.ReleaseId })
    return { deployment, release }
  } catch (error) {
    // It is being deleted, with its deployments.
    if ((error as { type?: string }).type === 'NOT_FOUND') return null
    throw error
  }
}
