/** A server node in this process: the key, the store, the bus and all services on it. */
import { X509Certificate } from 'node:crypto'
import { globSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { type BrokerOptions, type Service, ServiceBroker, type ServiceSchema } from 'moleculer'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { loggers } from '#bus/logging.ts'
import { config } from '#config'
import { isStoreAway } from '#store/away.ts'
import { closeStore, openStoreWhenThere } from '#store/connection.ts'
import { checkMasterKey, masterKeyFrom, useMasterKey } from '#store/encryption.ts'
import brokerOptions from '../moleculer.config.ts'

/** So long a start rests before it begins anew, in ms. */
const RETRY_MS = 1_000

export interface Running {
  stop(): Promise<void>
}

export interface RunningServer extends Running {
  broker: ServiceBroker
  /** Such as 'http://localhost:8065'; '' on a node that has no gateway. */
  address: string
  /** The administrator made by this very start, with the password that nobody else knows. */
  firstAdministrator: { username: string; password: string } | null
}

export interface ServerOptions {
  /** Write logs to files and warnings to the console; else say nothing. */
  loggers?: boolean
  /** What differs from `moleculer.config.ts`. */
  broker?: BrokerOptions
  /** In place of the one of the settings; 0 takes a free one. */
  port?: number
  /** Hears, at each try, why the database is not there yet: the start waits for it. */
  waiting?: (reason: string) => void
  /** Which services this node has, when others on its bus have the rest. */
  has?: (service: string) => boolean
}

/**
 * Starts a node and resolves when it answers. Fails with a sentence that says what to set right. A
 * database that goes in the midst of it is waited for, like one that is away from the first.
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  for (;;) {
    try {
      return await startOnce(options)
    } catch (error) {
      if (!isStoreAway(error)) throw error
      options.waiting?.((error as Error).message)
      await wait(RETRY_MS)
    }
  }
}

async function startOnce(options: ServerOptions): Promise<RunningServer> {
  const settings: BrokerOptions = {
    ...brokerOptions,
    logger: options.loggers ? loggers : false,
    ...options.broker,
  }
  useMasterKey(await masterKeyFrom({ key: config.masterKey, home: config.home }))
  // Held open from here to the end, so that a folder in use or a wrong key stops the start first.
  const name = settings.namespace ?? config.namespace
  await checkMasterKey(await openStoreWhenThere(name, options.waiting ?? (() => undefined)))

  const broker = new ServiceBroker(settings)
  const { has = () => true } = options
  const schemas = (await serviceSchemas()).filter(({ name }) => has(name))
  for (const schema of schemas) broker.createService(withPort(schema, options.port))
  const stop = async () => {
    const gateway = broker.getLocalService('api') as (Service & { leave(): Promise<void> }) | null
    // What is asked already needs the services to be answered.
    await gateway?.leave()
    await broker.stop()
    await closeStore()
  }
  // The broker would print the error and end the process by itself: that is for bin/ alone.
  const fatal = Promise.withResolvers<never>()
  broker.fatal = (message, error) => {
    broker.logger.error(message, error)
    fatal.reject(error ?? new Error(message))
  }
  try {
    await Promise.race([broker.start(), fatal.promise])
  } catch (error) {
    await stop()
    throw readable(error)
  }
  const bus: Bus = broker
  const firstAdministrator = await asSystem(bus, 'the first start').call(
    'users.firstAdministrator',
    {},
  )
  const address = has('api') ? addressOf(broker) : ''
  if (address && has('scheduler')) await tellAddress(broker, address)
  return { broker, stop, firstAdministrator, address }
}

/** What a user can set right, in a sentence that says how. */
function readable(error: unknown): unknown {
  const { code, port } = error as { code?: string; port?: number }
  if (code === 'EADDRINUSE')
    return new Error(`The port ${port} is in use by another program: set PORT to another one.`)
  if (code === 'EACCES' && port !== undefined)
    return new Error(`The port ${port} may not be opened by this user: set PORT to another one.`)
  if (code === 'EADDRNOTAVAIL')
    return new Error(`HOST must be an address of this machine: '${config.host}' is none.`)
  return error
}

/** Every service of a server node. The worker's is not: it runs in a process of its own. */
async function serviceSchemas(): Promise<ServiceSchema[]> {
  const root = join(import.meta.dirname, '..')
  const files = globSync('services/*/*.service.ts', { cwd: root }).sort()
  const modules = await Promise.all(
    files
      .filter((file) => !file.endsWith('worker.service.ts'))
      .map((file) => import(pathToFileURL(join(root, file)).href)),
  )
  return modules.map((module) => module.default)
}

/** The gateway's settings are moleculer-web's own, which the schema of a service does not know. */
const withPort = (schema: ServiceSchema, port?: number): ServiceSchema =>
  schema.name === 'api' && port !== undefined
    ? Object.assign({}, schema, { settings: { ...schema.settings, port } })
    : schema

/** The built-in worker fetches packages as the others do: it is told where, since the port may be any. */
async function tellAddress(broker: ServiceBroker, address: string) {
  const url = new URL(address)
  const certificate = config.tls ? digestOf(config.tls.cert) : null
  const call = { url: url.origin, certificate }
  await asSystem(broker as Bus, 'the start').call('scheduler.servesAt', call, {
    nodeID: broker.nodeID,
  })
}

const digestOf = (pem: Buffer) =>
  new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()

function addressOf(broker: ServiceBroker): string {
  const { server } = broker.getLocalService('api') as Service & { server: Server }
  const { address, port } = server.address() as AddressInfo
  const host = /^(127\.|::1$|0\.0\.0\.0$|::$)/.test(address) ? 'localhost' : config.host
  return `${config.tls ? 'https' : 'http'}://${host}:${port}`
}
