/** What a bundle is made of, as the owners of it have it: frozen with the release where it is frozen. */
import type { Bus } from '#bus'
import { packagesNeeded } from '#domain/package-references.ts'
import { selectedFor } from '#domain/package-selection.ts'
import type { HistoryEntry } from '#domain/promotion/content.ts'
import type { SourcePackage, SourceState } from '#domain/promotion/source-state.ts'
import type { TrustFacts } from './trust-facts.ts'

type System = Pick<Bus, 'call'>

/** So many deployments of a release are told of, the newest. */
const MOST_HISTORY = 200
const ALL = 10_000

interface About {
  spaceId: string
  releaseId: string
  trust: TrustFacts
}

/** Secrets in it are sealed. */
export async function gather(
  system: System,
  { spaceId, releaseId, trust }: About,
): Promise<SourceState> {
  const release = await system.call('releases.get', { spaceId, id: releaseId })
  const [space, project, channel, process, variables, environments, pools, feeds, teams] =
    await Promise.all([
      system.call('spaces.get', { id: spaceId }),
      system.call('projects.get', { spaceId, id: release.ProjectId }),
      system.call('channels.get', { spaceId, id: release.ChannelId }),
      system.call('processes.ofSnapshot', {
        spaceId,
        id: release.ProjectDeploymentProcessSnapshotId,
      }),
      system.call('variables.ofSnapshot', { spaceId, id: release.ProjectVariableSetSnapshotId }),
      system.call('environments.list', { spaceId, take: ALL }),
      system.call('workerpools.list', { spaceId, take: ALL }),
      system.call('feeds.list', { spaceId, take: ALL }),
      system.call('teams.list', { spaceId, take: ALL }),
    ])
  const { Items: all } = environments
  const names = new Map(all.map(({ Id, Name }) => [Id, Name]))
  const [packages, history] = await Promise.all([
    packagesIn(system, { spaceId, channelId: channel.Id, release, steps: process.Steps }),
    historyOf(system, { spaceId, releaseId, space: space.Name, names }),
  ])
  return {
    release,
    project,
    channel,
    steps: process.Steps,
    variables: variables.Variables,
    templates: variables.Templates,
    environments: all,
    workerPools: pools.Items,
    feeds: feeds.Items,
    teams: teams.Items,
    packages,
    history,
    trust,
  }
}

/** The files of the release's packages; those that are not in this server's feed are left out. */
async function packagesIn(
  system: System,
  about: { spaceId: string; channelId: string } & Pick<SourceState, 'release' | 'steps'>,
): Promise<SourcePackage[]> {
  const { spaceId, channelId, release, steps } = about
  const packages = packagesNeeded(steps, channelId).flatMap((used) => {
    const { PackageId, Version: fixed } = used.reference
    const Version = fixed ?? selectedFor(used, release.SelectedPackages)?.Version
    return Version ? [{ PackageId, Version }] : []
  })
  if (packages.length === 0) return []
  const found = await system.call('packages.toRun', { spaceId, packages })
  return found
    .filter((one) => one !== null)
    .map(({ PackageId, Version, FileExtension, Size, Sha256 }) => ({
      ...{ PackageId, Version, Size, Sha256 },
      FileName: `${PackageId}.${Version}${FileExtension}`,
    }))
}

/** Where the release was deployed to so far, the newest first. */
async function historyOf(
  system: System,
  about: { spaceId: string; releaseId: string; space: string; names: Map<string, string> },
): Promise<HistoryEntry[]> {
  const { spaceId, releaseId, space, names } = about
  const { Items } = await system.call('deployments.list', {
    spaceId,
    releaseId,
    take: MOST_HISTORY,
  })
  const tasks = await system.call('tasks.known', { ids: Items.map(({ TaskId }) => TaskId) })
  const byId = new Map(tasks.map((task) => [task.Id, task]))
  return Items.flatMap((deployment): HistoryEntry[] => {
    const task = byId.get(deployment.TaskId)
    // What is being promoted now is no history yet.
    if (!task || task.Name === 'Promote') return []
    return [
      {
        space,
        environment: names.get(deployment.EnvironmentId) ?? '',
        state: task.State,
        startedAt: task.StartTime,
        endedAt: task.CompletedTime,
        by: deployment.DeployedBy,
      },
    ]
  })
}
