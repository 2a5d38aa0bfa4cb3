import { expect } from 'chai'
import { closeStore, openStore } from '#store/connection.ts'
import { startServer, type TestServer } from '../support/server.ts'

interface Node {
  Id: string
  Name: string
  IsOffline: boolean
  IsInMaintenanceMode: boolean
  MaxConcurrentTasks: number
  RunningTaskCount: number
}

describe('A server node', () => {
  let server: TestServer
  let me: Node

  before(async () => {
    server = await startServer()
    const { Items } = await server.ask<{ Items: Node[] }>('GET', '/octopusservernodes')
    me = Items[0] as Node
  })

  after(() => server.stop())

  const change = (changes: Partial<Node>) =>
    server.ask('PUT', `/octopusservernodes/${me.Id}`, { ...me, ...changes })
  const health = () => server.ask('GET', '/serverstatus/health')

  /** A node that ran once, under this name. */
  async function leave(Name: string, LastSeen: string): Promise<string> {
    const store = await openStore(server.broker.namespace)
    const _id = `OctopusServerNodes-${Name}`
    const fields = { Name, MaxConcurrentTasks: 5, IsInMaintenanceMode: false, LastSeen }
    const _holder = { token: 'another', place: null, pid: 1 }
    const nodes = store.collection<{ _id: string; Name: string }>('servernodes')
    await nodes.insertOne({ _id, ...fields, ...{ _holder } })
    await closeStore()
    return _id
  }

  it('is found by its id, its name and a part of it', async () => {
    const found = async (query: string) =>
      (await server.ask<{ Items: Node[] }>('GET', `/octopusservernodes?${query}`)).Items.length

    expect(await found(`ids=${me.Id},Unknown`)).to.equal(1)
    expect(await found(`partialName=${me.Name.slice(1).toUpperCase()}`)).to.equal(1)
    expect(await found('partialName=nowhere')).to.equal(0)
    expect(me).to.include({ IsOffline: false, IsInMaintenanceMode: false })
    expect(me).to.not.have.any.keys('_holder')
  })

  it('says to load balancers, who sign in nowhere, that it works', async () => {
    const answer = await server.send('GET', '/octopusservernodes/ping', undefined, null)

    expect(answer.status).to.equal(200)
    expect(await answer.json()).to.include({ Name: me.Name })
  })

  it('says that it drains, and the health that all do', async () => {
    const before = await health()
    await change({ IsInMaintenanceMode: true })
    const ping = await server.send('GET', '/octopusservernodes/ping', undefined, null)
    const during = await health()
    await change({ IsInMaintenanceMode: false })

    expect(ping.status).to.equal(418)
    expect(await ping.text()).to.contain(me.Name)
    expect(before.IsEntireClusterDrainingTasks).to.equal(false)
    expect(during).to.include({ IsEntireClusterDrainingTasks: true, IsOperatingNormally: true })
    expect(await health()).to.deep.equal(before)
  })

  it('does not drain the cluster when another takes tasks', async () => {
    const other = await leave('other', new Date().toISOString())
    await change({ IsInMaintenanceMode: true })

    const then = await health()
    await change({ IsInMaintenanceMode: false })
    await server.ask('PUT', `/octopusservernodes/${other}`, { IsInMaintenanceMode: false })

    expect(then.IsEntireClusterDrainingTasks).to.equal(false)
  })

  it('is forgotten when it has gone, and not before', async () => {
    const gone = await leave('gone', new Date(Date.now() - 3_600_000).toISOString())

    const refused = await server.send('DELETE', `/octopusservernodes/${me.Id}`)
    const removed = await server.send('DELETE', `/octopusservernodes/${gone}`)

    expect(refused.status).to.equal(400)
    expect(await refused.text()).to.contain(`'${me.Name}' is online`)
    expect(removed.status).to.equal(200)
    expect((await server.send('GET', `/octopusservernodes/${gone}`)).status).to.equal(404)
    const { Items } = await server.ask<{ Items: { Message: string }[] }>('GET', '/events?take=5')
    expect(Items.map(({ Message }) => Message)).to.include('Server node gone was deleted')
  })
})
