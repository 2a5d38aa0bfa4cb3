import { inParallel } from './parallel.ts'
import type { ServerProcess } from './process.ts'
import { type Resource, stepOf } from './project.ts'

export interface BenchProject {
  id: string
  name: string
  releaseId: string
}

export interface Landscape {
  projects: BenchProject[]
  environments: string[]
}

interface Wish {
  projects: number
  environments: number
  /** What each project does: one step of bash. */
  script: string
}

/** Fills the default space through its API: every project has a release for every environment. */
export async function makeLandscape(server: ServerProcess, wish: Wish): Promise<Landscape> {
  const post = (path: string, body: object) =>
    server.ask<Resource>('POST', `/Spaces-1${path}`, body)
  const environments: string[] = []
  for (let at = 1; at <= wish.environments; at++)
    environments.push((await post('/environments', { Name: `Environment ${at}` })).Id)
  const lifecycle = await post('/lifecycles', {
    Name: 'Anywhere',
    Phases: [{ Name: 'All', OptionalDeploymentTargets: environments }],
  })
  const { Items } = await server.ask<{ Items: Resource[] }>('GET', '/Spaces-1/projectgroups')
  const ProjectGroupId = Items[0]?.Id
  const projects = await inParallel(wish.projects, 4, async (at) => {
    const Name = `Project ${at + 1}`
    const { Id } = await post('/projects', { Name, LifecycleId: lifecycle.Id, ProjectGroupId })
    const Steps = [stepOf({ name: 'Script', script: wish.script })]
    await server.ask('PUT', `/Spaces-1/projects/${Id}/deploymentprocesses`, { Steps })
    const release = await post('/releases', { ProjectId: Id, Version: '1.0.0' })
    return { id: Id, name: Name, releaseId: release.Id }
  })
  return { projects, environments }
}

/** Queues a deployment and answers its task. */
export async function deploy(
  server: ServerProcess,
  project: BenchProject,
  environment: string | undefined,
): Promise<string> {
  const { TaskId } = await server.ask<{ TaskId: string }>('POST', '/Spaces-1/deployments', {
    ReleaseId: project.releaseId,
    EnvironmentId: environment,
  })
  return TaskId
}
