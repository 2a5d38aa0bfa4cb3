import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { overRedis } from '#bus/redis-transporter.ts'
import { config } from '#config'
import { ended, logOf, projectIn } from '../support/deploying.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeSpace } from '../support/things.ts'
import { until } from '../support/until.ts'
import {
  startWorkerProcess,
  type WorkerProcess,
  type WorkerSettings,
} from '../support/worker-process.ts'

describe('A worker of another machine', function () {
  this.timeout(60_000)
  const { redisUrl } = config
  let redis: TestRedis
  let server: TestServer
  let folder: string
  let space: string
  const started: WorkerProcess[] = []

  before(async () => {
    redis = await startRedis()
    config.redisUrl = redis.url
    server = await startServer({ transporter: overRedis({ url: redis.url }) })
    folder = mkdtempSync(join(tmpdir(), 'tako-acts-'))
  })

  beforeEach(async () => {
    space = await makeSpace(server.bus)
  })

  afterEach(async () => {
    for (const worker of started.splice(0)) await worker.remove()
  })

  after(async () => {
    await server.stop()
    config.redisUrl = redisUrl
    rmSync(folder, { recursive: true, force: true })
    await redis.stop()
  })

  interface Page {
    Items: { Id: string; Name: string; Message: string; LastSeen: string; HealthStatus: string }[]
  }

  async function start(name: string, more: Partial<WorkerSettings> = {}) {
    const { Id } = await server.bus.call('workerpools.default', { spaceId: space })
    const { Token: token } = await server.ask<{ Token: string }>(
      ...(['POST', `/${space}/workertokens`, { WorkerPoolIds: [Id] }] as const),
    )
    const address = server.url.replace(/\/api$/, '')
    const worker = startWorkerProcess({
      ...{ name, server: address, redis: redis.url, token, slots: 4 },
      ...{ more: ['--least-free-mb', '0'], ...more },
    })
    started.push(worker)
    return worker
  }

  const isHealthy = ({ name }: WorkerProcess) =>
    until(
      async () => (await workerOf(name))?.HealthStatus === 'Healthy',
      `${name} is healthy`,
      30_000,
    )
  const workerOf = async (name: string) =>
    (await server.ask<Page>('GET', `/${space}/workers`)).Items.find(({ Name }) => Name === name)

  it('whose folder was copied runs nothing twice: the copy is told to end', async () => {
    const worker = await start('original')
    await isHealthy(worker)
    const copied = (home: string) => {
      copyFileSync(join(worker.home, 'worker.json'), join(home, 'worker.json'))
      return ['env']
    }
    const acts = join(folder, 'acts')
    const script = `echo "$BASHPID" >> ${acts}; sleep 0.2`
    const steps = Array.from({ length: 12 }, (_, at) => ({ name: `Step ${at}`, script }))
    const { deploy } = await projectIn(server, { steps, space })

    const copy = await start('copy', { wrap: copied })
    const { taskId } = await deploy()

    await until(() => copy.process.exitCode !== null, 'the copy ends', 20_000)
    const task = await ended(server, taskId)
    expect(task).to.include({ State: 'Success', HasWarningsOrErrors: false })
    expect(readFileSync(acts, 'utf8').split('\n').slice(0, -1)).to.have.length(steps.length)
    expect(copy.process.exitCode).to.equal(1)
    expect(copy.said()).to.include("Two processes work as the worker 'original'")
    expect(worker.process.exitCode).to.equal(null)
    const { Items } = await server.ask<Page>('GET', `/events?spaces=${space}&take=20`)
    const told = Items.filter(({ Message }) => Message.includes('its folder was copied'))
    expect(told).to.have.length(1)
  })

  it('works with a clock that is an hour ahead, whose times are of its log alone', async () => {
    const preload = join(import.meta.dirname, '../support/clock-ahead.ts')
    const worker = await start('ahead', {
      wrap: () => ['env', `NODE_OPTIONS=--import=${preload}`],
    })
    await isHealthy(worker)
    const steps = [{ name: 'Greet', script: 'echo hello; sleep 0.3' }]
    const { deploy } = await projectIn(server, { steps, space })
    const startedAt = Date.now()

    const { taskId } = await deploy()
    const task = await ended(server, taskId)

    const known = await workerOf('ahead')
    expect(task).to.include({ State: 'Success', HasWarningsOrErrors: false })
    expect(await logOf(server, taskId)).to.include('hello')
    for (const at of [task.StartTime, task.CompletedTime, known?.LastSeen])
      expect(Date.parse(String(at))).to.be.within(startedAt - 10_000, Date.now())
    expect(known?.HealthStatus).to.equal('Healthy')
  })
})
