import { expect } from 'chai'
import { closeStore, openStore } from '#store/connection.ts'
import { followImports } from '../../services/releases/importing.ts'
import { ended, logOf, refusedWith } from '../support/deploying.ts'
import { stepOf } from '../support/project.ts'
import { complete, imported, stage } from '../support/remote.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { faultsOf, lifecycleBody, makeEnvironment, makeSpace, refusal } from '../support/things.ts'

interface WithChannels {
  models: { Channel: { collection: { insertOne: unknown } } }
}

describe('A release of another space', () => {
  let server: TestServer
  let spaceId: string

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
  })
  after(() => server.stop())

  const deploy = async (releaseId: string, environmentId: string) => {
    const deployment = await server.ask('POST', `/${spaceId}/deployments`, {
      ReleaseId: releaseId,
      EnvironmentId: environmentId,
    })
    return { deployment, taskId: String(deployment.TaskId) }
  }
  const greet = (text: string) => stepOf({ name: 'Greet', script: `echo "${text}"` })
  const revision = (about: Awaited<ReturnType<typeof imported>>['about'], Revision: number) => ({
    ...about,
    Remote: { ...about.Remote, Revision, BundleId: `bundle-${Revision}` },
  })

  it('is deployed like any other, and shows where it is from', async () => {
    const environment = await makeEnvironment(server.bus, spaceId)
    const { release } = await imported(server.bus, spaceId, { steps: [greet('it runs')] })

    const { taskId } = await deploy(release.Id, environment.Id)
    const task = await ended(server, taskId)

    expect(task.State).to.equal('Success')
    expect(await logOf(server, taskId)).to.include('it runs')
    const shown = await server.ask('GET', `/${spaceId}/releases/${release.Id}`)
    expect(shown.Remote).to.include({ RemoteSpace: 'DevTest Space', Revision: 1 })
    expect(shown.Version).to.equal('1.4.2')
  })

  it('goes by itself where its lifecycle sends releases by themselves', async () => {
    const environment = await makeEnvironment(server.bus, spaceId)
    const { Id: LifecycleId } = await server.bus.call('lifecycles.create', {
      ...{ spaceId, ...lifecycleBody('Automatic') },
      Phases: [{ Name: 'First', AutomaticDeploymentTargets: [environment.Id] }],
    })

    const { release } = await imported(server.bus, spaceId, {
      ...{ steps: [greet('by itself')], project: { LifecycleId } },
      templates: [{ Name: 'Asked' }],
      values: [{ EnvironmentId: environment.Id, Name: 'Asked', Value: 'x' }],
    })

    const { Items } = await server.bus.call('deployments.list', {
      ...{ spaceId, releaseId: release.Id },
    })
    expect(Items.map(({ EnvironmentId }) => EnvironmentId)).to.deep.equal([environment.Id])
  })

  it('gets another revision, keeps the one before, and ignores an older one', async () => {
    const { about, release, project } = await imported(server.bus, spaceId, {
      steps: [greet('one')],
    })
    const of = { spaceId, projectId: project.Id }
    const { SnapshotId } = await server.bus.call('processes.putRemote', {
      ...{ ...of, Steps: complete([greet('two')]) },
    })

    const second = { ...revision(about, 2), ProcessSnapshotId: SnapshotId }
    const after = await server.bus.call('releases.importRemote', second)
    const again = await server.bus.call('releases.importRemote', about)

    expect(again).to.deep.equal(after)
    expect(after.ProjectDeploymentProcessSnapshotId).to.equal(SnapshotId)
    expect(after.Remote?.Revision).to.equal(2)
    expect(after.Remote?.Revisions.map(({ Revision }) => Revision)).to.deep.equal([1])
    expect(after.Remote?.Revisions[0]).to.include({
      ProjectDeploymentProcessSnapshotId: release.ProjectDeploymentProcessSnapshotId,
    })
    const process = await server.bus.call('processes.get', of)
    expect(JSON.stringify(process.Steps)).to.include('two')
  })

  it('revised while it is deployed, leaves that deployment as it was made', async () => {
    const environment = await makeEnvironment(server.bus, spaceId)
    const selected = { ActionName: 'Greet', StepName: 'Greet', PackageReferenceName: '' }
    const { about, release } = await imported(server.bus, spaceId, {
      ...{ steps: [greet('one')], release: { SelectedPackages: [{ ...selected, Version: '1' }] } },
    })
    const { deployment } = await deploy(release.Id, environment.Id)

    await server.bus.call('releases.importRemote', {
      ...{ ...revision(about, 2), SelectedPackages: [{ ...selected, Version: '2' }] },
    })

    const id = String(deployment.Id)
    const { packages, steps } = await server.bus.call('deployments.execution', { spaceId, id })
    expect(packages.map(({ Version }) => Version)).to.deep.equal(['1'])
    expect(JSON.stringify(steps)).to.include('one')
  })

  it('is not deployed without the pool that it was mapped to, which is named', async () => {
    const environment = await makeEnvironment(server.bus, spaceId)
    const TargetId = 'WorkerPools-gone'
    const Mappings = [
      { Kind: 'WorkerPool' as const, Name: 'Linux', TargetId },
      { Kind: 'Environment' as const, Name: 'Staging', TargetId: 'Environments-gone' },
    ]
    const { release } = await imported(server.bus, spaceId, {
      release: { Remote: { Mappings } },
    })

    const { status, text } = await refusedWith(
      server.send('POST', `/${spaceId}/deployments`, {
        ReleaseId: release.Id,
        EnvironmentId: environment.Id,
      }),
    )

    expect(status).to.equal(400)
    expect(text).to.include("worker pool 'Linux'").and.include(TargetId)
    expect(text).not.to.include('Staging')
  })

  it('is one of two that come at once, and another with its version is refused', async () => {
    const { release } = await stage(server.bus, spaceId)
    const [one, other] = await Promise.all([
      server.bus.call('releases.importRemote', release),
      server.bus.call('releases.importRemote', release),
    ])

    const twin = { ...release, Id: 'Releases-another' }
    const error = await refusal(server.bus.call('releases.importRemote', twin))

    expect(one).to.deep.equal(other)
    expect(faultsOf(error)[0]).to.include('version 1.4.2 already')
  })

  it('can be deleted, which is told', async () => {
    const { release } = await imported(server.bus, spaceId)
    const ids = [release.Id]
    const before = await server.bus.call('releases.known', { spaceId, ids })

    await server.ask('DELETE', `/${spaceId}/releases/${release.Id}`)

    expect(before).to.deep.equal(ids)
    expect(await server.bus.call('releases.known', { spaceId, ids })).to.deep.equal([])
  })

  it('whose consequences a crash has cut is what its project is after the next start', async () => {
    const { project, release } = await imported(server.bus, spaceId, { steps: [greet('one')] })
    const store = await openStore(server.broker.namespace)
    const id = `deploymentprocess-${project.Id}`
    const change = (collection: string, _id: string, fields: object) =>
      store.collection<{ _id: string }>(collection).updateOne({ _id }, { $set: fields })
    await change('deploymentprocesses', id, { Steps: [] })
    await change('releases', release.Id, { _follow: ['projects', 'deployments'] })
    const cut = await server.bus.call('processes.get', { spaceId, id })

    // What the service does at its start, and now and then.
    await followImports(server.broker.getLocalService('releases') as never)
    await closeStore()

    const process = await server.bus.call('processes.get', { spaceId, id })
    expect(cut.Steps).to.deep.equal([])
    expect(process.Steps.map(({ Name }) => Name)).to.deep.equal(['Greet'])
  })

  it('is imported whole at the second try, when the first has made its project alone', async () => {
    const { projectId, release } = await stage(server.bus, spaceId, { steps: [greet('one')] })
    const { models } = server.broker.getLocalService('channels') as unknown as WithChannels
    const channels = models.Channel.collection
    const { insertOne } = channels
    channels.insertOne = () => Promise.reject(new Error('The power is gone.'))
    await refusal(server.bus.call('releases.importRemote', release))
    channels.insertOne = insertOne
    const cut = await server.bus.call('releases.list', { spaceId })

    const made = await server.bus.call('releases.importRemote', release)

    expect(cut.TotalResults).to.equal(0)
    expect(made).to.include({ Id: release.Id, ProjectId: projectId })
    const process = await server.bus.call('processes.get', { spaceId, projectId })
    expect(process.Steps).to.have.length(1)
  })
})
