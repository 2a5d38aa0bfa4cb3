import { expect } from 'chai'
import { ended, meetingPlace, projectIn, type TestTask } from '../support/deploying.ts'
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

  it('is there for each request that was told so, and for no other, however long that takes', async () => {
    await changeNode({ IsInMaintenanceMode: true })
    const project = await projectIn(server, { steps: [{ name: 'Run', script: 'echo ran' }] })
    const release = await project.release()
    const body = { ReleaseId: release.Id, EnvironmentId: project.environment.Id }
    const { options } = server.broker
    const { requestTimeout } = options

    // So long for each call, in ms: what all of them take together is more.
    options.requestTimeout = 60
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async () => {
        const { status } = await server.send('POST', `/${project.spaceId}/deployments`, body)
        return status
      }),
    ).finally(() => Object.assign(options, { requestTimeout }))

    const made = statuses.filter((status) => status === 201).length
    // What still went on of the others has had its turn before this one's.
    await project.deploy({ release })
    const { TotalResults } = await server.ask<{ TotalResults: number }>(
      'GET',
      `/${project.spaceId}/deployments?projects=${project.project.Id}`,
    )
    expect(statuses.filter((status) => status !== 201 && status !== 503)).to.deep.equal([])
    expect(TotalResults).to.equal(made + 1)
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

  it('does not start too late, whenever its place becomes free', async () => {
    const { deploy, release } = await holding('before')
    const made = await release()
    await deploy({ release: made })
    await place.arrival('before')
    const expiry = Date.now() + 300
    const QueueTimeExpiry = new Date(expiry).toISOString()
    const { taskId } = await deploy({ release: made, more: { QueueTimeExpiry } })
    await until(() => Date.now() > expiry, 'its time is over')

    place.go('on')

    expect((await ended(server, taskId)).State).to.equal('TimedOut')
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
