import { randomUUID } from 'node:crypto'
import type { BrokerOptions } from 'moleculer'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { config } from '#config'
import { closeStore, openStore } from '#store/connection.ts'
import { type RunningServer, startServer as startNode } from '../../bin/server.ts'
import brokerOptions from '../../moleculer.config.ts'
import { wire } from './wire.ts'

export interface TestServer {
  /** Calls as the system. */
  bus: Pick<Bus, 'call'>
  /** The node of the services; over Redis, the gateway is on another. */
  broker: RunningServer['broker']
  /** Sends a request as the administrator: `send('GET', '/spaces')`; `key` is another's API key, null nobody's. */
  send(method: string, path: string, body?: unknown, key?: string | null): Promise<Response>
  /** The same, and its JSON. Fails when the answer is no success. */
  ask<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>
  /** Where the REST API is, for requests of another kind: 'http://localhost:1234/api'. */
  url: string
  stop(): Promise<void>
}

/** Starts a whole server node in a namespace, so in a database, of its own. */
export async function startServer(broker: BrokerOptions = {}): Promise<TestServer> {
  const namespace = `test-${randomUUID()}`
  // What a test sees in one process is what two would show each other.
  const middlewares = [...brokerOptions.middlewares, wire]
  const settings = { namespace, middlewares, ...broker }
  // Over Redis, the gateway is a node of its own, so that all that it calls crosses the bus.
  const rest =
    config.redisUrl && (await startNode(part('services', settings, (name) => name !== 'api')))
  const node = await (rest
    ? startNode(part('gateway', settings, (name) => name === 'api'))
    : startNode({ port: 0, broker: settings }))
  const url = `${node.address}/api`

  const send: TestServer['send'] = (method, path, body, key = config.adminApiKey ?? null) =>
    fetch(url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(key !== null && { 'X-Octopus-ApiKey': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })

  return {
    bus: asSystem((rest || node).broker as Bus, 'a test'),
    broker: (rest || node).broker,
    url,
    send,

    async ask(method, path, body) {
      const response = await send(method, path, body)
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
      return text === '' ? {} : JSON.parse(text)
    },

    async stop() {
      const store = await openStore(namespace)
      await store.dropDatabase()
      await closeStore()
      await node.stop()
      if (rest) await rest.stop()
    },
  }
}

/** A node with some of the services, under a name that tells it from the others of this process. */
const part = (name: string, settings: BrokerOptions, has: (service: string) => boolean) => ({
  port: 0,
  has,
  broker: { ...settings, nodeID: `${settings.nodeID ?? process.pid}-${name}` },
})
