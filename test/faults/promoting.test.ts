import { expect } from 'chai'
import { shortForm } from '#domain/bundle/identity.ts'
import { ADMIN_KEY, type Home, newHome, type ServerProcess } from '../support/process.ts'
import { newProject, type Resource } from '../support/project.ts'
import { trustSettings } from '../support/trusts.ts'
import { until } from '../support/until.ts'

interface Task {
  State: string
  IsCompleted: boolean
  HasPendingInterruptions: boolean
}

describe('A promotion that waits', function () {
  this.timeout(60_000)
  let home: Home
  let server: ServerProcess

  before(async () => {
    home = newHome()
    server = await home.start()
  })
  after(() => home.remove())

  /** Of whichever server there is at the time. */
  const ask = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) =>
    server.ask<T>(method, path, body)
  const text = async (path: string) => {
    const headers = { 'X-Octopus-ApiKey': ADMIN_KEY }
    return (await fetch(`${server.url}/api${path}`, { headers })).text()
  }
  const taskWhen = (id: string, is: (task: Task) => boolean) =>
    until(
      async () => {
        const task = await server.ask<Task>('GET', `/tasks/${id}`)
        return is(task) && task
      },
      'its task is so',
      40_000,
    )
  /** An environment of another space, to which files are carried. */
  async function remote(): Promise<Resource> {
    const there = await server.ask<Resource>('POST', '/spaces', {
      ...{ Name: 'Prod', SpaceManagersTeams: ['teams-administrators'] },
    })
    const trust = await server.ask<Resource>('POST', '/Spaces-1/trusts', {
      ...{ Document: await text(`/${there.Id}/identity/document`), Name: 'Prod Space' },
      ...{ ...trustSettings(), Transport: { Kind: 'Disconnected' } },
    })
    const ConfirmFingerprint = shortForm(String(trust.Fingerprint))
    await server.ask('POST', `/Spaces-1/trusts/${trust.Id}/confirm`, { ConfirmFingerprint })
    const Remote = { TrustId: trust.Id, RemoteName: 'Production' }
    return server.ask<Resource>('POST', '/Spaces-1/environments', { Remote })
  }

  it('waits on after kill -9, holds nobody up, and can be withdrawn', async () => {
    const made = await newProject(ask, { steps: [{ name: 'Greet', script: 'echo hello' }] })
    const environment = await remote()
    const { Id: LifecycleId } = await server.ask<Resource>('POST', '/Spaces-1/lifecycles', {
      Name: 'All at once',
      Phases: [{ Name: 'All', OptionalDeploymentTargets: [made.environment.Id, environment.Id] }],
    })
    const PromoteTaskEnds = 'OnReceipt'
    const project = { ...made.project, LifecycleId, PromoteTaskEnds }
    await server.ask('PUT', `/Spaces-1/projects/${made.project.Id}`, project)
    const { Items } = await server.ask<{ Items: Resource[] }>('GET', '/octopusservernodes')
    const node = { ...Items[0], MaxConcurrentTasks: 1 }
    await server.ask('PUT', `/octopusservernodes/${Items[0]?.Id}`, node)
    const { taskId } = await made.deploy({ environment })
    await taskWhen(taskId, (task) => task.HasPendingInterruptions)

    await server.kill()
    server = await home.start()
    const other = await made.deploy()
    const done = await taskWhen(other.taskId, (task) => task.IsCompleted)
    const waiting = await server.ask<Task>('GET', `/tasks/${taskId}`)
    await server.ask('POST', `/tasks/${taskId}/cancel`)
    await server.kill()
    server = await home.start()
    const end = await taskWhen(taskId, (task) => task.IsCompleted)

    expect(done.State).to.equal('Success')
    expect(waiting).to.include({ State: 'Executing', HasPendingInterruptions: true })
    expect(end.State).to.equal('Canceled')
    const [promotion] = (
      await server.ask<{ Items: { State: string }[] }>('GET', '/Spaces-1/promotions')
    ).Items
    expect(promotion?.State).to.equal('Withdrawn')
  })
})
