import { ServiceBroker } from 'moleculer'
import { systemCaller } from '#bus/caller.ts'
import { config } from '#config'
import brokerOptions from '../moleculer.config.ts'
import { type Running, startServer } from './server.ts'

/**
 * Moleculer's REPL: joins the running server as a node where REDIS_URL is set, else starts a server.
 * What it calls, it calls as the local administrator.
 */
export async function runRepl(
  stopOnSignals: (running: Running) => void,
  refuse: (reason: unknown) => never,
) {
  const caller = { ...systemCaller('the REPL'), established: 'REPL' }
  const asAdministrator = {
    name: 'Repl',
    call:
      (next: Call): Call =>
      (action, params, options) =>
        next(action, params, { ...options, meta: { caller, ...options?.meta } }),
  }
  const middlewares = [...brokerOptions.middlewares, asAdministrator]
  const running = await (config.redisUrl
    ? join(middlewares)
    : startServer({ loggers: true, broker: { middlewares } })
  ).catch(refuse)
  stopOnSignals(running)
  running.broker.repl()
}

type Call = (action: string, params: unknown, options?: { meta?: object }) => Promise<unknown>

async function join(middlewares: object[]) {
  const nodeID = `repl-${process.pid}`
  const broker = new ServiceBroker({ ...brokerOptions, nodeID, middlewares, logger: false })
  await broker.start()
  return { broker, stop: () => broker.stop() }
}
