import { expect } from 'chai'
import type { Bus } from '#bus'
import { openStore } from '#store/connection.ts'
import {
  deploymentSchema,
  rowSchema,
  type StoredDeployment,
} from '../../services/deployments/deployment.model.ts'
import { repairQueue } from '../../services/deployments/repair.ts'
import { projectIn, type TestProject } from '../support/deploying.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

interface Event {
  Category: string
  RelatedDocumentIds: string[]
}
interface Board {
  Items: { ReleaseVersion: string; IsCurrent: boolean; State: string }[]
}

describe('What follows from a deployment', () => {
  let server: TestServer
  let shop: TestProject

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    shop = await projectIn(server, {
      steps: [{ name: 'Greet', script: 'echo hello' }],
      environments: ['Test', 'Production'],
    })
  })
  after(() => server.stop())

  const ask = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) =>
    server.ask<T>(method, `/${shop.spaceId}${path}`, body)
  const models = async () => {
    const store = await openStore(server.broker.namespace)
    return {
      Deployment: store.model<StoredDeployment>('Deployment', deploymentSchema),
      DashboardRow: store.model('DashboardRow', rowSchema),
    }
  }
  const settled = (deploymentId: string) =>
    until(async () => {
      const { Deployment } = await models()
      return (await Deployment.findById(deploymentId).lean())?._outcome
    }, 'it is noted how it has ended')
  const shown = async () => {
    const path = `/dashboard/dynamic?projects=${shop.project.Id}&includePrevious=true`
    const { Items } = await ask<Board>('GET', path)
    return Items.map(({ ReleaseVersion, IsCurrent }) => [ReleaseVersion, IsCurrent])
  }

  it('is in the audit trail, each part once', async () => {
    const { deployment } = await shop.run()
    await settled(deployment.Id)

    const { Items } = await ask<{ Items: Event[] }>('GET', `/events?regarding=${deployment.Id}`)
    expect(Items.map(({ Category }) => Category)).to.have.members([
      'DeploymentQueued',
      'DeploymentStarted',
      'DeploymentSucceeded',
    ])
  })

  it('is one automatic deployment, however often it is due', async () => {
    const [test, production] = shop.environments.map(({ Id }) => Id)
    const { Id: lifecycle } = await ask<{ Id: string }>('POST', '/lifecycles', {
      Name: 'Straight on',
      Phases: [
        { Name: 'First', OptionalDeploymentTargets: [test] },
        { Name: 'Second', AutomaticDeploymentTargets: [production] },
      ],
    })
    const project = `/projects/${shop.project.Id}`
    await ask('PUT', project, { ...(await ask('GET', project)), LifecycleId: lifecycle })
    const { release } = await shop.run()
    const about = { spaceId: shop.spaceId, releaseId: release.Id }

    await Promise.all(
      Array.from({ length: 8 }, () => server.bus.call('deployments.automate', about)),
    )
    await until(
      async () => (await ask<Board>('GET', `/releases/${release.Id}/deployments`)).Items.length > 1,
      'the second phase is deployed to',
    )

    const made = await server.bus.call('deployments.list', {
      spaceId: shop.spaceId,
      environments: [String(production)],
    })
    expect(made.Items.map(({ DeployedBy }) => DeployedBy)).to.deep.equal(['system'])
  })

  it('leaves the dashboard with what was there before, when it is deleted', async () => {
    const first = await shop.run()
    const second = await shop.run()
    const third = await shop.run()
    await settled(third.deployment.Id)

    const before = await shown()
    await ask('DELETE', `/deployments/${third.deployment.Id}`)
    const without = await shown()
    await ask('DELETE', `/releases/${second.release.Id}`)
    const first1 = await shown()
    await ask('DELETE', `/releases/${first.release.Id}`)

    expect(before).to.deep.equal([
      ['0.0.3', true],
      ['0.0.2', false],
    ])
    expect(without).to.deep.equal([
      ['0.0.2', true],
      ['0.0.1', false],
    ])
    expect(first1).to.deep.equal([['0.0.1', true]])
    expect(await shown()).to.deep.equal([])
    const tasks = await server.bus.call('tasks.list', { spaceId: shop.spaceId })
    expect(tasks.Items).to.deep.equal([])
  })

  it('is not lost with a crash between the deployment and its task', async () => {
    const { Deployment, DashboardRow } = await models()
    const { deployment } = await shop.run()
    const like = await Deployment.findById(deployment.Id).lean()
    if (!like) throw new Error('It is not there.')
    const lost = { ...like, TaskId: 'ServerTasks-neverstored1', _outcome: null }
    await Deployment.create({ ...lost, _id: 'Deployments-lost1' })
    await Deployment.create({
      ...{ ...lost, _id: 'Deployments-lost2', TaskId: 'ServerTasks-neverstored2' },
      EnvironmentId: 'Environments-gone',
    })
    const service = {
      broker: server.broker as unknown as Bus, // As a service has it, typed.
      models: { Deployment, DashboardRow },
      logger: server.broker.logger,
    }

    await repairQueue(service, '', Date.now())
    const [early] = await server.bus.call('tasks.known', { ids: [lost.TaskId] })
    await repairQueue(service, '', Date.now() + 61_000)

    expect(early).to.equal(undefined)
    expect(await settled('Deployments-lost1')).to.equal('Success')
    // Of one whose environment has gone meanwhile, nothing can be deployed.
    expect(await settled('Deployments-lost2')).to.equal('Canceled')
    expect(await server.bus.call('tasks.missing', { ids: [lost.TaskId, 'x'] })).to.deep.equal(['x'])
  })

  it('is tried again when it fails, and holds up nothing of another', async () => {
    const { Deployment } = await models()
    const first = await shop.deploy()
    // Its lifecycle cannot be asked any more.
    await openStore(server.broker.namespace).then((store) =>
      store
        .collection('releases')
        .updateOne(
          { _id: first.release.Id as unknown as never },
          { $set: { ChannelId: 'Channels-gone' } },
        ),
    )
    const second = await shop.deploy({ environment: shop.environment })

    expect(await settled(second.deployment.Id)).to.equal('Success')
    await until(
      async () => (await Deployment.findById(first.deployment.Id).lean())?._outcome,
      'the first is noted too',
    )
  })

  it('leaves no project half deleted when it is deleted while one is queued', async () => {
    const { deployment } = await shop.deploy({ more: { QueueTime: inAnHour() } })

    await ask('DELETE', `/projects/${shop.project.Id}`)

    const of = { ids: [String(deployment.TaskId)] }
    expect(await server.bus.call('tasks.missing', of)).to.deep.equal(of.ids)
    expect(await shown()).to.deep.equal([])
  })
})

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
