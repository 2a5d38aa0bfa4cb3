/** How far releases are, for people: one release in its lifecycle, all of a project side by side. */
import type { Model } from 'mongoose'
import type { Actions } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { type DashboardItem, itemsOf } from '#domain/dashboard.ts'
import { environmentsOf, type Phase } from '#domain/lifecycle.ts'
import { type ProgressionFor, progressionOf, whyNotReachable } from '#domain/progression.ts'
import type { Asked } from '#mixins/crud.ts'
import type { StoredDeployment } from './deployment.model.ts'
import type { ProjectProgression, ReleaseProgression } from './deployments.contract.ts'
import { environmentsIn, factsOf, isImported, progressionFacts } from './facts.ts'
import { deploymentOf } from './queueing.ts'
import { cellOf } from './rows.ts'

type Deployments = Model<StoredDeployment>
type Release = ReturnType<Actions['releases.get']>
type Ref = { Id: string; Name: string }
interface OfRelease {
  spaceId: string
  releaseId: string
}

/** As many releases as a project's page shows when nobody says. */
const RELEASES_SHOWN = 30
/** As many deployments of a release as its page shows. */
const DEPLOYMENTS_SHOWN = 200

export async function progressionOfRelease(
  ctx: Asked,
  deployments: Deployments,
  { spaceId, releaseId }: OfRelease,
): Promise<ReleaseProgression> {
  const release = await ctx.call('releases.get', { spaceId, id: releaseId })
  const [facts, environments, made] = await Promise.all([
    progressionFacts(ctx.broker, deployments, release),
    environmentNames(ctx, spaceId),
    latestOf(deployments, { ReleaseId: releaseId }),
  ])
  const tasks = await tasksOf(ctx, made)
  const progression = progressionOf(facts)
  return {
    ReleaseId: releaseId,
    Phases: progression.Phases.map((phase) => ({
      ...phase,
      Deployments: made
        .filter(({ EnvironmentId }) => environmentsOf(phase).includes(EnvironmentId))
        .map((one) => ({ Task: tasks.get(one.TaskId) ?? null, Deployment: deploymentOf(one) })),
    })),
    NextDeployments: progression.NextDeployments,
    NextDeploymentsMinimumRequired: progression.NextDeploymentsMinimumRequired,
    HasUnresolvedDefect: progression.HasUnresolvedDefect,
    Blocked: blockedIn(facts, environments),
  }
}

export async function templateOf(
  ctx: Asked,
  deployments: Deployments,
  { spaceId, releaseId }: OfRelease,
) {
  const release = await ctx.call('releases.get', { spaceId, id: releaseId })
  const system = asSystem(ctx.broker, 'a deployment is prepared')
  const { ProjectId: projectId, ProjectId: ownerId } = release
  const process = { snapshotId: release.ProjectDeploymentProcessSnapshotId }
  const variables = { snapshotId: release.ProjectVariableSetSnapshotId }
  const [facts, environments, isProcessAsKept, areVariablesAsKept] = await Promise.all([
    progressionFacts(ctx.broker, deployments, release),
    environmentNames(ctx, spaceId),
    system.call('processes.isAsKept', { spaceId, projectId, ...process }),
    system.call('variables.isAsKept', { spaceId, ownerId, ...variables }),
  ])
  const { reachable } = progressionOf(facts)
  return {
    PromoteTo: environments.filter(({ Id }) => reachable.includes(Id)),
    TenantPromotions: [] as [],
    IsDeploymentProcessModified: !isProcessAsKept,
    IsVariableSetModified: !areVariablesAsKept,
    IsLibraryVariableSetModified: false,
    DeploymentNotes: '',
  }
}

export async function progressionOfProject(
  ctx: Asked,
  deployments: Deployments,
  {
    spaceId,
    projectId,
    releaseHistoryCount = RELEASES_SHOWN,
  }: { spaceId: string; projectId: string; releaseHistoryCount?: number },
): Promise<ProjectProgression> {
  const system = asSystem(ctx.broker, 'the progress of a project')
  const project = await system.call('projects.get', { spaceId, id: projectId })
  const [releases, channels, environments] = await Promise.all([
    system.call('releases.list', { spaceId, projectId: project.Id, take: releaseHistoryCount }),
    system.call('channels.list', { spaceId, projectId: project.Id, take: 10_000 }),
    environmentNames(ctx, spaceId),
  ])
  const ids = releases.Items.map(({ Id }) => Id)
  const lifecycles = new Map<string, Phase[]>()
  for (const { LifecycleId } of [project, ...channels.Items])
    if (LifecycleId && !lifecycles.has(LifecycleId))
      lifecycles.set(
        LifecycleId,
        await system.call('lifecycles.phases', { spaceId, id: LifecycleId }),
      )
  const phasesOf = (channelId: string) => {
    const channel = channels.Items.find(({ Id }) => Id === channelId)
    return lifecycles.get(channel?.LifecycleId ?? project.LifecycleId) ?? []
  }
  const [facts, defects, made] = await Promise.all([
    factsOf(ctx.broker, deployments, ids),
    system.call('releases.hasDefect', { spaceId, ids }),
    latestOf(deployments, { ReleaseId: { $in: ids } }),
  ])
  const tasks = await tasksOf(ctx, made)
  const inPhases = (phases: Phase[]) => {
    const named = new Set(phases.flatMap(environmentsOf))
    return environments.filter(({ Id }) => named.has(Id))
  }
  return {
    LifecycleEnvironments: Object.fromEntries(
      [...lifecycles].map(([id, phases]) => [id, inPhases(phases)]),
    ),
    Environments: inPhases([...lifecycles.values()].flat()),
    ChannelEnvironments: Object.fromEntries(
      channels.Items.map(({ Id }) => [Id, inPhases(phasesOf(Id))]),
    ),
    Releases: releases.Items.map((release) => {
      const about: ProgressionFor = {
        phases: phasesOf(release.ChannelId),
        hasDefect: defects[release.Id] ?? false,
        isImported: isImported(release),
        ...environmentsIn(facts.filter(({ ReleaseId }) => ReleaseId === release.Id)),
      }
      return {
        Release: release,
        Channel: channels.Items.find(({ Id }) => Id === release.ChannelId) ?? null,
        Deployments: itemsByEnvironment(release, made, tasks),
        NextDeployments: progressionOf(about).NextDeployments,
        Blocked: blockedIn(about, environments),
        RemoteNews: newsOf(release, made),
        HasUnresolvedDefect: about.hasDefect,
        ReleaseRetentionPeriod: null,
        TentacleRetentionPeriod: null,
      }
    }),
  }
}

/** By environment that is not open for a release: why, and what opens it. */
function blockedIn(about: ProgressionFor, environments: Ref[]): Record<string, string> {
  const names = new Map(environments.map(({ Id, Name }) => [Id, Name]))
  const inLifecycle = new Set(about.phases.flatMap(environmentsOf))
  const reasons = environments
    .filter(({ Id }) => inLifecycle.has(Id))
    .map(({ Id }) => [Id, whyNotReachable(about, Id, (id) => names.get(id) ?? id)] as const)
  return Object.fromEntries(reasons.filter((one): one is [string, string] => one[1] !== null))
}

function itemsByEnvironment(
  { Id, Version }: Release,
  made: StoredDeployment[],
  tasks: Map<string, ReturnType<Actions['tasks.get']>>,
): Record<string, DashboardItem[]> {
  const now = new Date()
  const items = made.flatMap((deployment) => {
    const task = tasks.get(deployment.TaskId)
    if (deployment.ReleaseId !== Id || !task) return []
    const Current = cellOf(deployment, Version, task)
    return itemsOf([{ ...deployment, Current, Previous: null }], { now })
  })
  const byEnvironment: Record<string, DashboardItem[]> = {}
  for (const item of items) {
    const list = byEnvironment[item.EnvironmentId] ?? []
    byEnvironment[item.EnvironmentId] = [...list, { ...item, IsCurrent: list.length === 0 }]
  }
  return byEnvironment
}

const newsOf = ({ Id }: Release, made: StoredDeployment[]) =>
  Object.fromEntries(
    made
      .filter(({ ReleaseId, _destination }) => ReleaseId === Id && _destination)
      .map(({ _id, RemoteNews = null }) => [_id, RemoteNews] as const),
  )

const latestOf = (deployments: Deployments, where: object) =>
  deployments.find(where).sort({ Created: -1 }).limit(DEPLOYMENTS_SHOWN).lean<StoredDeployment[]>()

async function tasksOf(ctx: Asked, made: StoredDeployment[]) {
  if (made.length === 0) return new Map()
  const system = asSystem(ctx.broker, 'the tasks of deployments')
  const tasks = await system.call('tasks.known', { ids: made.map(({ TaskId }) => TaskId) })
  return new Map(tasks.map((task) => [task.Id, task]))
}

const environmentNames = (ctx: Asked, spaceId: string): Promise<Ref[]> =>
  asSystem(ctx.broker, 'names of environments').call('environments.names', { spaceId })
