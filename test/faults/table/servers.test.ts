import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { deploy, makeLandscape } from '../../support/landscape.ts'
import { until } from '../../support/until.ts'
import { type Cluster, type ServerNode, startCluster } from './cluster.ts'
import { type Flight, newFlight, WHOLE } from './flight.ts'
import { startLoad } from './load.ts'
import { tell } from './row.ts'

const TASKS = 200
/** So many of them end while something is wrong. */
const ENDING = 40
/** Twice the time for which a lease holds. */
const TAKEN_WITHIN_MS = 30_000

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

  /** The node that executes most of these tasks, and how many it does. */
  async function busiest(ids: string[]): Promise<ServerNode> {
    const tasks = await flight.tasksOf(ids)
    const countOf = ({ name }: ServerNode) =>
      tasks.filter(({ ServerNode }) => ServerNode === name).length
    const node = cluster.nodes.toSorted((one, other) => countOf(other) - countOf(one))[0]
    if (!node || countOf(node) === 0) throw new Error('No node executes any of these tasks.')
    return node
  }

  it('a server node with a scheduler killed by kill -9', async function () {
    const ids = await flight.fill(TASKS)
    const node = await busiest(ids)

    const from = Date.now()
    await node.kill()
    const released = flight.releaseSome(ENDING)
    await flight.completed(released, TAKEN_WITHIN_MS)
    const recoveryMs = Date.now() - from

    const damage = await flight.damage(released)
    tell(this, { ...damage, tasks: ids.length, recoveryMs })
    expect(damage).to.deep.equal(WHOLE)
    await node.start()
  })

  it('a server node stopped by SIGSTOP past its lease, and back', async function () {
    const ids = await flight.fill(TASKS)
    const node = await busiest(ids)

    const from = Date.now()
    node.pause()
    const released = flight.releaseSome(ENDING)
    await flight.completed(released, TAKEN_WITHIN_MS)
    const recoveryMs = Date.now() - from
    const before = await flight.tasksOf(released)
    node.wake()
    await node.server.ask('GET', '/Spaces-1/projects')
    const later = flight.releaseSome(ENDING)
    await flight.completed(later)

    const damage = await flight.damage([...released, ...later])
    tell(this, { ...damage, tasks: ids.length, recoveryMs })
    expect(damage).to.deep.equal(WHOLE)
    expect(await flight.tasksOf(released)).to.deep.equal(before)
  })

  it('every server node killed, and started again', async function () {
    const ids = await flight.fill(TASKS)

    for (const node of cluster.nodes) await node.kill()
    const released = flight.releaseSome(ENDING)
    await Promise.all(cluster.nodes.map((node) => node.start()))
    const from = Date.now()
    // Twice as long as for one: all begin at once, with nobody who could go on meanwhile.
    await flight.completed(released, 2 * TAKEN_WITHIN_MS)
    const recoveryMs = Date.now() - from

    const damage = await flight.damage(released)
    tell(this, { ...damage, tasks: ids.length, recoveryMs })
    expect(damage).to.deep.equal(WHOLE)
  })

  it('the schedulers blocked for 5 s while scripts print as fast as they can', async function () {
    const ids = await flight.fill(TASKS)
    const lines = 100_000
    const loud = await makeLandscape(cluster, {
      ...{ title: 'Loud', projects: 3, environments: 1 },
      script: `for ((i = 1; i <= ${lines}; i++)); do echo "$i."; done`,
    })
    const subscribers = async () =>
      (await cluster.redis.connections()).filter((one) => one.isSubscriber).map(({ id }) => id)
    const before = await subscribers()
    const loudIds = await Promise.all(
      loud.projects.map((project) => deploy(cluster, project, loud.environments[0])),
    )
    const log = async (id: string) => (await cluster.get(`/tasks/${id}/raw`)).text()
    await until(async () => (await log(loudIds[0] ?? '')).includes(' 1.'), 'they print')

    for (const node of cluster.nodes) node.pause()
    await pause(5_000)
    for (const node of cluster.nodes) node.wake()
    const from = Date.now()
    const released = flight.releaseSome(ENDING)
    const tasks = await flight.completed([...loudIds, ...released], 120_000)
    const recoveryMs = Date.now() - from

    const damage = await flight.damage(released)
    tell(this, { ...damage, tasks: ids.length + loudIds.length, recoveryMs })
    expect(damage).to.deep.equal(WHOLE)
    expect(tasks.filter(({ State }) => State !== 'Success')).to.deep.equal([])
    for (const id of loudIds) {
      const numbers = [...(await log(id)).matchAll(/ (\d+)\.$/gm)].map(([, text]) => Number(text))
      expect(numbers.length).to.equal(lines)
      expect(numbers.findIndex((number, at) => number !== at + 1)).to.equal(-1)
    }
    expect(await subscribers()).to.include.members(before)
  })

  it('the database away for 10 s', async function () {
    const ids = await flight.fill(TASKS)

    await cluster.mongo.halt()
    const released = flight.releaseSome(ENDING)
    const refused = await cluster.get('/Spaces-1/projects')
    const { ErrorMessage } = (await refused.json()) as { ErrorMessage: string }
    await pause(10_000)
    await cluster.mongo.resume()
    const from = Date.now()
    await until(async () => (await cluster.get('/Spaces-1/projects')).ok, 'the API answers')
    await flight.completed(released)
    const recoveryMs = Date.now() - from

    const damage = await flight.damage(released)
    tell(this, { ...damage, tasks: ids.length, recoveryMs })
    expect(damage).to.deep.equal(WHOLE)
    expect(refused.status).to.equal(503)
    expect(ErrorMessage).to.match(/database/)
  })

  it('a rolling restart of both server nodes and all workers', async function () {
    const ids = await flight.fill(TASKS)
    const { projects, environments } = await makeLandscape(cluster, {
      ...{ title: 'Rolling', projects: 20, environments: 1, script: 'echo rolling' },
    })
    const load = startLoad(
      cluster,
      projects.map(({ releaseId }) => ({ ReleaseId: releaseId, EnvironmentId: environments[0] })),
    )

    const from = Date.now()
    for (const node of cluster.nodes) {
      await node.stop()
      await node.start()
    }
    for (const worker of cluster.workers) {
      await worker.stop()
      worker.start()
      await worker.works()
    }
    const recoveryMs = Date.now() - from
    const { answered, failures, tasks } = await load.stop()
    flight.release(ids)
    await flight.completed(ids)
    const loaded = await flight.completed(tasks)

    const damage = await flight.damage(ids)
    tell(this, { ...damage, tasks: ids.length + tasks.length, recoveryMs })
    expect(failures).to.deep.equal([])
    expect(answered).to.be.greaterThan(50)
    expect(loaded.filter(({ State }) => State !== 'Success')).to.deep.equal([])
    expect(damage).to.deep.equal(WHOLE)
  })
})
