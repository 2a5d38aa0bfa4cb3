/** A worker that has joined a real server, with real keys: it says and answers what a test says. */
import type { Redis } from 'ioredis'
import { type PublicKeys, sealed, unsealed } from '#bus/messages.ts'
import type { Ack, Answer, LogBatch, Order, Outcomes, RunResult } from '#bus/orders.ts'
import { overRedis } from '#bus/redis-transporter.ts'
import { workerBroker } from '#bus/worker-broker.ts'
import { tellAlive } from '../../services/worker/alive.ts'
import { createEpochs } from '../../services/worker/epochs.ts'
import { lostRun } from '../../services/worker/run-result.ts'
import { workerService } from '../../services/worker/worker.service.ts'
import { aMachine } from './joining.ts'
import type { TestServer } from './server.ts'
import { aName, makeSpace } from './things.ts'
import { until } from './until.ts'

export type PlayedWorker = Awaited<ReturnType<typeof playWorker>>
type RunOrder = Extract<Order, { do: 'run' }>
type Reply = (answer: Answer) => Promise<string>

/** Joins the default pool of a space of its own. */
export async function playWorker(server: TestServer, redisUrl: string) {
  const spaceId = await makeSpace(server.bus)
  const { Id: poolId } = await server.bus.call('workerpools.default', { spaceId })
  const { Token } = await server.ask<{ Token: string }>('POST', `/${spaceId}/workertokens`, {
    WorkerPoolIds: [poolId],
  })
  const { party, join } = await aMachine(server, aName('worker'))
  const { WorkerId: id, Server } = await join({ Token })
  const keys = Server.Keys as PublicKeys
  const broker = workerBroker({
    ...{ nodeID: id, namespace: Server.Bus },
    transporter: overRedis({ url: redisUrl, side: 'leaf' }),
  })
  const epochs = createEpochs({ first: 2, persist() {}, failed() {} })
  const orders: RunOrder[] = []
  const results = new Map<string, RunResult>()
  const hooks = {
    /** Makes the text that answers a question for a run; null: the right one. */
    onRun: (async () => null) as (order: RunOrder, reply: Reply) => Promise<string | null>,
  }
  const report: Outcomes['describe'] = {
    ...{ version: '0.0.0', operatingSystem: 'Test', architecture: 'x64', host: 'here' },
    ...{ shells: [{ name: 'bash', version: '5' }], slots: 5, running: [], cached: [] },
    freeDiskBytes: 1e12,
  }
  const facts = {
    ...{ slots: 5, running: [] as string[], freeDiskBytes: 1e12, cacheVersion: 0 },
    ...{ refuses: null, unclaimed: [] as string[] },
  }

  async function outcomeOf(order: Order): Promise<Outcomes[keyof Outcomes]> {
    if (order.do === 'describe') return report
    if (order.do === 'forget') return { found: order.runs.map(({ runId }) => runId) }
    if (order.do !== 'run') return { found: true }
    const end = Date.now() + order.waitMs
    while (!results.has(order.runId) && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 20))
    const result = results.get(order.runId)
    return result ? { state: 'ended', result, rest: null } : { state: 'running' }
  }

  broker.createService(
    workerService(async (text) => {
      const order = await unsealed<Order>('order', text, { from: keys, to: party })
      const reply: Reply = (answer) => sealed('answer', answer, { from: party, to: keys })
      if (order.do === 'run') {
        orders.push(order)
        const other = await hooks.onRun(order, reply)
        if (other !== null) return other
      }
      const about = { ask: order.ask, worker: id, ...epochs.moment() }
      return reply({ ...about, outcome: await outcomeOf(order) })
    }),
  )
  await broker.start()
  const alive = tellAlive({
    ...{ broker, worker: id, party, epochs, facts: () => facts, refused() {} },
  })
  const hub = await until(
    () =>
      broker.registry
        .getServiceList({ skipInternal: true, onlyAvailable: true })
        .find(({ name }) => name === 'runs')?.nodeID,
    'it hears the scheduler',
  )

  return {
    ...{ id, party, keys, spaceId, broker, bus: Server.Bus, hub: String(hub) },
    ...{ orders, hooks, facts, epochs },

    /** The first order for a run of a task. */
    hasRun: (taskId: string) =>
      until(() => orders.find(({ runId }) => runId.startsWith(`${taskId}.`)), 'it has the run'),

    batchOf: (runId: string, seq: number, text: string): LogBatch => ({
      ...{ worker: id, runId, seq, text: `${Date.now().toString(36).padStart(9, '0')}i${text}\n` },
      ...{ lines: 1, warnings: 0, errors: 0, from: 1, to: 1 },
    }),

    seal: (batch: LogBatch, from = party) => sealed('batch', batch, { from, to: keys }),

    /** What the scheduler says to a batch, or by which error it is refused. */
    async record(batch: string, worker = id): Promise<string> {
      const call = { nodeID: String(hub), timeout: 5_000 }
      try {
        const { ack } = await broker.call('runs.record', { worker, batch }, call)
        const read = await unsealed<Ack>('ack', ack, { from: keys, to: party })
        return read.state
      } catch (error) {
        return error instanceof Error && 'type' in error ? String(error.type) : String(error)
      }
    },

    finish(runId: string, more: Partial<RunResult> = {}) {
      results.set(runId, { ...lostRun(runId, 1), outcome: 'succeeded', error: null, ...more })
    },

    async stop() {
      await alive.end()
      await broker.stop()
    },
  }
}

/** What is published to a node, as whoever can read on Redis hears it: each packet once. */
export async function overhear(redis: Redis, topic: string) {
  const heard: { id: string; action?: string; sender: string; params: Record<string, string> }[] =
    []
  redis.on('message', (on: string, text: string) => {
    if (on === topic) heard.push(JSON.parse(text))
  })
  await redis.subscribe(topic)
  return heard
}
