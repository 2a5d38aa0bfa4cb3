import { expect } from 'chai'
import { newKeys, publicOf } from '#bus/messages.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { aName, makeSpace, refusal, workerBody } from '../support/things.ts'

describe('A worker that a client writes down', () => {
  let server: TestServer
  let spaceId: string
  let poolId: string

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
    poolId = (await server.bus.call('workerpools.default', { spaceId })).Id
  })
  after(() => server.stop())

  const make = (more: object = {}) =>
    server.bus.call('workers.create', { spaceId, ...workerBody(aName(), [poolId]), ...more })
  const makePool = () =>
    server.bus.call('workerpools.create', {
      ...{ spaceId, Name: aName(), Description: '' },
      ...{ WorkerPoolType: 'StaticWorkerPool', IsDefault: false },
    })
  const eventsOf = async (id: string) => {
    const { Items } = await server.bus.call('events.list', { spaces: [spaceId], regarding: [id] })
    return Items.map(({ Category }) => Category)
  }

  it('is there without contact to the machine, the same when it is created, read and listed', async () => {
    const created = await make()

    const read = await server.bus.call('workers.get', { spaceId, id: created.Id })
    const { Items } = await server.bus.call('workers.list', { spaceId })
    expect(read).to.deep.equal(created)
    expect(Items).to.deep.equal([created])
    expect(created).to.include({ HealthStatus: 'Unknown', Status: 'Unknown', Fingerprint: null })
    expect(await eventsOf(created.Id)).to.deep.equal(['MachineAdded'])
  })

  it('stays as it is when what was read is sent back', async () => {
    const path = `/${spaceId}/workers`
    const created = await server.ask('POST', path, {
      ...workerBody(aName(), [poolId]),
      IsDisabled: true,
    })

    const after = await server.ask('PUT', `${path}/${created.Id}`, created)

    expect(after).to.deep.equal(created)
    expect(after.Status).to.equal('Disabled')
  })

  it('takes over what a change says of it', async () => {
    const { Id: id } = await make()
    const pool = await makePool()
    const Endpoint = { CommunicationStyle: 'Ssh', Host: 'build-1', Port: 22, Fingerprint: 'ab:cd' }

    const after = await server.bus.call('workers.modify', {
      ...{ spaceId, id, Name: 'Renamed', Endpoint, WorkerPoolIds: [pool.Id] },
      ...{ IsDisabled: true, SkipInitialHealthCheck: false },
    })

    expect(after).to.deep.include({ Name: 'Renamed', Endpoint, WorkerPoolIds: [pool.Id] })
    expect(after.LastModifiedBy).to.equal('system')
  })

  it('must have a pool of its space, a policy of its space and an endpoint for workers', async () => {
    const otherSpace = await makeSpace(server.bus)
    const foreign = await server.bus.call('workerpools.default', { spaceId: otherSpace })
    const bad = [
      { WorkerPoolIds: [] },
      { WorkerPoolIds: [foreign.Id] },
      { MachinePolicyId: 'MachinePolicies-none' },
      { Endpoint: { CommunicationStyle: 'OfflineDrop' } },
      { Endpoint: { CommunicationStyle: 'TentaclePassive', Thumbprint: 'A' } },
      { Endpoint: { CommunicationStyle: 'TentaclePassive', Uri: 'no address', Thumbprint: 'A' } },
    ]

    const refusals = await Promise.all(bad.map((more) => refusal(make(more))))

    expect(refusals.map(({ code }) => code)).to.deep.equal(bad.map(() => 400))
    expect((await server.bus.call('workers.list', { spaceId })).TotalResults).to.equal(0)
  })

  it('is found by pool, style, health, thumbprint, and whether it is disabled', async () => {
    const pool = await makePool()
    const one = await make({ IsDisabled: true })
    const two = await make({ WorkerPoolIds: [pool.Id], Endpoint: { CommunicationStyle: 'Ssh' } })
    const named = async (query: string) => {
      const { Items } = await server.ask<{ Items: { Id: string }[] }>(
        'GET',
        `/${spaceId}/workers?${query}`,
      )
      return Items.map(({ Id }) => Id)
    }

    const found = {
      pool: await named(`workerPoolIds=${pool.Id}`),
      style: await named('commStyles=TentaclePassive,Kubernetes'),
      health: await named('healthStatuses=Healthy'),
      disabled: await named('isDisabled=true'),
      thumbprint: await named(`thumbprint=${'A'.repeat(40)}`),
    }
    const ofPool = await server.ask<{ Items: { Id: string }[] }>(
      'GET',
      `/${spaceId}/workerpools/${pool.Id}/workers`,
    )

    expect(found).to.deep.equal({
      ...{ pool: [two.Id], style: [one.Id], health: [], disabled: [one.Id] },
      thumbprint: [one.Id],
    })
    expect(ofPool.Items.map(({ Id }) => Id)).to.deep.equal([two.Id])
  })

  it('counts in the summary of its pools', async () => {
    const pool = await makePool()
    await make({ IsDisabled: true })
    await make({ WorkerPoolIds: [poolId, pool.Id], Endpoint: { CommunicationStyle: 'Ssh' } })

    const all = await server.bus.call('workerpools.summary', { spaceId })
    const ssh = await server.bus.call('workerpools.summary', {
      ...{ spaceId, commStyles: ['Ssh'], isDisabled: true, hideEmptyWorkerPools: true },
    })

    expect(all).to.deep.include({
      ...{ TotalMachines: 2, TotalDisabledMachines: 1, MachineHealthStatuses: { Unknown: 2 } },
      MachineEndpointSummaries: { TentaclePassive: 1, Ssh: 1 },
    })
    expect(all.WorkerPoolSummaries.map(({ TotalMachines }) => TotalMachines)).to.deep.equal([2, 1])
    expect(ssh).to.deep.include({ TotalMachines: 0, WorkerPoolSummaries: [] })
  })

  it('gets no work, and yet its pool is not without workers', async () => {
    await make()

    const found = await server.bus.call('workers.ofPool', { spaceId, poolId })

    expect(found).to.deep.equal({ workers: [], hasAny: true })
  })

  it('is unavailable to a health check, which says what to do; a disabled one stays as it is', async () => {
    const { Id: id } = await make()
    const disabled = await make({ IsDisabled: true })

    const checked = await server.bus.call('workers.check', { spaceId, poolId })

    const [first] = checked.filter(({ Id }) => Id === id)
    expect(first).to.include({ HealthStatus: 'Unavailable', Status: 'Offline' })
    expect(first?.StatusSummary).to.match(/npm run worker/)
    expect(checked.find(({ Id }) => Id === disabled.Id)).to.deep.equal(disabled)
    expect(await eventsOf(id)).to.deep.equal(['MachineUnavailable', 'MachineAdded'])
  })

  it('is told of once however often it is checked', async () => {
    const { Id: id } = await make()

    await Promise.all([1, 2, 3].map(() => server.bus.call('workers.check', { spaceId, ids: [id] })))

    expect(await eventsOf(id)).to.deep.equal(['MachineUnavailable', 'MachineAdded'])
  })

  it('keeps its pool from being deleted, as long as it is there', async () => {
    const pool = await makePool()
    const { Id: id } = await make({ WorkerPoolIds: [pool.Id] })
    const remove = () => server.bus.call('workerpools.remove', { spaceId, id: pool.Id })

    const refused = await refusal(remove())
    await server.bus.call('workers.remove', { spaceId, id })
    await remove()

    expect(refused.code).to.equal(400)
    expect(refused.message).to.match(/has workers \(1\)/)
    expect(await eventsOf(id)).to.include('MachineDeleted')
  })

  it('does not wait for approval', async () => {
    const { Id: id } = await make()

    const refused = await refusal(
      server.bus.call('workers.approve', {
        ...{ spaceId, id, Fingerprint: 'A'.repeat(40), WorkerPoolIds: [poolId] },
      }),
    )

    expect(refused).to.include({ code: 400, type: 'REFUSED' })
  })

  it('goes with its space', async () => {
    const { Id: id } = await make()

    await server.bus.call('workers.eraseSpace', { spaceId })

    expect(await refusal(server.bus.call('workers.get', { spaceId, id }))).to.include({ code: 404 })
  })

  it('is not the built-in one, which is known to the scheduler and in no list', async () => {
    const Keys = publicOf(await newKeys())
    const Id = `Workers-${aName().replace(/\W/g, '')}`
    await server.bus.call('workers.builtIn', { Id, Node: 'OctopusServerNodes-here', Keys })

    const known = await server.bus.call('workers.known', { id: Id })

    expect(known).to.deep.include({ Id, SpaceId: null, Node: 'OctopusServerNodes-here', Keys })
    expect((await server.bus.call('workers.list', { spaceId })).TotalResults).to.equal(0)
    expect(await server.bus.call('workers.known', { id: 'Workers-nobody' })).to.equal(null)
  })

  it('cannot join where there is no Redis for it', async function () {
    if (process.env.REDIS_URL) this.skip()
    const answer = await server.send('POST', `/${spaceId}/workertokens`, {
      WorkerPoolIds: [poolId],
    })

    const { Errors } = (await answer.json()) as { Errors: string[] }
    expect(answer.status).to.equal(400)
    expect(Errors[0]).to.match(/REDIS_URL/)
  })
})
