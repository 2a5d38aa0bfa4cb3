import { expect } from 'chai'
import type { PromotionState } from '#domain/promotion/promotion-state.ts'
import type { RemoteNews } from '#domain/promotion/remote-news.ts'
import { ended, projectIn, refusedWith, type TestProject } from '../support/deploying.ts'
import type { Resource } from '../support/project.ts'
import { teller, trustFarSpace } from '../support/remote-news.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { aName, makeSpace } from '../support/things.ts'
import { trustSettings } from '../support/trusts.ts'
import { until } from '../support/until.ts'

interface Task {
  State: string
  HasPendingInterruptions: boolean
  ServerNode: string | null
}
interface Board {
  Items: ({ EnvironmentId: string; DeploymentId: string; State: string } & Record<
    string,
    unknown
  >)[]
}

describe('A release that is promoted', () => {
  let server: TestServer
  let told: ReturnType<typeof teller>
  let shop: TestProject
  let remote: Resource
  let TrustId: string
  let prod: { spaceId: string }

  before(async () => {
    server = await startServer()
    told = teller(server)
    prod = { spaceId: await makeSpace(server.bus) }
  })
  beforeEach(async () => {
    shop = await projectIn(server, {
      steps: [{ name: 'Greet', script: 'echo hello' }],
      environments: ['Test', 'Afterwards'],
    })
    TrustId = (await trustFarSpace(server, shop, prod)).Id
    remote = await ask('POST', '/environments', { Remote: { TrustId, RemoteName: 'Production' } })
    await phases({ ids: [shop.environment.Id, remote.Id] })
  })
  after(() => server.stop())

  const ask = <T = Resource>(method: string, path: string, body?: unknown) =>
    server.ask<T>(method, `/${shop.spaceId}${path}`, body)
  const send = (method: string, path: string, body?: unknown) =>
    server.send(method, `/${shop.spaceId}${path}`, body)

  /** The lifecycle of the shop: each phase with its environments, by hand unless it is `automatic`. */
  const phases = async (...lists: { ids: unknown[]; automatic?: true }[]) => {
    const { Id: LifecycleId } = await ask('POST', '/lifecycles', {
      Name: aName('Lifecycle'),
      Phases: lists.map(({ ids, automatic }, index) => ({
        Name: `Phase ${index + 1}`,
        [automatic ? 'AutomaticDeploymentTargets' : 'OptionalDeploymentTargets']: ids,
      })),
    })
    const project = `/projects/${shop.project.Id}`
    const PromoteTaskEnds = 'OnReceipt'
    await ask('PUT', project, { ...(await ask('GET', project)), LifecycleId, PromoteTaskEnds })
  }
  const promote = async (about: { release?: Resource; environment?: Resource } = {}) => {
    const made = await shop.deploy({ environment: remote, ...about })
    const { Id } = made.deployment
    await until(
      async () => (await taskOf(made.taskId)).HasPendingInterruptions,
      'its task waits for the other space',
    )
    const tell = (state: PromotionState, more: Partial<RemoteNews> = {}) =>
      told(shop.spaceId, Id, state, more)
    return { ...made, tell }
  }
  const taskOf = (id: string) => server.ask<Task>('GET', `/tasks/${id}`)
  const cell = async (environment: Resource = remote) => {
    const { Items } = await ask<Board>('GET', `/dashboard/dynamic?environments=${environment.Id}`)
    return Items[0]
  }
  const nextOf = async (release: Resource) =>
    (await ask<{ NextDeployments: string[] }>('GET', `/releases/${release.Id}/progression`))
      .NextDeployments

  it('makes a deployment whose task hands it over and waits', async () => {
    const { deployment, taskId, release } = await promote()

    expect(deployment).to.include({ Name: 'Promote to Prod Space: Production', RemoteNews: null })
    const task = await server.ask<Record<string, unknown>>('GET', `/tasks/${taskId}`)
    expect(task).to.include({ Name: 'Promote', State: 'Executing', ServerNode: null })
    expect(task.Description).to.equal(
      `Promote ${shop.project.Name} release ${release.Version} to Prod Space: Production`,
    )
    expect(task.Arguments).to.include({ RemoteSpace: 'Prod Space', DeploymentId: deployment.Id })
    const details = await server.ask<{ WaitsFor: object }>('GET', `/tasks/${taskId}/details`)
    expect(details.WaitsFor).to.include({ Kind: 'promotion' })
    const { Items } = await ask<{ Items: { Wanted: object[] }[] }>('GET', '/promotions')
    expect(Items[0]?.Wanted[0]).to.include({ DeploymentId: deployment.Id, TaskId: taskId })
  })

  it('goes by names too, as the executions API has it', async () => {
    const release = await shop.release()

    const { DeploymentServerTasks } = await ask<{
      DeploymentServerTasks: { DeploymentId: string; ServerTaskId: string }[]
    }>('POST', '/deployments/create/untenanted/v1', {
      SpaceId: shop.spaceId,
      ProjectName: shop.project.Name,
      ReleaseVersion: release.Version,
      EnvironmentNames: [remote.Name],
    })

    const [made] = DeploymentServerTasks
    expect(await server.ask('GET', `/tasks/${made?.ServerTaskId}`)).to.include({ Name: 'Promote' })
  })

  it('is refused without an active trust that lets releases go', async () => {
    const { spaceId } = shop
    const release = await shop.release()
    const wish = { ReleaseId: release.Id, EnvironmentId: remote.Id }
    const refusal = () => refusedWith(send('POST', '/deployments', wish))

    await server.bus.call('trusts.suspend', { spaceId, id: TrustId })
    const first = await refusal()
    await server.bus.call('trusts.resume', { spaceId, id: TrustId })
    await server.bus.call('trusts.modify', {
      ...{ spaceId, id: TrustId, Name: 'Prod Space', ...trustSettings(['ReceiveReceipts']) },
    })
    const second = await refusal()

    expect(first.status).to.equal(400)
    expect(first.text).to.include("The trust 'Prod Space' is suspended")
    expect(second.status).to.equal(400)
    expect(second.text).to.include('does not allow to send releases')
  })

  it('goes whole and without a tenant, and is asked for nothing that is asked there', async () => {
    const Prompt = { Label: 'Whom', Required: true, DisplaySettings: {} }
    await shop.setVariables({ Name: 'Who', Value: '', Prompt })
    const release = await shop.release()
    const wish = { ReleaseId: release.Id, EnvironmentId: remote.Id }

    const tenanted = await refusedWith(send('POST', '/deployments', { ...wish, TenantId: 'T-1' }))
    const parts = await refusedWith(send('POST', '/deployments', { ...wish, SkipActions: ['x'] }))
    const { deployment } = await promote({ release })

    expect(tenanted.status).to.equal(400)
    expect(tenanted.text).to.include('TenantId')
    expect(parts.status).to.equal(400)
    expect(parts.text).to.include('all of its steps')
    expect(deployment.FormValues).to.deep.equal({})
  })

  it('is refused by the lifecycle until the phase before has succeeded', async () => {
    await phases({ ids: [shop.environment.Id] }, { ids: [remote.Id] })
    const release = await shop.release()
    const wish = { ReleaseId: release.Id, EnvironmentId: remote.Id }

    const early = await refusedWith(send('POST', '/deployments', wish))
    await shop.run({ release })
    const { deployment } = await promote({ release })

    expect(early.status).to.equal(400)
    expect(early.text).to.include(`opens when ${shop.environment.Name} has succeeded`)
    expect(deployment.EnvironmentId).to.equal(remote.Id)
  })

  it('counts as deployed by what the other space tells, not by the end of its task', async () => {
    await phases({ ids: [remote.Id] }, { ids: [shop.environment.Id], automatic: true })
    const { release, taskId, deployment, tell } = await promote()

    await tell('Exported')
    await server.bus.call('tasks.settle', { id: taskId, state: 'Success' })
    await ended(server, taskId)
    const waiting = { cell: await cell(), next: await nextOf(release) }
    await tell('Succeeded')
    const done = await cell()
    const automatic = await until(
      async () => (await cell(shop.environment))?.State === 'Success' && cell(shop.environment),
      'the next phase is deployed to by itself',
    )

    expect(waiting.next).to.deep.equal([remote.Id])
    expect(waiting.cell).to.include({ State: 'Executing', IsCompleted: false })
    expect(waiting.cell).to.include({ HasPendingInterruptions: true, CompletedTime: null })
    const { Items } = await ask<{ Items: { News: RemoteNews }[] }>('GET', '/dashboard/remote')
    const of = Items[0]
    expect(of).to.deep.include({ DeploymentId: deployment.Id, EnvironmentId: remote.Id })
    expect(of?.News).to.include({ State: 'Succeeded', RemoteSpace: 'Prod Space' })
    expect(done).to.include({ State: 'Success', IsCompleted: true })
    expect(done?.CompletedTime).to.equal(of?.News.At)
    expect(automatic).to.include({ ReleaseId: release.Id })
  })

  it('ends once, however often and in which order its news come', async () => {
    const { deployment, tell } = await promote()
    const At = '2026-06-01T12:00:00Z'
    const states: unknown[] = []
    const note = async () => states.push((await cell())?.State)

    await tell('Failed', { At, Error: 'The step Migrate failed: code 3' })
    await tell('AwaitingReview')
    await tell('Deploying', { At: '2026-06-01T11:00:00Z' })
    await note()
    expect((await cell())?.ErrorMessage).to.equal('The step Migrate failed: code 3')
    await tell('Deploying', { At: '2026-06-02T12:00:00Z' })
    await note()
    await tell('Succeeded', { At: '2026-06-02T12:05:00Z' })
    await tell('Succeeded', { At: '2026-06-02T12:05:00Z' })
    await tell('Failed', { At })
    await note()

    expect(states).to.deep.equal(['Failed', 'Executing', 'Success'])
    const { Items } = await ask<{ Items: { Category: string; Message: string }[] }>(
      'GET',
      `/events?regarding=${deployment.Id}`,
    )
    const deployed = Items.map(({ Category }) => Category).filter((one) => /^Deploy/.test(one))
    expect(deployed).to.have.members([
      'DeploymentQueued',
      'DeploymentFailed',
      'DeploymentSucceeded',
    ])
    const messages = Items.map(({ Message }) => Message).join()
    expect(messages).to.include('as Prod Space reports')
  })

  it('goes to two spaces in one phase, each with its own end', async () => {
    const elsewhere = await ask('POST', '/environments', {
      ...{ Name: 'Asia: Production', Remote: { TrustId, RemoteName: 'Production of Asia' } },
    })
    await phases({ ids: [remote.Id, elsewhere.Id] }, { ids: [shop.environment.Id] })
    const europe = await promote()
    const { release } = europe
    const asia = await promote({ release, environment: elsewhere })

    await europe.tell('Succeeded')
    const half = await nextOf(release)
    await asia.tell('Succeeded')

    expect(half).to.deep.equal([elsewhere.Id])
    expect(await nextOf(release)).to.deep.equal([shop.environment.Id])
  })

  it('counts for a whole space as its setting says', async () => {
    const spaceOf = (CountsWhen: string) =>
      ask('POST', '/environments', {
        Name: CountsWhen,
        Remote: { TrustId, Kind: 'Space', CountsWhen },
      })
    const [accepted, all] = [await spaceOf('Accepted'), await spaceOf('AllSucceeded')]
    await phases({ ids: [accepted.Id] }, { ids: [all.Id] }, { ids: [shop.environment.Id] })

    const first = await promote({ environment: accepted })
    const { release } = first
    await first.tell('Accepted')
    const opened = await nextOf(release)
    const second = await promote({ release, environment: all })
    const told = (...states: PromotionState[]) =>
      second.tell('Deploying', {
        Environments: states.map((State, index) => ({ Name: `Target ${index}`, State })),
      })
    await told('Succeeded', 'Deploying')
    const half = await nextOf(release)
    await told('Succeeded', 'Succeeded')

    expect(opened).to.deep.equal([all.Id])
    expect(half).to.deep.equal([all.Id])
    expect(await nextOf(release)).to.deep.equal([shop.environment.Id])
    expect(await cell(accepted)).to.include({ State: 'Executing' })
  })

  it('is withdrawn when its task is cancelled, and may be deleted then', async () => {
    const { deployment, taskId } = await promote()
    const running = await send('DELETE', `/deployments/${deployment.Id}`)

    await server.ask('POST', `/tasks/${taskId}/cancel`)
    const task = await ended(server, taskId)
    await ask('DELETE', `/deployments/${deployment.Id}`)

    expect(running.status).to.equal(400)
    expect(task.State).to.equal('Canceled')
    const { Items } = await ask<{ Items: { State: string }[] }>('GET', '/promotions')
    expect(Items[0]?.State).to.equal('Withdrawn')
    expect(await cell()).to.equal(undefined)
    // What comes later is of nobody.
    await told(shop.spaceId, deployment.Id, 'Accepted')
  })

  it('is promoted once more by who runs its task again', async () => {
    const { taskId, tell } = await promote()
    await tell('Rejected', { Error: 'Not on a Friday.' })
    await server.bus.call('tasks.settle', {
      id: taskId,
      state: 'Failed',
      error: 'Not on a Friday.',
    })
    const task = await ended(server, taskId)

    const again = await server.ask<Resource>('POST', `/tasks/${taskId}/rerun`)

    expect(task.ErrorMessage).to.equal('Not on a Friday.')
    expect(again).to.include({ Name: 'Promote' })
    expect(again.Id).to.not.equal(taskId)
  })

  it('holds nobody up while it waits, with a node that does one thing at a time', async () => {
    const { Items } = await server.ask<{ Items: Resource[] }>('GET', '/octopusservernodes')
    const node = `/octopusservernodes/${Items[0]?.Id}`
    const before = await server.ask('GET', node)
    await server.ask('PUT', node, { ...before, MaxConcurrentTasks: 1 })

    const [first, second] = [await promote(), await promote()]
    const { task } = await shop.run()
    await server.ask('PUT', node, before)

    expect(task.State).to.equal('Success')
    for (const { taskId } of [first, second])
      expect(await taskOf(taskId)).to.include({ State: 'Executing', HasPendingInterruptions: true })
  })
})
