import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { whenHealthy } from '../../support/joined-workers.ts'
import { until } from '../../support/until.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { type Flight, newFlight, WHOLE } from './flight.ts'
import { tell } from './row.ts'

const TASKS = 200

describe('With 200 tasks under way', function () {
  this.timeout(180_000)
  let cluster: Cluster
  let flight: Flight

  before(async () => {
    cluster = await startCluster({ nodes: 2, workers: 4, slots: 100 })
    flight = await newFlight(cluster)
  })

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await cluster.mend()
  })

  after(async () => {
    await cluster?.remove()
    flight?.remove()
  })

  it('Redis restarted 20 times', async function () {
    const ids = await flight.fill(TASKS)
    const count = async () => (await cluster.redis.connections()).length
    const before = await count()

    const released: string[] = []
    for (let round = 0; round < 20; round++) {
      await cluster.redis.halt('SIGKILL')
      released.push(...flight.releaseSome(2))
      await cluster.redis.resume()
      await until(async () => (await count()) >= before, 'all have connected again', 30_000)
    }
    const from = Date.now()
    await flight.completed(released)
    const recoveryMs = Date.now() - from
    const after = await count()

    const damage = await flight.damage(released)
    tell(this, { ...damage, tasks: ids.length, recoveryMs })
    expect(damage).to.deep.equal(WHOLE)
    expect(after).to.equal(before)
  })

  it('Redis away for 30 s, and a server and a worker started meanwhile', async function () {
    const ids = await flight.fill(TASKS)

    await cluster.redis.halt('SIGKILL')
    const back = pause(30_000)
      .then(() => cluster.redis.resume())
      .then(() => Date.now())
    const released = flight.releaseSome(40)
    const node = await cluster.addNode()
    const worker = await cluster.addWorker()
    const status = (await cluster.get('/Spaces-1/projects')).status
    const queued = flight.fill(TASKS)
    const [from] = await Promise.all([back, queued])
    await flight.completed(released)
    await worker.works()
    await whenHealthy(cluster, [worker])
    const recoveryMs = Date.now() - from

    const damage = await flight.damage(released)
    tell(this, { ...damage, tasks: ids.length, recoveryMs })
    expect(damage).to.deep.equal(WHOLE)
    expect(status).to.equal(200)
    expect(await node.server.ask('GET', '/Spaces-1/projects')).to.be.an('object')
  })
})
