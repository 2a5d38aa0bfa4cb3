/** The scheduler's end of the workers' bus: who is there, what is asked of them, what they tell. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Logger, ServiceSchema } from 'moleculer'
import { IpcTransporter } from '#bus/ipc-transporter.ts'
import { type Party, signed } from '#bus/messages.ts'
import type { LogPiece, NodeProof } from '#bus/orders.ts'
import type { Guarding } from '#bus/packet-guard.ts'
import { overRedis } from '#bus/redis-transporter.ts'
import { type WorkerBroker, workerBroker } from '#bus/worker-broker.ts'
import { type Attention, payAttention } from './attention.ts'
import type { Directory } from './directory.ts'
import { forgetter } from './forgetting.ts'
import { type Orders, ordersOver } from './orders.ts'
import { createRoster, type Roster } from './roster.ts'
import { BatchError, keepBatch } from './run-batches.ts'
import {
  type Followed,
  type Following,
  LOST_AFTER_MS,
  SilentError,
  type WorkersBus,
} from './workers-bus.ts'

/** Answers beside the long poll come at once, or the worker is away. In ms. */
const ANSWER_MS = 5_000
/** A worker that says a run is over is given so long to answer for it, in ms. */
const NUDGE_AFTER_MS = 1_500
const LOOK_EACH_MS = 1_000

export interface WorkersHub extends WorkersBus {
  broker: WorkerBroker
  /** null where workers are on Redis. */
  ipc: IpcTransporter | null
  roster: Roster
  orders: Orders
  /** The run that is followed here; its log may be written. */
  followed(runId: string): FollowedNow | undefined
  /** What was asked of a worker about runs is asked anew. */
  nudge(worker: string): void
  /** For how long it has listened, in ms. */
  listenedMs(): number
  close(): Promise<void>
}

export interface FollowedNow extends Followed {
  /** The number of the last batch that is in the log; null before that was looked up. */
  lastSeq: number | null
}

interface HubSettings {
  namespace: string
  redisUrl: string | undefined
  server: Party
  directory: Directory
  logger: Logger
  /** The log of this task has become longer. */
  logged(task: string): void
  /** Makes the service that workers report to. */
  runs(hub: WorkersHub): ServiceSchema
}

/** Joins the workers' bus. */
export async function joinWorkersBus(settings: HubSettings): Promise<WorkersHub> {
  const { namespace, redisUrl, server, directory, logger } = settings
  const attention: Attention = payAttention()
  const roster = createRoster(attention)
  const ipc = redisUrl ? null : new IpcTransporter()
  // In containers all may have the same name and number: what was for the one before is for nobody.
  const nodeID = `scheduler-${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`
  const guarding: Guarding = {
    nodeOf: async (name) => ((await directory.lately(name)) ? { worker: ['worker.order'] } : null),
    answers: { 'worker.order': (params, data) => orders.isAnswer(params, data) },
    passedOver: (told) => logger.warn("Packets on the workers' bus are passed over", told),
  }
  const broker = workerBroker({
    ...{ namespace, nodeID },
    transporter: ipc ?? overRedis({ url: redisUrl ?? '', side: 'hub' }),
    guarding: ipc ? undefined : guarding,
    metadata: { proof: await signed('node', { nodeID } satisfies NodeProof, server) },
  })
  const orders = ordersOver(broker, server, roster)
  const follows = new Map<string, { run: FollowedNow; nudger: AbortController; since: number }>()

  const nudge = (runId: string) => {
    const follow = follows.get(runId)
    if (!follow) return
    follow.nudger.abort()
    follow.nudger = new AbortController()
    follow.since = Date.now()
  }
  const nudgeOf = (worker: string) => {
    for (const [runId, { run }] of follows) if (run.worker === worker) nudge(runId)
  }
  /** The bus says so, which may be anybody: no question is broken off before it could be answered. */
  const nudgeSoon = (worker: string) => {
    for (const [runId, { run, since, nudger }] of follows) {
      if (run.worker !== worker) continue
      const restMs = Math.max(0, since + NUDGE_AFTER_MS - Date.now())
      setTimeout(() => {
        if (follows.get(runId)?.nudger === nudger) nudge(runId)
      }, restMs).unref()
    }
  }
  /** Who is silent is not waited for until a question's time is over: that it is silent is to be judged. */
  const listening = setInterval(() => {
    for (const [runId, { run, since }] of follows)
      if (roster.silentMs(run.worker) > LOST_AFTER_MS && Date.now() - since > LOST_AFTER_MS)
        nudge(runId)
  }, LOOK_EACH_MS)
  listening.unref()
  /** As its owner says now: one that was removed a moment ago gets nothing. */
  const addressee = async (worker: string) => {
    const known = await directory.known(worker).catch((cause) => {
      const about = { wasSent: false, isUnasked: true, cause }
      throw new SilentError('Who the worker is cannot be looked up.', about)
    })
    if (known) return known
    throw new SilentError('The worker was removed.', { wasSent: false })
  }

  const forget = forgetter(async (worker, runs) => {
    try {
      const to = await addressee(worker)
      return (await orders.send(to, { do: 'forget', runs }, { timeoutMs: ANSWER_MS })).found
    } catch (error) {
      // It says itself that it still has them, and is told then.
      logger.debug('Runs were not forgotten', { worker, runs, error: String(error) })
      return []
    }
  })

  /** The end of a log that comes with the result: what cannot be written now is asked for once more. */
  async function keepRest(runId: string, rest: LogPiece) {
    const run = follows.get(runId)?.run
    if (!run?.isHeld()) throw new SilentError('Another may have the run.', unwritten())
    await keepBatch(run, rest).catch((cause) => {
      const isFault = cause instanceof BatchError
      throw new SilentError(`The end of its log was not written: ${cause.message}`, {
        ...(isFault ? { wasSent: true, isFault } : unwritten()),
        cause,
      })
    })
    settings.logged(run.task)
  }

  broker.localBus.on('$transporter.disconnected', () => attention.busIs(false))
  broker.localBus.on('$transporter.connected', () => {
    attention.busIs(true)
    roster.startAnew()
    // An answer that was on its way is lost: asked again, it comes.
    for (const runId of follows.keys()) nudge(runId)
  })
  // It has joined anew, so its answers of before may be lost.
  for (const event of ['$node.connected', '$node.updated'])
    broker.localBus.on(event, ({ node }: { node: { id: string } }) => nudgeSoon(node.id))
  roster.onChange((worker) => {
    const alive = roster.aliveOf(worker)
    for (const [runId, { run, since }] of follows) {
      const isOver = run.worker === worker && alive && !alive.running.includes(runId)
      if (isOver && Date.now() - since > NUDGE_AFTER_MS) nudge(runId)
    }
  })

  const hub: WorkersHub = {
    broker,
    ipc,
    roster,
    orders,

    async run(worker, { runId, spec, waitMs, timeoutMs, term, signal }) {
      const to = await addressee(worker)
      const wish = { do: 'run', runId, spec, waitMs, term, replyTo: broker.nodeID } as const
      const outcome = await orders.send(to, wish, { timeoutMs, signal }).catch((error) => {
        // Heard a moment ago, and gone: until it is heard again, it gets nothing.
        if (error instanceof SilentError && !error.wasSent) roster.refused(worker)
        throw error
      })
      if (outcome.state === 'refused' && outcome.why !== 'again') roster.refused(worker)
      if (outcome.state === 'ended' && outcome.rest) await keepRest(runId, outcome.rest)
      return outcome
    },

    async stop(worker, run) {
      const to = await addressee(worker)
      return (await orders.send(to, { do: 'stop', ...run }, { timeoutMs: ANSWER_MS })).found
    },

    forget,

    follow(run): Following {
      const { runId, worker } = run
      const mine = {
        run: { ...run, lastSeq: run.isResumed ? null : 0 },
        nudger: new AbortController(),
        since: Date.now(),
      }
      follows.set(runId, mine)
      roster.expect(worker)
      roster.reserve(worker, runId)
      return {
        nudge() {
          mine.since = Date.now()
          return mine.nudger.signal
        },
        end() {
          // This node may have the task again by now: then it is another who follows.
          if (follows.get(runId) !== mine) return
          follows.delete(runId)
          roster.free(worker, runId)
        },
      }
    },

    followed: (runId) => follows.get(runId)?.run,
    silentMs: roster.silentMs,
    listenedMs: attention.now,
    async isKnown(worker) {
      try {
        return (await directory.known(worker)) !== null
      } catch (error) {
        // The store is away: that is no reason to give up what runs.
        logger.debug('Who a worker is was not looked up', { worker, error: String(error) })
        return true
      }
    },

    nudge: nudgeOf,

    async close() {
      attention.stop()
      clearInterval(listening)
      await broker.stop()
    },
  }

  broker.createService(settings.runs(hub))
  await broker.start()
  return hub
}

/** It is nothing that the worker has to do with. */
const unwritten = () => ({ wasSent: true, isUnasked: true })
