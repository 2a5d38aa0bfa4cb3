/** How the published client waits for tasks, ends them and is refused: what its own tests expect, and more. */
import { randomUUID } from 'node:crypto'
import {
  Client,
  checkForCapability,
  EnvironmentRepository,
  ProjectRepository,
  type Resource,
  ServerTaskRepository,
  ServerTaskWaiter,
  SpaceRepository,
  SpaceServerTaskRepository,
  userGetCurrent,
} from '@octopusdeploy/api-client'
import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { connect, LOOK_EACH_MS, newStory, PATIENCE_MS, type Story, step } from './story.ts'

const SHORT_MS = 300
const asleep = () => step('Sleep', 'echo "asleep"; sleep 60; echo "awake"')

describe('The published client', () => {
  let server: TestServer
  let client: Client

  before(async () => {
    server = await startServer()
    client = await connect(server)
  })
  after(() => server.stop())

  /** Deploys a new release, and waits for nothing. */
  async function started({ release, deploy }: Story): Promise<string> {
    const { ReleaseVersion } = await release()
    const { ServerTaskId } = await deploy(ReleaseVersion)
    return ServerTaskId
  }

  const refused = (promise: Promise<unknown>) =>
    promise.then(
      () => expect.fail('It was not refused.'),
      (error) => error,
    )

  describe('that waits for a task', () => {
    it('is told at once that there is none', async () => {
      const waiter = new ServerTaskWaiter(client, 'Default')

      const error = await refused(
        waiter.waitForServerTaskToComplete('ServerTasks-99999', LOOK_EACH_MS, PATIENCE_MS),
      )

      expect(error.message).to.equal('Unknown task Id(s) ServerTasks-99999')
    })

    it('gets nothing when its time is over, and the ended task later', async () => {
      const story = await newStory(client, [step('Nap', 'sleep 1.5')])
      const taskId = await started(story)
      const waiter = new ServerTaskWaiter(client, story.space.Name)

      const early = await waiter.waitForServerTasksToComplete([taskId], LOOK_EACH_MS, SHORT_MS)
      const later = await waiter.waitForServerTasksToComplete([taskId], LOOK_EACH_MS, PATIENCE_MS)

      expect(early).to.deep.equal([])
      expect(later.map(({ State }) => State)).to.deep.equal(['Success'])
    })

    it('cancels it when its time is over, if it is to', async () => {
      const story = await newStory(client, [asleep()])
      const taskId = await started(story)
      const waiter = new ServerTaskWaiter(client, story.space.Name)

      const error = await refused(
        waiter.waitForServerTasksToComplete([taskId], LOOK_EACH_MS, SHORT_MS, undefined, true),
      )

      expect(error.message).to.equal('Timeout reached after 0.3 seconds. Tasks were cancelled.')
      const task = await story.end(taskId)
      expect(task).to.include({ State: 'Canceled', IsCompleted: true, FinishedSuccessfully: false })
    })

    it('sees each of its states', async () => {
      const story = await newStory(client, [step('Nap', 'sleep 0.5')])
      const taskId = await started(story)
      const states = new Set<string>()

      await new ServerTaskWaiter(client, story.space.Name).waitForServerTaskToComplete(
        taskId,
        10,
        PATIENCE_MS,
        ({ State }) => states.add(State),
      )

      expect([...states].filter((state) => state !== 'Queued')).to.deep.equal([
        'Executing',
        'Success',
      ])
    })
  })

  describe('of somebody who cancels', () => {
    it('ends a running script, which says so in its log', async () => {
      const story = await newStory(client, [asleep()])
      const taskId = await started(story)
      await until(async () => (await story.log(taskId)).includes('asleep'), 'the script runs')

      await new ServerTaskRepository(client).cancel(taskId)

      expect((await story.end(taskId)).State).to.equal('Canceled')
      const log = await story.log(taskId)
      expect(log).to.include('The deployment was cancelled.')
      expect(log).to.not.include('awake')
    })

    it('does no harm to a task that has ended', async () => {
      const story = await newStory(client)
      const { task } = await story.deployed()

      await new ServerTaskRepository(client).cancel(task.Id)

      expect((await story.end(task.Id)).State).to.equal('Success')
    })

    it('can run the deployment once more', async () => {
      const story = await newStory(client)
      const { task } = await story.deployed()

      const again = await client.post<Resource>(`~/api/tasks/${task.Id}/rerun`)

      expect(again.Id).to.not.equal(task.Id)
      expect((await story.end(again.Id)).State).to.equal('Success')
    })
  })

  describe('that deploys', () => {
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
  })

  describe('asks the server', () => {
    it('what it can do', async () => {
      const known = await checkForCapability(client, 'GetAllSpacesRequest', '2018.1')
      const unknown = await checkForCapability(client, 'SomeMadeUpRequest', '2023.1')

      expect(known).to.equal(null)
      expect(unknown).to.include('does not support SomeMadeUpRequest')
    })

    it('who it is', async () => {
      const { version, installationId } = await client.getServerInformation()

      expect(version).to.match(/^\d+\.\d+\.\d+$/)
      expect(installationId).to.match(/^[0-9a-f]{8}-[0-9a-f-]{27}$/)
    })

    it('who the caller is, with and without a key', async () => {
      const nobody = await connect(server, '')

      expect((await userGetCurrent(client)).Username).to.equal('admin')
      expect(await refused(userGetCurrent(nobody))).to.include({ StatusCode: 401 })
    })

    it('at an address that is none, and fails', async () => {
      await refused(Client.create({ userAgentApp: 'Test', apiKey: 'API-X', instanceURL: '123' }))
    })
  })

  it('works with a key that it has made, as long as there is that key', async () => {
    const { Id } = await userGetCurrent(client)
    const keys = `~/api/users/${Id}/apikeys`
    const made = await client.doCreate<{ Id: string; ApiKey: string }>(keys, { Purpose: 'Tests' })
    const other = await connect(server, made.ApiKey)

    const before = await userGetCurrent(other)
    await client.del(`${keys}/${made.Id}`)

    expect(made.ApiKey).to.match(/^API-[A-Z\d]+$/)
    expect(before.Id).to.equal(Id)
    expect(await refused(userGetCurrent(other))).to.include({ StatusCode: 401 })
  })

  describe('that deletes a space', () => {
    it('has to stop its queue first', async () => {
      const { space } = await newStory(client)

      const error = await refused(new SpaceRepository(client).del(space))

      expect(error).to.include({ StatusCode: 400 })
    })

    it('is rid of it at once, with all that runs in it', async () => {
      const story = await newStory(client, [asleep()])
      const { space, project } = story
      const taskId = await started(story)
      const spaces = new SpaceRepository(client)
      await until(async () => (await story.log(taskId)).includes('asleep'), 'the script runs')

      await spaces.modify({ ...space, TaskQueueStopped: true })
      await spaces.del(space)

      const { Items } = await spaces.list({ partialName: space.Name })
      expect(Items).to.deep.equal([])
      expect(await refused(spaces.get(space.Id))).to.include({ StatusCode: 404 })
      const inIt = [
        new ProjectRepository(client, space.Name).get(project.Id),
        new EnvironmentRepository(client, space.Name).create({ Name: randomUUID() }),
      ]
      for (const each of inIt) expect(await refused(each)).to.include({ StatusCode: 404 })
      const isErased = async () => {
        const { Items } = await client.get<{ Items: { State: string; Description: string }[] }>(
          '~/api/tasks?name=DeleteSpace',
        )
        const task = Items.find(({ Description }) => Description.includes(space.Name))
        return task?.State === 'Success'
      }
      await until(isErased, 'the task that deletes the space has ended')
    })
  })
})
