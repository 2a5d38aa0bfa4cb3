import { inParallel } from './parallel.ts'
import type { ServerProcess } from './process.ts'
import { type Resource, stepOf } from './project.ts'

export interface LandscapeProject {
  id: string
  name: string
  releaseId: string
}

export interface Landscape {
  projects: LandscapeProject[]
  environments: string[]
}

type Asked = Pick<ServerProcess, 'ask'>

interface Wish {
  projects: number
  environments: number
  /** What each step of a project does, in bash. */
  script: string
  /** How many steps a project has; 1 unless said. */
  steps?: number
  /** The steps start together, not one after the other. */
  areTogether?: boolean
  /** What tells it from others on the same server, at the beginning of its names. */
  title?: string
  /** Where they run; without it, in the default pool. */
  workerPool?: string
  /** Further properties of the step of a project: of the first, 0. */
  properties?: (project: number) => Record<string, string>
}

/** Fills the default space through its API: every project has a release for every environment. */
export async function makeLandscape(server: Asked, wish: Wish): Promise<Landscape> {
  const post = (path: string, body: object) =>
    server.ask<Resource>('POST', `/Spaces-1${path}`, body)
  const named = (name: string) => (wish.title ? `${wish.title} ${name}` : name)
  const environments: string[] = []
  for (let at = 1; at <= wish.environments; at++)
    environments.push((await post('/environments', { Name: named(`Environment ${at}`) })).Id)
  const lifecycle = await post('/lifecycles', {
    Name: named('Anywhere'),
    Phases: [{ Name: 'All', OptionalDeploymentTargets: environments }],
  })
  const { Items } = await server.ask<{ Items: Resource[] }>('GET', '/Spaces-1/projectgroups')
  const ProjectGroupId = Items[0]?.Id
  const projects = await inParallel(wish.projects, 4, async (at) => {
    const Name = named(`Project ${at + 1}`)
    const { Id } = await post('/projects', { Name, LifecycleId: lifecycle.Id, ProjectGroupId })
    const properties = wish.properties?.(at) ?? {}
    const { script, workerPool } = wish
    const Steps = Array.from({ length: wish.steps ?? 1 }, (_, step) =>
      stepOf({
        ...{ name: step === 0 ? 'Script' : `Script ${step + 1}`, script, properties },
        ...(workerPool && { workerPool }),
        ...(wish.areTogether && step > 0 && { startWithPrevious: true }),
      }),
    )
    await server.ask('PUT', `/Spaces-1/projects/${Id}/deploymentprocesses`, { Steps })
    const release = await post('/releases', { ProjectId: Id, Version: '1.0.0' })
    return { id: Id, name: Name, releaseId: release.Id }
  })
  return { projects, environments }
}

/** Queues a deployment and answers its task. */
export async function deploy(
  server: Asked,
  project: LandscapeProject,
  environment: string | undefined,
): Promise<string> {
  const { TaskId } = await server.ask<{ TaskId: string }>('POST', '/Spaces-1/deployments', {
    ReleaseId: project.releaseId,
    EnvironmentId: environment,
  })
  return TaskId
}
