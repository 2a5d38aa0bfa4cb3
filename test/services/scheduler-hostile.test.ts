import { expect } from 'chai'
import { Redis } from 'ioredis'
import { Loggers } from 'moleculer'
import { newKeys, partyOf, sealed, signed } from '#bus/messages.ts'
import type { Alive, Answer } from '#bus/orders.ts'
import { overRedis } from '#bus/redis-transporter.ts'
import { config } from '#config'
import { lostRun } from '../../services/worker/run-result.ts'
import { ended, logOf, projectIn, type TestProject } from '../support/deploying.ts'
import { overhear, type PlayedWorker, playWorker } from '../support/played-worker.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'

const SENTENCE = 'A message of a worker was refused'

/** What the server says in its log of messages that it refuses. */
const complaints: { worker: string; reason: string }[] = []
class Listening extends Loggers.Console {
  override getLogHandler() {
    return (_type: string, [sentence, about]: unknown[]) => {
      if (sentence === SENTENCE) complaints.push(about as (typeof complaints)[number])
    }
  }
}

describe('A worker that means harm', function () {
  this.timeout(30_000)
  const { redisUrl } = config
  let redis: TestRedis
  let server: TestServer
  /** Of another space than the hostile one. */
  let honest: PlayedWorker
  let hostile: PlayedWorker
  const projects = new Map<string, TestProject>()
  let reads: Redis
  let writes: Redis

  before(async () => {
    redis = await startRedis()
    config.redisUrl = redis.url
    server = await startServer({
      transporter: overRedis({ url: redis.url }),
      logger: new Listening({ level: 'warn' }),
    })
    honest = await playWorker(server, redis.url)
    await another()
    reads = new Redis(redis.url)
    writes = new Redis(redis.url)
  })

  after(async () => {
    for (const one of [reads, writes]) one.disconnect()
    await Promise.all([honest.stop(), hostile.stop()])
    await server.stop()
    config.redisUrl = redisUrl
    await redis.stop()
  })

  beforeEach(() => {
    complaints.length = 0
    hostile.hooks.onRun = async () => null
  })

  /** Of one of whom nothing was said in the log yet. */
  async function another() {
    if (hostile) await hostile.stop()
    hostile = await playWorker(server, redis.url)
  }

  const topic = (name: string) => `MOL-${honest.bus}.${name}`
  const publish = (name: string, packet: object) =>
    writes.publish(topic(name), JSON.stringify({ ver: '5', ...packet }))

  /** A task whose one run a worker has just been given. */
  async function runOn(worker: PlayedWorker) {
    const steps = [{ name: 'Work', script: 'true' }]
    const project =
      projects.get(worker.id) ?? (await projectIn(server, { steps, space: worker.spaceId }))
    projects.set(worker.id, project)
    const { taskId } = await project.deploy()
    const { runId } = await worker.hasRun(taskId)
    return { taskId, runId, say: (seq: number, text: string) => worker.batchOf(runId, seq, text) }
  }

  /** How often each of the texts is in the log of a task. */
  async function countIn(taskId: string, ...texts: string[]) {
    const log = await logOf(server, taskId)
    return texts.map((text) => log.split(text).length - 1)
  }

  it("writes nothing into the log of another's run", async () => {
    const { taskId, runId, say } = await runOn(honest)
    const { seal } = honest
    const first = await seal(say(1, 'the first'))
    expect(await honest.record(first)).to.equal('kept')
    const forged = { ...say(2, 'forged'), worker: hostile.id }

    const answers = [
      // In the other's name, in its own name, as it was and cut.
      await hostile.record(await hostile.seal(say(2, 'forged')), honest.id),
      await hostile.record(await hostile.seal(forged)),
      await hostile.record(await hostile.seal(say(2, 'forged'))),
      await hostile.record(first),
      await hostile.record(first.slice(0, -5), honest.id),
    ]

    expect(answers).to.deep.equal(answers.map(() => 'NOT_OURS'))
    expect(new Set(complaints.map(({ worker }) => worker))).to.deep.equal(
      new Set([honest.id, hostile.id]),
    )
    expect(complaints).to.have.length(2)
    expect(await honest.record(await seal(say(2, 'the second')))).to.equal('kept')
    honest.finish(runId, { batches: 2 })
    expect(await ended(server, taskId)).to.include({ State: 'Success' })
    const counts = await countIn(taskId, 'the first', 'the second', 'forged')
    expect(counts).to.deep.equal([1, 1, 0])
  })

  it('doubles nothing by sending what it has heard once more', async () => {
    const { taskId, runId, say } = await runOn(honest)
    const heard = await overhear(reads, topic(`REQ.${honest.hub}`))
    for (const [index, text] of ['the first', 'the second'].entries())
      await honest.record(await honest.seal(say(index + 1, text)))
    const batches = heard.filter(({ action }) => action === 'runs.record')

    for (const packet of batches) await publish(`REQ.${honest.hub}`, packet)
    const again = batches.map(({ params }) => hostile.record(String(params.batch), honest.id))

    // It is acknowledged, in a text that only the other can read.
    expect(await Promise.all(again)).to.deep.equal(
      again.map(() => 'JWEDecryptionFailed: decryption operation failed'),
    )
    honest.finish(runId, { batches: 2 })
    await ended(server, taskId)
    expect(await countIn(taskId, 'the first', 'the second')).to.deep.equal([1, 1])
  })

  it('cannot leave out, mix up or spoil lines of its own', async () => {
    await another()
    const { taskId, runId, say } = await runOn(hostile)
    const bad = [
      say(2, 'too early'),
      { ...say(1, 'x'), text: 'no time\n' },
      { ...say(1, 'x'), text: `${say(1, 'good').text}!!!!!!!!!ibad\n${say(1, 'good').text}` },
      { ...say(1, 'x'), text: 'no end' },
      { ...say(1, 'x'), text: `${'x'.repeat(600_000)}\n` },
      ...[0, -1, 1.5, null, '1', undefined].map((seq) => ({
        ...say(1, 'odd'),
        seq: seq as number,
      })),
      ...[null, 5, {}].map((text) => ({ ...say(1, 'odd'), text: text as unknown as string })),
    ]

    const answers = []
    for (const batch of bad) answers.push(await hostile.record(await hostile.seal(batch)))

    expect(answers).to.deep.equal(bad.map(() => 'NOT_OURS'))
    expect(complaints).to.have.length(1)
    expect(await hostile.record(await hostile.seal(say(1, 'in order')))).to.equal('kept')
    hostile.finish(runId, { batches: 1 })
    await ended(server, taskId)
    const counts = await countIn(taskId, 'in order', 'too early', 'odd', 'good')
    expect(counts).to.deep.equal([1, 0, 0, 0])
  })

  it('adds nothing to a run that has ended, nor to one that never was', async () => {
    const { taskId, runId, say } = await runOn(hostile)
    hostile.finish(runId)
    await ended(server, taskId)

    const late = await hostile.record(await hostile.seal(say(1, 'too late')))
    const never = hostile.batchOf('ServerTasks-none.1.1', 1, 'never')

    expect([late, await hostile.record(await hostile.seal(never))]).to.deep.equal(['over', 'over'])
    expect(await countIn(taskId, 'too late')).to.deep.equal([0])
  })

  it('ends no run by an answer that is not one to this question, whole, and its own', async () => {
    const other = await partyOf(await newKeys())
    const { id, keys, epochs } = hostile
    const heard = await overhear(reads, topic(`REQ.${id}`))
    const answerTo = (ask: string): Answer => ({
      ...{ ask, worker: id, ...epochs.moment() },
      outcome: { state: 'ended', result: { outcome: 'succeeded' } } as never,
    })
    const asked: Parameters<(typeof hostile.hooks)['onRun']>[0][] = []
    hostile.hooks.onRun = async (order, reply) => {
      // A result that is not whole is the worker's own word, so the question is put anew.
      if (asked.push(order) === 2) return reply(answerTo(order.ask))
      if (asked.length > 2) {
        hostile.finish(order.runId)
        return null
      }
      const { id: request, sender } = await until(() => heard.at(-1), 'the question is heard')
      const bad = [
        await reply(answerTo('another-question')),
        await sealed('answer', answerTo(order.ask), { from: other, to: keys }),
        await reply({ ...answerTo(order.ask), worker: honest.id }),
      ]
      const packet = { sender: id, id: request, meta: {}, success: true }
      for (const answer of bad) await publish(`RES.${sender}`, { ...packet, data: { answer } })
      const error = { name: 'Error', message: 'It says that it failed.', code: 500, type: 'FAILED' }
      await publish(`RES.${sender}`, { ...packet, success: false, error })
      // None of these has taken the place of the answer that is the second one.
      return reply(answerTo(order.ask))
    }

    const { taskId } = await runOn(hostile)
    const task = await ended(server, taskId)

    expect(task).to.include({ State: 'Success', HasWarningsOrErrors: false })
    expect(asked).to.have.length(3)
    expect(new Set(asked.map(({ runId }) => runId)).size).to.equal(1)
  })

  it('adds the end of a log that comes with the result once, and none with a gap before it', async () => {
    const { id, epochs } = hostile
    let answers = 0
    hostile.hooks.onRun = async ({ ask, runId }, reply) => {
      answers += 1
      const {
        worker: _,
        runId: __,
        ...rest
      } = hostile.batchOf(runId, answers === 1 ? 2 : 1, 'rest')
      const result = { ...lostRun(runId, 1), outcome: 'succeeded' as const, error: null }
      const outcome = { state: 'ended' as const, result, rest }
      return reply({ ask, worker: id, ...epochs.moment(), outcome })
    }

    const { taskId, runId } = await runOn(hostile)
    const task = await ended(server, taskId)
    const late = await hostile.record(await hostile.seal(hostile.batchOf(runId, 1, 'rest')))

    expect([task.State, answers, late]).to.deep.equal(['Success', 2, 'over'])
    expect(await countIn(taskId, 'rest')).to.deep.equal([1])
  })

  it("keeps no answer of another from being heard by answers and errors in the other's name", async () => {
    const heard = await overhear(reads, topic(`REQ.${honest.id}`))
    const { taskId, runId } = await runOn(honest)
    const asked = await until(() => heard.at(-1), 'the question is heard')
    const forged = await sealed('answer', { ask: 'x' }, { from: hostile.party, to: honest.keys })
    const answer = { sender: honest.id, id: asked.id, meta: {}, success: true }
    const error = { name: 'Error', message: 'I failed.', code: 500, type: 'FAILED' }

    for (let count = 0; count < 20; count++) {
      await publish(`RES.${asked.sender}`, { ...answer, data: { answer: forged } })
      await publish(`RES.${asked.sender}`, { ...answer, success: false, error })
      await publish(`RES.${asked.sender}`, { ...answer, sender: hostile.id, data: null })
    }
    honest.finish(runId)

    expect(await ended(server, taskId)).to.include({ State: 'Success', ErrorMessage: '' })
    expect(honest.orders.filter((order) => order.runId === runId)).to.have.length(1)
  })

  it('parts no other worker from its scheduler by packets in their names', async () => {
    const { taskId, runId, say } = await runOn(honest)
    const info = { instanceID: 'x', services: [], seq: 1e9, config: {}, ipList: [], client: {} }

    for (const side of ['', 'UP.']) {
      await publish(`${side}INFO`, { ...info, sender: honest.id })
      await publish(`${side}INFO`, { ...info, sender: honest.hub })
      await publish(`${side}DISCONNECT`, { sender: honest.id })
      await publish(`${side}DISCONNECT`, { sender: honest.hub })
    }
    const kept = await until(
      async () => (await honest.record(await honest.seal(say(1, 'still here')))) === 'kept',
      'its log is taken',
    )
    honest.finish(runId, { batches: 1 })

    expect(kept).to.equal(true)
    expect(await ended(server, taskId)).to.include({ State: 'Success' })
    expect(await countIn(taskId, 'still here')).to.deep.equal([1])
  })

  it('says nothing for another, nothing old, and nothing that is not whole', async () => {
    const stateOf = async (id: string) => {
      const [alive] = await server.bus.call('scheduler.alive', { ids: [id] })
      return { slots: alive?.Slots, running: alive?.Running }
    }
    const { id, party, hub, broker, facts, epochs } = hostile
    const heard = await overhear(reads, topic(`REQ.${hub}`))
    const old = await until(
      () =>
        heard.find(({ action, params }) => action === 'runs.alive' && params.worker === honest.id),
      'the other says that it lives',
    )
    honest.facts.running = ['ServerTasks-x.1.1']
    await until(async () => (await stateOf(honest.id)).running?.length === 1, 'it says so again')
    const moment = { ...epochs.moment(), epoch: epochs.now() + 1, beat: 1 }
    const alive: Alive = { worker: id, startedAt: 1, ...moment, ...facts, slots: 77 }
    const tell = async (said: object, worker = id) =>
      broker
        .call(
          'runs.alive',
          { worker, alive: await signed('alive', said, party) },
          { nodeID: hub, timeout: 5_000 },
        )
        .catch((error) => error.type)
    const odd = [
      { running: 5 },
      { running: [5] },
      { slots: 'x' },
      { unclaimed: null },
      { epoch: 'x' },
    ]

    const answers = [
      await tell({ ...alive, worker: honest.id }, honest.id),
      await tell({ ...alive, worker: honest.id }),
      ...(await Promise.all([...odd, { beat: null }].map((more) => tell({ ...alive, ...more })))),
      await tell([]),
    ]
    await publish(`REQ.${hub}`, old)

    expect(answers).to.deep.equal(answers.map(() => 'NOT_OURS'))
    expect(await stateOf(honest.id)).to.deep.equal({ slots: 5, running: ['ServerTasks-x.1.1'] })
    expect(await stateOf(id)).to.deep.equal({ slots: 5, running: [] })
    honest.facts.running = []
  })

  it('is told of once, whatever names it takes', async () => {
    const batch = await hostile.seal(hostile.batchOf('ServerTasks-none.1.1', 1, 'x'))

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, number) => hostile.record(batch, `Workers-no${number}`)),
    )

    expect(new Set(answers)).to.deep.equal(new Set(['NOT_OURS']))
    expect(complaints).to.have.length(1)
  })
})
