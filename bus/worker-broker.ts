import { type BrokerOptions, type Middleware, ServiceBroker, type Transporters } from 'moleculer'
import type { Bus, WorkerBus } from './index.ts'
import { IpcTransporter } from './ipc-transporter.ts'

/** What a side of the workers' bus decides for itself. */
export interface WorkerBrokerOptions {
  nodeID: string
  transporter: Transporters.Base
  logger?: BrokerOptions['logger']
}

/** A broker on the workers' bus, for either side of it. Its calls wait for ever unless they say how long. */
export function workerBroker({ nodeID, transporter, logger = false }: WorkerBrokerOptions) {
  const broker = new ServiceBroker({
    namespace: 'tako-workers',
    nodeID,
    transporter,
    logger,
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
    middlewares: [metaless],
  })
  return broker as Omit<ServiceBroker, keyof Bus> & Bus<WorkerBus>
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
