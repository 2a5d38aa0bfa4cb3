/** What the published client is given to work with, made through the client itself. */
import { randomUUID } from 'node:crypto'
import {
  Client,
  type DeploymentEnvironment,
  DeploymentProcessRepository,
  DeploymentRepository,
  type DeploymentStep,
  EnvironmentRepository,
  LifecycleRepository,
  NewProject,
  PackageRequirement,
  type Project,
  ProjectGroupRepository,
  ProjectRepository,
  ReleaseRepository,
  RunCondition,
  RunConditionForAction,
  type ServerTask,
  ServerTaskWaiter,
  type Space,
  SpaceRepository,
  SpaceServerTaskRepository,
  StartTrigger,
  userGetCurrent,
} from '@octopusdeploy/api-client'
import { expect } from 'chai'
import { config } from '#config'
import type { TestServer } from '../support/server.ts'

/** How often the client's waiter looks, and how long at most, in ms. */
export const LOOK_EACH_MS = 50
export const PATIENCE_MS = 30_000

/** The client of somebody; of the first administrator when nothing is said. */
export const connect = (server: TestServer, apiKey = config.adminApiKey): Promise<Client> =>
  Client.create({
    userAgentApp: 'tako-tests',
    instanceURL: new URL(server.url).origin,
    ...(apiKey && { apiKey }),
  })

/** A step with one script, with all that the client's types ask of it. */
export const step = (name: string, script: string, syntax = 'Bash'): DeploymentStep => ({
  Id: '',
  Name: name,
  Condition: RunCondition.Success,
  PackageRequirement: PackageRequirement.LetOctopusDecide,
  StartTrigger: StartTrigger.StartAfterPrevious,
  Properties: {},
  Actions: [
    {
      Id: '',
      Name: name,
      ActionType: 'Octopus.Script',
      Notes: null,
      IsDisabled: false,
      CanBeUsedForProjectVersioning: false,
      IsRequired: false,
      WorkerPoolId: null,
      WorkerPoolVariable: '',
      Container: { Image: null, FeedId: null },
      Environments: [],
      ExcludedEnvironments: [],
      Channels: [],
      TenantTags: [],
      Packages: [],
      Condition: RunConditionForAction.Success,
      Properties: {
        'Octopus.Action.RunOnServer': 'true',
        'Octopus.Action.Script.ScriptSource': 'Inline',
        'Octopus.Action.Script.Syntax': syntax,
        'Octopus.Action.Script.ScriptBody': script,
      },
    },
  ],
})

/** A space whose manager is the caller. The client keeps names for ever, so each is new. */
export async function newSpace(client: Client): Promise<Space> {
  const { Id } = await userGetCurrent(client)
  return new SpaceRepository(client).create({
    Name: randomUUID().slice(0, 20),
    SpaceManagersTeams: [],
    SpaceManagersTeamMembers: [Id],
    IsDefault: false,
  })
}

export interface Story {
  client: Client
  space: Space
  project: Project
  /** In the order in which the names were given. */
  environments: DeploymentEnvironment[]
  /** Creates a release, with the next version when none is given. */
  release(version?: string): Promise<{ ReleaseId: string; ReleaseVersion: string }>
  /** Queues a deployment to one environment, the first unless another is named, and answers its ids. */
  deploy(
    version: string,
    more?: Partial<Parameters<DeploymentRepository['create']>[0]>,
  ): Promise<{ DeploymentId: string; ServerTaskId: string }>
  /** Waits as the client waits. */
  end(taskId: string): Promise<ServerTask>
  /** A new release, deployed to the first environment until it has ended. */
  deployed(): Promise<{
    task: ServerTask
    releaseId: string
    version: string
    deploymentId: string
  }>
  /** The whole log of a task as text. */
  log(taskId: string): Promise<string>
}

/** A project with these steps in a space of its own. */
export async function newStory(
  client: Client,
  steps: DeploymentStep[] = [step('Say hello', 'echo "hello"')],
  names = ['Test'],
): Promise<Story> {
  const space = await newSpace(client)
  const [groups, lifecycles] = await Promise.all([
    new ProjectGroupRepository(client, space.Name).list({ take: 1 }),
    new LifecycleRepository(client, space.Name).list({ take: 1 }),
  ])
  const [group, lifecycle] = [groups.Items[0], lifecycles.Items[0]]
  if (!group || !lifecycle) throw new Error('The new space has no project group or no lifecycle.')
  const project = await new ProjectRepository(client, space.Name).create(
    NewProject('Web shop', group, lifecycle),
  )
  const processes = new DeploymentProcessRepository(client, space.Name)
  const empty = await processes.get(project)
  await processes.update(project, { ...empty, Steps: steps })
  const environments: DeploymentEnvironment[] = []
  for (const Name of names)
    environments.push(await new EnvironmentRepository(client, space.Name).create({ Name }))

  const base = { spaceName: space.Name, ProjectName: project.Name }
  const story: Story = {
    client,
    space,
    project,
    environments,

    release: (version) =>
      new ReleaseRepository(client, space.Name).create({
        ...base,
        ...(version && { ReleaseVersion: version }),
      }),

    async deploy(version, more) {
      const { DeploymentServerTasks } = await new DeploymentRepository(client, space.Name).create({
        ...base,
        ReleaseVersion: version,
        EnvironmentNames: [names[0] ?? ''],
        ...more,
      })
      const [task] = DeploymentServerTasks
      if (!task) throw new Error('Nothing was deployed.')
      return task
    },

    end: (taskId) =>
      new ServerTaskWaiter(client, space.Name).waitForServerTaskToComplete(
        taskId,
        LOOK_EACH_MS,
        PATIENCE_MS,
      ),

    async deployed() {
      const { ReleaseId, ReleaseVersion } = await story.release()
      const { DeploymentId, ServerTaskId } = await story.deploy(ReleaseVersion)
      const task = await story.end(ServerTaskId)
      return { task, releaseId: ReleaseId, version: ReleaseVersion, deploymentId: DeploymentId }
    },

    log: (taskId) => new SpaceServerTaskRepository(client, space.Name).getRaw(taskId),
  }
  return story
}

/** A step that goes on for longer than any test. */
export const asleep = () => step('Sleep', 'echo "asleep"; sleep 60; echo "awake"')

/** Deploys a new release, and waits for nothing. */
export async function started({ release, deploy }: Story): Promise<string> {
  const { ReleaseVersion } = await release()
  const { ServerTaskId } = await deploy(ReleaseVersion)
  return ServerTaskId
}

/** The client's error; fails when there is none. */
export const refused = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('It was not refused.'),
    (error) => error,
  )
