import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import {
  ended,
  logOf,
  meetingPlace,
  projectIn,
  refusedWith,
  says,
  stepsOf,
  type TestTask,
} from '../support/deploying.ts'
import type { Resource } from '../support/project.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

interface Details {
  Task: TestTask & { Description: string }
  WaitsFor: { Kind: string; Text: string } | null
}

describe('A queued deployment', () => {
  let server: TestServer
  let place: ReturnType<typeof meetingPlace>

  before(async () => {
    server = await startServer()
  })
  beforeEach(() => {
    place = meetingPlace()
  })
  afterEach(async () => {
    place.go('on')
    await changeNode({ MaxConcurrentTasks: 5, IsInMaintenanceMode: false })
    place.remove()
  })
  after(() => server.stop())

  async function changeNode(changes: object) {
    const { Items } = await server.ask<{ Items: Resource[] }>('GET', '/octopusservernodes')
    await server.ask('PUT', `/octopusservernodes/${Items[0]?.Id}`, { ...Items[0], ...changes })
  }

  const detailsOf = (taskId: string) => server.ask<Details>('GET', `/tasks/${taskId}/details`)

  const waitsFor = async (taskId: string) => (await detailsOf(taskId)).WaitsFor

  /** A project whose only step gets to the meeting place under this name, and waits there. */
  const holding = (name: string, environments = ['Test']) =>
    projectIn(server, {
      steps: [{ name: 'Hold', script: `${place.arrive(name)}; ${place.hold('on')}` }],
      environments,
    })

  it('waits for the one before it to the same place, and names it', async () => {
    const { deploy, release, spaceId } = await holding('first')
    const made = await release()
    const first = await deploy({ release: made })
    await place.arrival('first')

    const second = await deploy({ release: made })

    const { Task } = await detailsOf(first.taskId)
    const behind = await server.ask<{ Items: Resource[] }>(
      'GET',
      `/${spaceId}/tasks/${second.taskId}/queued-behind`,
    )
    expect(await waitsFor(second.taskId)).to.deep.equal({
      Kind: 'mutex',
      Text: `It waits for '${Task.Description}' to finish.`,
    })
    expect(behind.Items.map(({ Id }) => Id)).to.deep.equal([first.taskId])
    place.go('on')
    expect((await ended(server, second.taskId)).State).to.equal('Success')
  })

  it('is passed over while it waits, by one to another place', async () => {
    const busy = await holding('busy')
    await busy.deploy()
    await place.arrival('busy')
    const waiting = await busy.deploy()
    const other = await projectIn(server, { steps: [{ name: 'Run', script: 'echo ran' }] })

    const { task } = await other.run()

    expect(task.State).to.equal('Success')
    expect((await detailsOf(waiting.taskId)).Task.State).to.equal('Queued')
  })

  it('waits for a place while as many run as may, and has it when more may', async () => {
    await changeNode({ MaxConcurrentTasks: 1 })
    const one = await holding('one')
    await one.deploy()
    await place.arrival('one')
    const two = await holding('two')

    const { taskId } = await two.deploy()

    expect(await waitsFor(taskId)).to.deep.equal({
      Kind: 'cap',
      Text: '1 task runs, and 1 may run at once; it is next.',
    })
    await changeNode({ MaxConcurrentTasks: 2 })
    await place.arrival('two')
    expect(await waitsFor(taskId)).to.equal(null)
  })

  it('waits while the server takes nothing new', async () => {
    const { deploy } = await holding('drained')
    await changeNode({ IsInMaintenanceMode: true })

    const { taskId } = await deploy()

    expect((await waitsFor(taskId))?.Text).to.include('draining')
    await changeNode({ IsInMaintenanceMode: false })
    await place.arrival('drained')
  })

  it('waits while the queue of its space is stopped, and goes on when it is not', async () => {
    const { deploy, spaceId } = await holding('stopped')
    const space = await server.ask('GET', `/spaces/${spaceId}`)
    await server.ask('PUT', `/spaces/${spaceId}`, { ...space, TaskQueueStopped: true })

    const { taskId } = await deploy()

    expect(await waitsFor(taskId)).to.deep.equal({
      Kind: 'space',
      Text: `The task queue of the space '${space.Name}' is stopped.`,
    })
    await server.ask('PUT', `/spaces/${spaceId}`, { ...space, TaskQueueStopped: false })
    await place.arrival('stopped')
  })

  it('waits for its time', async () => {
    const { deploy } = await projectIn(server, { steps: [{ name: 'Run', script: 'echo ran' }] })
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString()
    const soon = new Date(Date.now() + 800).toISOString()

    const later = await deploy({ more: { QueueTime: inAnHour } })
    const next = await deploy({ more: { QueueTime: soon } })

    expect(await waitsFor(later.taskId)).to.include({ Kind: 'start' })
    expect((await waitsFor(later.taskId))?.Text).to.include(inAnHour)
    const task = await ended(server, next.taskId)
    expect(task.State).to.equal('Success')
    expect(Date.parse(task.StartTime ?? '')).to.be.at.least(Date.parse(soon))
  })

  it('is over when it could not start in time', async () => {
    const { deploy, run, spaceId } = await holding('late')
    const space = await server.ask('GET', `/spaces/${spaceId}`)
    await server.ask('PUT', `/spaces/${spaceId}`, { ...space, TaskQueueStopped: true })
    const QueueTimeExpiry = new Date(Date.now() + 500).toISOString()

    const { task } = await run({ more: { QueueTimeExpiry } })

    expect(task.State).to.equal('TimedOut')
    expect(task.ErrorMessage).to.include('did not start before')
    expect(place.hasArrived('late')).to.equal(false)
    const { taskId } = await deploy()
    expect((await detailsOf(taskId)).Task.State).to.equal('Queued')
  })

  it('goes before older ones when it has priority', async () => {
    await changeNode({ MaxConcurrentTasks: 1 })
    const busy = await holding('busy')
    await busy.deploy()
    await place.arrival('busy')
    const steps = [{ name: 'Run', script: 'echo ran' }]
    const [plain, urgent] = [await projectIn(server, { steps }), await projectIn(server, { steps })]
    const first = await plain.deploy()
    const { Version } = await urgent.release()

    const { DeploymentServerTasks } = await server.ask<{
      DeploymentServerTasks: { ServerTaskId: string }[]
    }>('POST', `/${urgent.spaceId}/deployments/create/untenanted/v1`, {
      ProjectName: urgent.project.Name,
      ReleaseVersion: Version,
      EnvironmentNames: [urgent.environment.Name],
      Priority: 'On',
    })

    expect((await waitsFor(first.taskId))?.Text).to.include('1 is before it')
    place.go('on')
    const [before, after] = await Promise.all([
      ended(server, DeploymentServerTasks[0]?.ServerTaskId ?? ''),
      ended(server, first.taskId),
    ])
    expect(Date.parse(before.StartTime ?? '')).to.be.below(Date.parse(after.StartTime ?? ''))
  })

  it('is cancelled at once', async () => {
    const { deploy } = await holding('never')
    const QueueTime = new Date(Date.now() + 3_600_000).toISOString()
    const { taskId } = await deploy({ more: { QueueTime } })

    const task = await server.ask('POST', `/tasks/${taskId}/cancel`)

    expect(task).to.include({ State: 'Canceled', IsCompleted: true, StartTime: null })
  })
})

describe('A running deployment', () => {
  let server: TestServer
  let place: ReturnType<typeof meetingPlace>

  before(async () => {
    server = await startServer()
  })
  beforeEach(() => {
    place = meetingPlace()
  })
  afterEach(() => place.remove())
  after(() => server.stop())

  const isAlive = (pid: number) => {
    try {
      // What has ended and is not collected yet is no process any more.
      return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    } catch {
      return false
    }
  }

  it('that is cancelled leaves no process behind, and runs nothing more', async () => {
    const { deploy } = await projectIn(server, {
      steps: [
        {
          name: 'Sleep',
          script: 'setsid sleep 300 & echo "away: $!"; sleep 300 & echo "child: $!"; wait',
        },
        { name: 'Always', script: 'echo never', condition: 'Always' },
      ],
    })
    const { taskId } = await deploy()
    await says(server, taskId, 'child: ')
    const pids = [...(await logOf(server, taskId)).matchAll(/(?:away|child): (\d+)/g)].map(
      ([, pid]) => Number(pid),
    )

    await server.ask('POST', `/tasks/${taskId}/cancel`)

    const task = await ended(server, taskId)
    expect(task.State).to.equal('Canceled')
    expect(pids).to.have.length(2)
    await until(() => !pids.some(isAlive), 'no process is left')
    expect(await stepsOf(server, taskId)).to.deep.equal([
      'Step 1: Sleep: Canceled',
      'Step 2: Always: Canceled',
    ])
  })

  it('cannot be run once more before it has ended, and then is another', async () => {
    const { deploy, spaceId } = await projectIn(server, {
      steps: [{ name: 'Hold', script: `${place.hold('on')}; echo ran` }],
    })
    const { taskId, deployment, release } = await deploy({ more: { Comments: 'as agreed' } })

    const early = await refusedWith(server.send('POST', `/${spaceId}/tasks/${taskId}/rerun`))
    place.go('on')
    await ended(server, taskId)
    const again = await server.ask<TestTask>('POST', `/${spaceId}/tasks/${taskId}/rerun`)

    expect(early.status).to.equal(400)
    expect(early.text).to.include('not ended')
    expect((await ended(server, again.Id)).State).to.equal('Success')
    const { DeploymentId } = again.Arguments
    expect(DeploymentId).to.not.equal(deployment.Id)
    const other = await server.ask('GET', `/${spaceId}/deployments/${DeploymentId}`)
    expect(other).to.deep.include({ ReleaseId: release.Id, Comments: 'as agreed' })
  })

  it('keeps its release from being deleted', async () => {
    const { deploy, spaceId } = await projectIn(server, {
      steps: [{ name: 'Hold', script: place.hold('on') }],
    })
    const { taskId, release } = await deploy()

    const early = await refusedWith(server.send('DELETE', `/${spaceId}/releases/${release.Id}`))
    place.go('on')
    await ended(server, taskId)
    const late = await server.send('DELETE', `/${spaceId}/releases/${release.Id}`)

    expect(early.status).to.equal(400)
    expect(late.status).to.equal(200)
  })
})
