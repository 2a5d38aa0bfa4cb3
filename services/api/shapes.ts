/**
 * Answers made of several resources: each of these gets the links that it has by itself.
 * The fields named here are those of the contracts of the services that answer.
 */
import { deployment, itemIn, referenceTo, release, task } from './deployments.links.ts'
import { environment, workerPool } from './infrastructure.links.ts'
import { buildInformation, feedPackage } from './library.links.ts'
import { type Linkable, withLinks } from './linker.ts'
import { channel } from './projects.links.ts'

type Shape<T> = (value: T, spaceId: string) => object
type Reference = { Id: string }

interface Board {
  Projects: Reference[]
  ProjectGroups: Reference[]
  Environments: Reference[]
  Tenants: Reference[]
  Items: Linkable[]
}

interface ProjectProgression {
  LifecycleEnvironments: Record<string, Reference[]>
  ChannelEnvironments: Record<string, Reference[]>
  Environments: Reference[]
  Releases: { Release: Linkable; Channel: Linkable; Deployments: Record<string, Linkable[]> }[]
}

interface ReleaseProgression {
  ReleaseId: string
  Phases: { Deployments: { Task: Linkable | null; Deployment: Linkable }[] }[]
}

interface EnvironmentSummaries {
  EnvironmentSummaries: { Environment: Linkable }[]
}

interface WorkerPoolSummaries {
  WorkerPoolSummaries: { WorkerPool: Linkable }[]
}

interface AuthenticationProviders {
  AuthenticationProviders: object[]
}

const taskDetails: Shape<{ Task: Linkable }> = (details) => ({
  ...details,
  Task: withLinks(task, details.Task),
  Links: { Self: `/api/tasks/${details.Task.Id}/details` },
})

const dashboard: Shape<Board> = (board, spaceId) => ({
  ...board,
  Projects: board.Projects.map(referenceTo('projects', spaceId)),
  ProjectGroups: board.ProjectGroups.map(referenceTo('projectgroups', spaceId)),
  Environments: board.Environments.map(referenceTo('environments', spaceId)),
  Tenants: board.Tenants.map(referenceTo('tenants', spaceId)),
  Items: board.Items.map(itemIn(spaceId)),
  Links: { Self: `/api/${spaceId}/dashboard` },
})

const projectProgression: Shape<ProjectProgression> = (progression, spaceId) => {
  const environments = (list: Reference[]) => list.map(referenceTo('environments', spaceId))
  return {
    ...progression,
    LifecycleEnvironments: mapped(progression.LifecycleEnvironments, environments),
    ChannelEnvironments: mapped(progression.ChannelEnvironments, environments),
    Environments: environments(progression.Environments),
    Releases: progression.Releases.map((row) => ({
      ...row,
      Release: withLinks(release, row.Release),
      Channel: withLinks(channel, row.Channel),
      Deployments: mapped(row.Deployments, (items) => items.map(itemIn(spaceId))),
    })),
    Links: {},
  }
}

const releaseProgression: Shape<ReleaseProgression> = (progression, spaceId) => ({
  ...progression,
  Phases: progression.Phases.map((phase) => ({
    ...phase,
    Deployments: phase.Deployments.map((row) => ({
      ...row,
      Task: row.Task && withLinks(task, row.Task),
      Deployment: withLinks(deployment, row.Deployment),
    })),
  })),
  Links: { Self: `/api/${spaceId}/releases/${progression.ReleaseId}/progression` },
})

const deploymentTemplate: Shape<{ PromoteTo: Reference[] }> = (template, spaceId) => ({
  ...template,
  PromoteTo: template.PromoteTo.map(referenceTo('environments', spaceId)),
  Links: {},
})

const environmentSummaries: Shape<EnvironmentSummaries> = (summary) => ({
  ...summary,
  EnvironmentSummaries: summary.EnvironmentSummaries.map((row) => ({
    ...row,
    Environment: withLinks(environment, row.Environment),
  })),
  Links: {},
})

const workerPoolSummaries: Shape<WorkerPoolSummaries> = (summary) => ({
  ...summary,
  WorkerPoolSummaries: summary.WorkerPoolSummaries.map((row) => ({
    ...row,
    WorkerPool: withLinks(workerPool, row.WorkerPool),
  })),
  Links: {},
})

const userAuthentication: Shape<AuthenticationProviders> = (answer) => ({
  ...answer,
  AuthenticationProviders: answer.AuthenticationProviders.map((provider) => ({
    ...provider,
    Links: { Authenticate: '/api/users/login' },
  })),
  Links: { Self: '/api/users/authentication' },
})

const packageWithBuild: Shape<Linkable & { PackageVersionBuildInformation: Linkable | null }> = (
  value,
) => {
  const build = value.PackageVersionBuildInformation
  return {
    ...value,
    PackageVersionBuildInformation: build && withLinks(buildInformation, build),
    Links: feedPackage(value),
  }
}

/** An object that has no id, and nothing to follow. */
const plainObject: Shape<object> = (value) => ({ ...value, Links: {} })

/** Every answer that is more than one resource. */
export const shapes = {
  TaskDetails: taskDetails,
  Dashboard: dashboard,
  ProjectProgression: projectProgression,
  ReleaseProgression: releaseProgression,
  DeploymentTemplate: deploymentTemplate,
  EnvironmentSummaries: environmentSummaries,
  WorkerPoolSummaries: workerPoolSummaries,
  UserAuthentication: userAuthentication,
  Package: packageWithBuild,
  Plain: plainObject,
  // What comes from an action is what its contract says; the table itself takes any of them.
} as Record<ShapeName, Shape<object>>

type ShapeName =
  | 'TaskDetails'
  | 'Dashboard'
  | 'ProjectProgression'
  | 'ReleaseProgression'
  | 'DeploymentTemplate'
  | 'EnvironmentSummaries'
  | 'WorkerPoolSummaries'
  | 'UserAuthentication'
  | 'Package'
  | 'Plain'

function mapped<T, R>(map: Record<string, T>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]))
}
