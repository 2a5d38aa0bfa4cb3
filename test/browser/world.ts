import { projectIn, type TestProject } from '../support/deploying.ts'
import type { TestStep } from '../support/project.ts'
import type { TestServer } from '../support/server.ts'

export interface World {
  made: TestProject
  /** The address of the space: '/space-1'. */
  space: string
  /** The address of its project. */
  project: string
  version: string
  taskId: string
  releaseId: string
  deploymentId: string
}

const greet: TestStep = { name: 'Greet', script: 'echo hello' }

/** A space with a project of which a release was deployed. */
export async function makeWorld(server: TestServer, steps = [greet]): Promise<World> {
  const made = await projectIn(server, { steps, environments: ['Test', 'Production'] })
  const { release, deployment, task } = await made.run()
  const { Slug } = await server.ask<{ Slug: string }>('GET', `/spaces/${made.spaceId}`)
  return {
    made,
    space: `/${Slug}`,
    project: `/${Slug}/projects/${made.project.Slug}`,
    version: String(release.Version),
    taskId: task.Id,
    releaseId: release.Id,
    deploymentId: deployment.Id,
  }
}
