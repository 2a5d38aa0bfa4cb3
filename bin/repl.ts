import { ServiceBroker } from 'moleculer'
import { systemCaller } from '#bus/caller.ts'
import { overRedis } from '#bus/redis-transporter.ts'
import { workerBroker } from '#bus/worker-broker.ts'
import { config } from '#config'
import brokerOptions from '../moleculer.config.ts'
import { type Running, startServer } from './server.ts'

interface ReplOptions {
  /** On the workers' bus instead of the server's. */
  isForWorkers: boolean
  stopOnSignals(running: Running): void
  refuse(reason: unknown): never
}

/**
 * Moleculer's REPL: joins the running server as a node where REDIS_URL is set, else starts a server.
 * What it calls, it calls as the local administrator. On the workers' bus it shows who is there: what
 * it asks of workers it cannot sign, so they do nothing for it.
 */
export async function runRepl({ isForWorkers, stopOnSignals, refuse }: ReplOptions) {
  const running = await (isForWorkers ? joinWorkers() : asAdministrator()).catch(refuse)
  stopOnSignals(running)
  running.broker.repl()
}

async function asAdministrator() {
  const caller = { ...systemCaller('the REPL'), established: 'REPL' }
  const administrator = {
    name: 'Repl',
    call:
      (next: Call): Call =>
      (action, params, options) =>
        next(action, params, { ...options, meta: { caller, ...options?.meta } }),
  }
  const middlewares = [...brokerOptions.middlewares, administrator]
  if (!config.redisUrl) return startServer({ loggers: true, broker: { middlewares } })
  const nodeID = `repl-${process.pid}`
  return started(new ServiceBroker({ ...brokerOptions, nodeID, middlewares, logger: false }))
}

async function joinWorkers() {
  if (!config.redisUrl)
    throw new Error(
      'Without REDIS_URL there are no workers but the built-in one, inside the server.',
    )
  const broker = workerBroker({
    nodeID: `repl-${process.pid}`,
    namespace: `${config.namespace}-workers`,
    transporter: overRedis({ url: config.redisUrl, side: 'hub' }),
  })
  return started(broker as unknown as ServiceBroker)
}

async function started(broker: ServiceBroker) {
  await broker.start()
  return { broker, stop: () => broker.stop() }
}

type Call = (action: string, params: unknown, options?: { meta?: object }) => Promise<unknown>
