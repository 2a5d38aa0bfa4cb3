/** What the published client can wish of a deployment, and is told of it. */
import {
  type Client,
  DeploymentRepository,
  type Resource,
  type ResourceCollection,
  ServerTaskRepository,
  SpaceServerTaskRepository,
  TaskState,
} from '@octopusdeploy/api-client'
import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { asleep, connect, newStory, refused, started, step } from './story.ts'

describe('The published client that deploys', () => {
  let server: TestServer
  let client: Client

  before(async () => {
    server = await startServer()
    client = await connect(server)
  })
  after(() => server.stop())

  it('reads why a step has failed', async () => {
    const story = await newStory(client, [step('Break', 'echo "oh dear" >&2; exit 7')])

    const { task } = await story.deployed()

    expect(task).to.include({ State: 'Failed', HasWarningsOrErrors: true })
    expect(task.ErrorMessage).to.include('code 7')
    expect(await story.log(task.Id)).to.match(/Error +\| +oh dear/)
  })

  it('reads which program a script lacks', async function () {
    const story = await newStory(client, [step('Greet', "Write-Host 'hello'", 'PowerShell')])

    const { task } = await story.deployed()

    if (task.State === 'Success') this.skip() // It has PowerShell.
    expect(task.State).to.equal('Failed')
    expect(task.ErrorMessage).to.include('pwsh')
  })

  it('answers prompts, and leaves out steps', async () => {
    const story = await newStory(client, [
      step('Greet', 'echo "Hello #{Who}"'),
      step('Curse', 'echo "damn"'),
    ])
    const { space, project } = story
    const path = `~/api/{spaceId}/variables/variableset-${project.Id}`
    const set = await client.request<object>(path, { spaceName: space.Name })
    const Prompt = { Label: 'Whom to greet', Required: true, DisplaySettings: {} }
    await client.doUpdate(path, {
      ...set,
      spaceName: space.Name,
      Variables: [{ Name: 'Who', Value: '', Prompt }],
    })
    const { ReleaseVersion } = await story.release()

    const unanswered = await refused(story.deploy(ReleaseVersion))
    const { ServerTaskId } = await story.deploy(ReleaseVersion, {
      Variables: { Who: 'Ada' },
      SkipStepNames: ['curse'],
    })

    expect(unanswered.message).to.include("'Whom to greet' needs a value.")
    expect((await story.end(ServerTaskId)).State).to.equal('Success')
    const log = await story.log(ServerTaskId)
    expect(log).to.include('Hello Ada')
    expect(log).to.not.include('| damn')
  })

  it('can do so at a later time', async () => {
    const story = await newStory(client)
    const { ReleaseVersion } = await story.release()
    const RunAt = new Date(Date.now() + 3_600_000)

    const { ServerTaskId } = await story.deploy(ReleaseVersion, { RunAt })

    const tasks = new SpaceServerTaskRepository(client, story.space.Name)
    const task = await tasks.getById(ServerTaskId)
    expect(task).to.include({ State: 'Queued', IsCompleted: false })
    expect(Date.parse(task.QueueTime ?? '')).to.equal(RunAt.getTime())
  })

  it('lists by the state of its task', async () => {
    const story = await newStory(client, [asleep()])
    const taskId = await started(story)
    await until(async () => (await story.log(taskId)).includes('asleep'), 'the script runs')
    const deployments = new DeploymentRepository(client, story.space.Name)
    const tasksIn = async (taskState: TaskState) =>
      (await deployments.list({ taskState })).Items.map(({ TaskId }) => TaskId)

    const [running, queued] = [await tasksIn(TaskState.Executing), await tasksIn(TaskState.Queued)]
    await new ServerTaskRepository(client).cancel(taskId)
    await story.end(taskId)

    expect({ running, queued }).to.deep.equal({ running: [taskId], queued: [] })
    expect(await tasksIn(TaskState.Executing)).to.deep.equal([])
    expect(await tasksIn(TaskState.Canceled)).to.deep.equal([taskId])
  })

  it('is told every fault of its wish', async () => {
    const story = await newStory(client)
    const { ReleaseVersion } = await story.release()

    const place = await refused(story.deploy(ReleaseVersion, { EnvironmentNames: ['Mars', 'X'] }))
    const version = await refused(story.deploy('9.9.9'))
    const project = await refused(story.deploy(ReleaseVersion, { ProjectName: 'Nothing' }))

    expect(place.message).to.include("'Mars' was not found").and.include("'X' was not found")
    expect(version.message).to.include("no release '9.9.9'")
    expect(project.message).to.include("'Nothing' was not found")
    expect([place, version, project].map(({ StatusCode }) => StatusCode)).to.deep.equal([
      400, 400, 400,
    ])
  })

  it('shows on the dashboard what is where', async () => {
    const { deployed, space, project, environments } = await newStory(client)
    const { releaseId, task } = await deployed()

    const board = await client.request<{ Items: Record<string, unknown>[]; Projects: Resource[] }>(
      '~/api/{spaceId}/dashboard',
      { spaceName: space.Name },
    )

    expect(board.Projects.map(({ Id }) => Id)).to.deep.equal([project.Id])
    expect(board.Items).to.have.length(1)
    expect(board.Items[0]).to.include({
      ProjectId: project.Id,
      EnvironmentId: environments[0]?.Id,
      ReleaseId: releaseId,
      TaskId: task.Id,
      ReleaseVersion: '0.0.1',
      State: 'Success',
      IsCurrent: true,
    })
  })

  it('can have it told who did what', async () => {
    const { deployed, space } = await newStory(client)
    await deployed()

    const read = () =>
      client.request<ResourceCollection<Record<'Category' | 'Message', string>>>(
        '~/api/{spaceId}/events{?take}',
        { spaceName: space.Name, take: 1000 },
      )

    // That it has succeeded is told right after it has.
    const events = await until(async () => {
      const { Items } = await read()
      return Items.some(({ Category }) => Category === 'DeploymentSucceeded') && Items
    }, 'the success is told')

    expect(events.map(({ Category }) => Category)).to.include.members([
      'Created',
      'Modified',
      'DeploymentQueued',
      'DeploymentStarted',
    ])
    const created = events.find(({ Message }) => /environment/i.test(Message))
    expect(created).to.include({
      ...{ Username: 'admin', Category: 'Created', SpaceId: space.Id },
      UserAgent: 'ts-octopusdeploy tako-tests',
    })
  })
})
