/** The server's end of the workers' bus, with real keys: it does what a test says. */
import { randomUUID } from 'node:crypto'
import { defineWorkerService } from '#bus'
import { type Party, type PublicKeys, readSigned, sealed, unsealed } from '#bus/messages.ts'
import type {
  Ack,
  Alive,
  Answer,
  LogBatch,
  Order,
  Outcomes,
  RunProgress,
  Wish,
} from '#bus/orders.ts'
import type { WorkerBroker } from '#bus/worker-broker.ts'
import { until } from './until.ts'

export type TestScheduler = ReturnType<typeof schedulerOn>

export interface Hooks {
  /** Called with each batch before it is acknowledged; what it throws refuses the batch. */
  onBatch(batch: LogBatch): Promise<void>
  /** Makes the text that is sent back; without it, a right one under the term 1. */
  onAck(ack: Ack, seal: (ack: Ack) => Promise<string>): Promise<string>
  /** Called with each word that a worker lives; what it throws refuses it. */
  onAlive(alive: Alive): void
}

/** The order was for the process before this one. */
function notThisOne(error: Error & { type?: string }): null {
  if (error.type === 'NOT_OURS') return null
  throw error
}

/** Puts the service on a broker that has not been started. */
export function schedulerOn(broker: WorkerBroker, server: Party) {
  const known = new Map<string, PublicKeys>()
  const received: LogBatch[] = []
  const progress: RunProgress[] = []
  const alives: Alive[] = []
  const arrivals: (() => void)[] = []
  const hooks: Hooks = {
    onBatch: async () => {},
    onAck: (ack, seal) => seal(ack),
    onAlive: () => {},
  }
  const keysOf = (worker: string) => {
    const keys = known.get(worker)
    if (!keys) throw new Error(`The test knows no worker ${worker}.`)
    return keys
  }
  const aliveOf = (worker: string) => alives.findLast((alive) => alive.worker === worker) ?? null

  broker.createService(
    defineWorkerService('runs', {
      actions: {
        record: {
          params: { worker: 'string', batch: 'string' },
          async handler(ctx) {
            const from = keysOf(ctx.params.worker)
            const batch = await unsealed<LogBatch>('batch', ctx.params.batch, { from, to: server })
            await hooks.onBatch(batch)
            received.push(batch)
            for (const arrived of arrivals.splice(0)) arrived()
            const { runId, seq } = batch
            const seal = (ack: Ack) => sealed('ack', ack, { from: server, to: from })
            return { ack: await hooks.onAck({ runId, seq, state: 'kept', term: 1 }, seal) }
          },
        },
        progress: {
          params: { worker: 'string', progress: 'string' },
          async handler(ctx) {
            const ends = { from: keysOf(ctx.params.worker), to: server }
            progress.push(await unsealed<RunProgress>('progress', ctx.params.progress, ends))
            return null
          },
        },
        alive: {
          params: { worker: 'string', alive: 'string' },
          async handler(ctx) {
            const keys = known.get(ctx.params.worker)
            if (!keys) return null
            const alive = await readSigned<Alive>('alive', ctx.params.alive, keys)
            hooks.onAlive(alive)
            alives.push(alive)
            return null
          },
        },
      },
    }),
  )

  /** Seals an order as the server does, unless told otherwise, and gives the text. */
  function orderFor(worker: string, wish: Wish, more: Partial<Order> & { from?: Party } = {}) {
    const { from = server, ...changes } = more
    const { epoch = 0, instance = null } = aliveOf(worker) ?? {}
    const order = { ask: randomUUID(), worker, epoch, instance, ...wish, ...changes } as Order
    return sealed('order', order, { from, to: keysOf(worker) })
  }

  /** Sends a text to a worker, and reads what it has signed. */
  async function send<Do extends Wish['do']>(nodeID: string, order: string): Promise<Answer<Do>> {
    const { answer } = await broker.call('worker.order', { order }, { nodeID, timeout: 15_000 })
    const read = await unsealed<Answer<Do>>('answer', answer, { from: keysOf(nodeID), to: server })
    if ('outcome' in read) takeRest(nodeID, read.outcome)
    return read
  }

  /** The end of a log that comes with the result, as often as it is asked for. */
  function takeRest(worker: string, outcome: Outcomes[Wish['do']]) {
    if (!outcome || !('state' in outcome) || outcome.state !== 'ended' || !outcome.rest) return
    const { runId } = outcome.result
    const { rest } = outcome
    const isThere = received.some((batch) => batch.runId === runId && batch.seq === rest.seq)
    if (!isThere) received.push({ worker, runId, ...rest })
  }

  return {
    ...{ received, progress, alives, hooks, aliveOf, orderFor, send },
    nodeID: broker.nodeID,
    knows: (worker: string, keys: PublicKeys) => known.set(worker, keys),

    /** What the worker answers; of an old epoch it is asked once more. */
    async order<W extends Wish>(worker: string, wish: W): Promise<Outcomes[W['do']]> {
      let { epoch = 0, instance = null as string | null } = aliveOf(worker) ?? {}
      for (;;) {
        const order = await orderFor(worker, wish, { epoch, instance })
        const answer = await send<W['do']>(worker, order).catch((error) => notThisOne(error))
        if (answer === null) {
          instance = null
          continue
        }
        if ('outcome' in answer) return answer.outcome
        if ('fault' in answer) throw new Error(answer.fault)
        epoch = answer.epoch
        instance = answer.instance
      }
    },

    /** Resolves when the worker can be asked. */
    comes: (worker: string) =>
      until(
        () =>
          broker.registry
            .getServiceList({ skipInternal: true, onlyAvailable: true })
            .some(({ name, nodeID }) => name === 'worker' && nodeID === worker),
        `the worker ${worker} is there`,
        20_000,
      ),

    /** Resolves when it is so after a batch has come. */
    async arrives(isSo: () => boolean) {
      while (!isSo()) await new Promise((resolve) => arrivals.push(() => resolve(null)))
    },
  }
}
