import { expect } from 'chai'
import { formatLine } from '#domain/log-line.ts'
import { linesOf, logOf } from '../../services/scheduler/task-log.ts'
import { ended, refusedWith, type TestTask } from '../support/deploying.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeSpace } from '../support/things.ts'

describe('A task by hand', () => {
  let server: TestServer

  before(async () => {
    server = await startServer()
  })
  after(() => server.stop())

  it('checks the worker again', async () => {
    const response = await server.send('POST', '/tasks', { Name: 'Health' })
    const task = (await response.json()) as TestTask

    expect(response.status).to.equal(201)
    expect(task).to.include({ State: 'Queued', Description: 'Check the built-in worker' })
    expect(await ended(server, task.Id)).to.include({ State: 'Success', CanRerun: true })
    const again = await server.ask<TestTask>('POST', `/tasks/${task.Id}/rerun`)
    expect(again.Id).to.not.equal(task.Id)
    expect(await ended(server, again.Id)).to.include({ State: 'Success' })
  })

  it('checks the workers that it names, and says which of them it cannot reach', async () => {
    const pool = await server.ask<{ Id: string }>('POST', '/workerpools', {
      Name: 'Old ones',
      WorkerPoolType: 'StaticWorkerPool',
    })
    const worker = await server.ask<{ Id: string }>('POST', '/workers', {
      Name: 'Tentacle',
      WorkerPoolIds: [pool.Id],
      Endpoint: {
        CommunicationStyle: 'TentaclePassive',
        Uri: 'https://example.com/',
        Thumbprint: 'AB',
      },
    })

    const task = await server.ask<TestTask>('POST', '/Spaces-1/tasks', {
      Name: 'Health',
      Arguments: { MachineIds: [worker.Id], Timeout: '00:05:00' },
    })

    expect(task).to.include({ Description: 'Check the health of workers' })
    expect(await ended(server, task.Id)).to.include({ State: 'Failed' })
    const checked = await server.ask('GET', `/workers/${worker.Id}`)
    expect(checked).to.include({ HealthStatus: 'Unavailable' })
  })

  it('is none of a kind that cannot be asked for', async () => {
    const response = await refusedWith(server.send('POST', '/tasks', { Name: 'AdHocScript' }))

    expect(response.status).to.equal(501)
    expect(response.text).to.include("tasks of the kind 'AdHocScript' by hand")
  })

  it('cannot stop the deletion of a space, nor be run again after it', async () => {
    const spaceId = await makeSpace(server.bus)
    const space = await server.ask('GET', `/spaces/${spaceId}`)
    await server.ask('PUT', `/spaces/${spaceId}`, { ...space, TaskQueueStopped: true })
    await server.bus.call('nodes.modify', { id: await node(), IsInMaintenanceMode: true })
    await server.ask('DELETE', `/spaces/${spaceId}`)
    const { Items } = await server.bus.call('tasks.list', { name: 'DeleteSpace' })
    const id = Items[0]?.Id ?? ''

    const refused = await refusedWith(server.send('POST', `/tasks/${id}/cancel`))
    await server.bus.call('nodes.modify', { id: await node(), IsInMaintenanceMode: false })

    expect(refused.status).to.equal(400)
    expect(refused.text).to.include('a part of the space has gone')
    expect(await ended(server, id)).to.include({ State: 'Success', CanRerun: false })
    const again = await refusedWith(server.send('POST', `/tasks/${id}/rerun`))
    expect(again.status).to.equal(400)
  })

  const node = async () => (await server.bus.call('nodes.list', {})).Items[0]?.Id ?? ''
})

describe('The log of a task', () => {
  const id = 'ServerTasks-logoftests01'
  const log = logOf(id)

  before(async () => {
    for (let batch = 0; batch < 20; batch++)
      await log.append({
        activity: `step-${batch % 2}`,
        text: [
          formatLine(batch, 'v', `detail ${batch}`),
          formatLine(batch, 'i', `line ${batch}`),
          ...(batch % 5 === 0 ? [formatLine(batch, 'w', `problem ${batch}`)] : []),
        ].join(''),
      })
  })
  after(() => log.remove())

  const texts = async (wish: Parameters<typeof linesOf>[1]) =>
    (await linesOf(id, wish)).Items.map(({ MessageText }) => MessageText)

  it('has its last lines of a level', async () => {
    expect(await texts({ tail: 3, level: 'problems' })).to.deep.equal([
      ...['problem 5', 'problem 10', 'problem 15'],
    ])
    expect(await texts({ tail: 2, level: 'normal' })).to.deep.equal(['line 18', 'line 19'])
    expect(await texts({ tail: 100, level: 'problems' })).to.have.length(4)
  })

  it('has the last lines of one activity', async () => {
    const of = { activity: `${id}/step-1`, tail: 2 }

    expect(await texts({ ...of, level: 'normal' })).to.deep.equal(['line 17', 'line 19'])
    expect(await texts({ ...of, level: 'problems' })).to.deep.equal(['problem 5', 'problem 15'])
  })

  it('has its lines from a number on, and says where to go on', async () => {
    const first = await linesOf(id, { from: 1, take: 2, level: 'problems' })
    const rest = await linesOf(id, { from: first.Next ?? 0, take: 2, level: 'problems' })

    expect(first.Items.map(({ MessageText }) => MessageText)).to.deep.equal([
      ...['problem 0', 'problem 5'],
    ])
    expect(rest.Items.map(({ MessageText }) => MessageText)).to.deep.equal([
      ...['problem 10', 'problem 15'],
    ])
    expect(rest.Next).to.equal(null)
    expect(await texts({ from: 2, take: 2 })).to.deep.equal(['line 0', 'problem 0'])
  })
})
