import { type BrokerOptions, type Middleware, ServiceBroker } from 'moleculer'
import type { Bus, WorkerBus } from './index.ts'
import { IpcTransporter } from './ipc-transporter.ts'
import { type Guarding, guarded } from './packet-guard.ts'

/** What a side of the workers' bus decides for itself. */
export interface WorkerBrokerOptions {
  /** Of a worker its id. */
  nodeID: string
  transporter: NonNullable<BrokerOptions['transporter']>
  /** The name of the bus: of each server another. */
  namespace?: string
  logger?: BrokerOptions['logger']
  /** What is believed of others on Redis. The channel of a built-in worker needs none: nobody else writes there. */
  guarding?: Guarding | undefined
  /** What others are told of this node, beside its name. */
  metadata?: Record<string, unknown>
}

/** Moleculer's own broker, whose calls are typed by what workers and schedulers offer. */
export type WorkerBroker = Omit<ServiceBroker, keyof Bus> & Bus<WorkerBus>

/** A broker on the workers' bus, for either side of it. Its calls wait for ever unless they say how long. */
export function workerBroker({
  nodeID,
  transporter,
  namespace = 'tako-workers',
  logger = false,
  guarding,
  metadata = {},
}: WorkerBrokerOptions): WorkerBroker {
  const broker = new ServiceBroker({
    namespace,
    nodeID,
    transporter,
    logger,
    metadata,
    internalServices: false,
    heartbeatInterval: 2, // s
    heartbeatTimeout: 5, // s
    // Who is at the other end of a channel is gone when it closes, and not because it is busy.
    registry: {
      discoverer: {
        type: 'Local',
        options: { disableHeartbeatChecks: transporter instanceof IpcTransporter },
      },
    },
    requestTimeout: 0,
    // A worker that has just started is needed now, not a second later.
    transit: promptly,
    // Signals are for the process as a whole: a second broker would cut the first one's stop.
    skipProcessEventRegistration: true,
    middlewares: [metaless, guarded(guarding)],
  })
  return broker as WorkerBroker
}

// An option of Moleculer's, in ms, that its types do not know.
const promptly = { disableReconnect: false, serviceChangedDebounceTime: 10 }

/** Nothing but checked parameters and results crosses: a node must not write into another's meta. */
const metaless: Middleware = {
  name: 'Metaless',
  localAction: (next) =>
    async function (ctx) {
      ctx.meta = {}
      const result = await next.call(this, ctx)
      ctx.meta = {}
      return result
    },
  remoteAction: (next) =>
    async function (ctx) {
      ctx.meta = {}
      const result = await next.call(this, ctx)
      ctx.meta = {}
      return result
    },
}
