/** How the published client waits for tasks and ends them: what its own tests expect, and more. */
import { randomUUID } from 'node:crypto'
import {
  type Client,
  EnvironmentRepository,
  ProjectRepository,
  type Resource,
  ServerTaskRepository,
  ServerTaskWaiter,
  SpaceRepository,
} from '@octopusdeploy/api-client'
import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import {
  asleep,
  connect,
  LOOK_EACH_MS,
  newStory,
  PATIENCE_MS,
  refused,
  started,
  step,
} from './story.ts'

const SHORT_MS = 300

describe('The published client', () => {
  let server: TestServer
  let client: Client

  before(async () => {
    server = await startServer()
    client = await connect(server)
  })
  after(() => server.stop())

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
