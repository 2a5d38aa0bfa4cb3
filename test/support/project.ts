/** What a test needs before it can deploy: an environment, a project with steps, a release. */

type Ask = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<T>
export interface Resource {
  Id: string
  [field: string]: unknown
}
interface Page {
  Items: Resource[]
}

/** A step as a test says it; what is not said has its default. */
export interface TestStep {
  name: string
  script: string
  syntax?: string
  condition?: string
  startWithPrevious?: boolean
  properties?: Record<string, string>
  /** Of the step, where the others are its action's. */
  stepProperties?: Record<string, string>
  isDisabled?: boolean
  /** Of a script unless it is said. */
  type?: string
  packages?: { Name: string; PackageId: string; [field: string]: unknown }[]
  /** The id of the worker pool; without it, the default one. */
  workerPool?: string
}

export const stepOf = (step: TestStep) => ({
  Name: step.name,
  ...(step.condition && { Condition: step.condition }),
  ...(step.startWithPrevious && { StartTrigger: 'StartWithPrevious' }),
  ...(step.stepProperties && { Properties: step.stepProperties }),
  Actions: [
    {
      Name: step.name,
      ...(step.isDisabled && { IsDisabled: true }),
      ActionType: step.type ?? 'Octopus.Script',
      ...(step.packages && { Packages: step.packages }),
      ...(step.workerPool && { WorkerPoolId: step.workerPool }),
      Properties: {
        'Octopus.Action.RunOnServer': 'true',
        'Octopus.Action.Script.ScriptSource': 'Inline',
        'Octopus.Action.Script.Syntax': step.syntax ?? 'Bash',
        'Octopus.Action.Script.ScriptBody': step.script,
        ...step.properties,
      },
    },
  ],
})

let count = 0

/** Makes a project with these steps, and environments in the order of their names. */
export async function newProject(
  ask: Ask,
  {
    steps,
    environments = ['Test'],
    space = 'Spaces-1',
  }: { steps: TestStep[]; environments?: string[]; space?: string },
) {
  count += 1
  const S = `/${space}`
  const [lifecycles, groups] = await Promise.all([
    ask<Page>('GET', `${S}/lifecycles?take=1`),
    ask<Page>('GET', `${S}/projectgroups?take=1`),
  ])
  const made: Resource[] = []
  for (const name of environments)
    made.push(await ask<Resource>('POST', `${S}/environments`, { Name: `${name} ${count}` }))
  const project = await ask<Resource>('POST', `${S}/projects`, {
    Name: `Project ${count}`,
    LifecycleId: lifecycles.Items[0]?.Id,
    ProjectGroupId: groups.Items[0]?.Id,
  })
  await ask('PUT', `${S}/projects/${project.Id}/deploymentprocesses`, { Steps: steps.map(stepOf) })

  const release = (version?: string) =>
    ask<Resource>('POST', `${S}/releases`, {
      ProjectId: project.Id,
      ...(version && { Version: version }),
    })

  return {
    project,
    environments: made,
    environment: made[0] as Resource, // At least one was asked for.

    release,

    /** Queues a deployment, of a new release unless one is given, and answers its task. */
    async deploy(about: { release?: Resource; environment?: Resource; more?: object } = {}) {
      const released = about.release ?? (await release())
      const deployment = await ask<Resource>('POST', `${S}/deployments`, {
        ReleaseId: released.Id,
        EnvironmentId: (about.environment ?? made[0])?.Id,
        ...about.more,
      })
      return { deployment, release: released, taskId: String(deployment.TaskId) }
    },
  }
}
