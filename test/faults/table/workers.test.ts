import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'chai'
import { meetingPlace } from '../../support/deploying.ts'
import { runningOn, whenHealthy } from '../../support/joined-workers.ts'
import { deploy, makeLandscape } from '../../support/landscape.ts'
import { until } from '../../support/until.ts'
import type { WorkerProcess } from '../../support/worker-process.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { type Flight, type FlightTask, newFlight, WHOLE } from './flight.ts'
import { tell } from './row.ts'

const TASKS = 200
/** Twice what is promised. */
const LOST_WITHIN_MS = 30_000

const stateOf = ({ Id, State, ErrorMessage }: FlightTask) => `${Id}: ${State} ${ErrorMessage}`
const isLost = ({ State, ErrorMessage }: FlightTask) =>
  State === 'Failed' && /was lost/.test(ErrorMessage)

describe('With 200 tasks under way, a worker', function () {
  this.timeout(180_000)
  let cluster: Cluster
  let flight: Flight

  before(async () => {
    cluster = await startCluster({ nodes: 1, workers: 4, slots: 100 })
    flight = await newFlight(cluster)
  })

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await cluster.mend()
  })

  after(async () => {
    await cluster?.remove()
    flight?.remove()
  })

  it('killed by kill -9', async function () {
    const ids = await flight.fill(TASKS)
    const [worker] = cluster.workers
    if (!worker) throw new Error('There is no worker.')
    const its = await runningOn(cluster, worker, ids)
    const retried = its.filter(flight.mayRetry)
    const others = its.filter((id) => !flight.mayRetry(id))

    const from = Date.now()
    await worker.kill()
    const failed = await flight.completed(others, LOST_WITHIN_MS)
    await until(
      () => retried.every((id) => flight.begun(id) === 2),
      'what may be tried again runs again',
    )
    const recoveryMs = Date.now() - from
    // The scripts of before are still there: nothing has ended them.
    flight.release(its)
    await flight.completed(retried)

    const damage = await flight.damage([])
    tell(this, { ...damage, tasks: ids.length, failed: failed.length, recoveryMs })
    expect(failed.filter((task) => !isLost(task)).map(stateOf)).to.deep.equal([])
    expect(others.filter((id) => flight.begun(id) !== 1)).to.deep.equal([])
    expect((await flight.tasksOf(retried)).map(({ State }) => State)).to.deep.equal(
      retried.map(() => 'Success'),
    )
    expect(damage).to.deep.equal(WHOLE)

    worker.start()
    await whenHealthy(cluster, [worker])
  })

  it('stopped by SIGSTOP for 20 s', async function () {
    const ids = await flight.fill(TASKS)
    const [, worker] = cluster.workers
    if (!worker) throw new Error('There is no worker.')
    const its = (await runningOn(cluster, worker, ids)).filter((id) => !flight.mayRetry(id))
    const [early, late] = [its.slice(0, its.length / 2), its.slice(its.length / 2)]

    worker.process.kill('SIGSTOP')
    flight.release(early)
    await pause(20_000)
    worker.process.kill('SIGCONT')
    const from = Date.now()
    await whenHealthy(cluster, [worker])
    flight.release(late)
    const tasks = await flight.completed(its)
    const recoveryMs = Date.now() - from
    const others = flight.releaseSome(20)
    await flight.completed(others)

    const damage = await flight.damage(others)
    const failed = tasks.filter(({ State }) => State !== 'Success')
    tell(this, { ...damage, tasks: ids.length, failed: failed.length, recoveryMs })
    expect(failed.filter((task) => !isLost(task)).map(stateOf)).to.deep.equal([])
    expect((await flight.tasksOf(its)).map(stateOf)).to.deep.equal(tasks.map(stateOf))
    expect(its.filter((id) => flight.begun(id) !== 1)).to.deep.equal([])
    expect(damage).to.deep.equal(WHOLE)
  })

  it('with a full disk', async function () {
    // Two fewer: the node executes 200 at most.
    const ids = await flight.fill(TASKS - 2)
    const meeting = meetingPlace()
    const pool = await cluster.ask<{ Id: string }>('POST', '/Spaces-1/workerpools', {
      ...{ Name: 'Small', WorkerPoolType: 'StaticWorkerPool' },
    })
    const worker = await cluster.addWorker({
      pool: pool.Id,
      more: ['--least-free-mb', '16'],
      wrap: onDiskOf('64m'),
    })
    await worker.works()
    const script = `${meeting.arrive('print')}\n${meeting.hold('go')}\nfor i in {1..20000}; do echo "line $i" || exit 1; done`
    const { projects, environments } = await makeLandscape(cluster, {
      ...{ title: 'Small', projects: 1, environments: 1, script, workerPool: pool.Id },
    })
    const [project] = projects
    if (!project) throw new Error('There is no project.')
    const ended = (id: string) => flight.completed([id]).then(([task]) => task)

    const first = await deploy(cluster, project, environments[0])
    await meeting.arrival('print')
    const filler = fillDisk(worker)
    meeting.go('go')
    const full = await ended(first)
    const second = await deploy(cluster, project, environments[0])
    const waits = await until(async () => {
      const { WaitsFor } = await cluster.ask<{ WaitsFor: { Text: string } | null }>(
        'GET',
        `/tasks/${second}/details`,
      )
      return /is full/.test(WaitsFor?.Text ?? '') && WaitsFor?.Text
    }, 'the next one waits for room')
    const from = Date.now()
    rmSync(filler)
    const next = await ended(second)
    const recoveryMs = Date.now() - from

    const damage = await flight.damage([])
    tell(this, { ...damage, tasks: ids.length + 2, failed: 1, recoveryMs })
    meeting.remove()
    expect(full).to.include({ State: 'Failed' })
    expect(full?.ErrorMessage).to.match(/disk of the worker worker-5 is full/)
    expect(waits).to.match(/disk of the worker worker-5 is full/)
    expect(next).to.include({ State: 'Success' })
    expect(damage).to.deep.equal(WHOLE)
  })
})

/** Runs a command that sees its folder as a small disk of its own, as no other process does. */
const onDiskOf = (size: string) => (home: string) => [
  ...['unshare', '--user', '--map-root-user', '--mount'],
  ...['sh', '-c', `mount -t tmpfs -o size=${size} tmpfs "$0" && exec "$@"`, home],
]

/** Fills the disk that a worker sees, and answers by what. */
function fillDisk({ home, process: { pid } }: WorkerProcess): string {
  const path = `/proc/${pid}/root${home}/filler`
  const file = openSync(path, 'w')
  try {
    for (;;) writeSync(file, Buffer.alloc(4096))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
  return path
}
