/** `tako worker` on a machine of its own. */
import type { LoggerConfig } from 'moleculer'
import { VERSION } from '#bus/version.ts'
import { config, workerEnvironment } from '#config'
import { allowedEnvironment } from '#domain/script-environment.ts'
import { startJoined } from '../services/worker/joined.ts'
import type { Running } from './server.ts'
import { workerOptions } from './worker-options.ts'

const MEGABYTE = 1024 ** 2
/** So long scripts have to end by themselves when they are stopped, in ms. */
const GRACE_MS = 2_000

interface Surface {
  print(line: string): void
  refuse(reason: unknown): never
  stopOnSignals(running: Running): void
}

/** Joins the server that the arguments name, and works until a signal comes. */
export async function runWorker(args: string[], surface: Surface): Promise<void> {
  const { print, refuse } = surface
  const { server, token, space, redisUrl, home, ...options } = readable(args, refuse)
  const left = new AbortController()
  const starting = startJoined({
    ...{ server, token, space, redisUrl, logger, say: print, signal: left.signal },
    settings: {
      name: options.name,
      version: VERSION,
      workFolder: home,
      slots: options.slots,
      environment: allowedEnvironment(workerEnvironment()),
      graceMs: GRACE_MS,
      leastFreeBytes: options.leastFreeMegabytes * MEGABYTE,
      cacheBytes: options.cacheGigabytes * 1024 * MEGABYTE,
      serverUrl: server,
      certificate: null,
      allowsPlainHttp: options.allowsPlainHttp,
    },
    failed: (error) => void stop().finally(() => refuse(error)),
  })

  async function stop() {
    left.abort()
    // What it waited for before it worked is given up: then there is nothing to stop.
    const working = await starting.catch(() => null)
    await working?.stop()
  }

  surface.stopOnSignals({ stop })
  await starting.catch((error) => {
    if (!left.signal.aborted) refuse(error)
  })
}

function readable(args: string[], refuse: Surface['refuse']) {
  try {
    return workerOptions(args, config.redisUrl)
  } catch (error) {
    return refuse(error)
  }
}

/** What an operator of this machine should know, in a line each. */
const logger: LoggerConfig = {
  type: 'Console',
  options: {
    // What could not be sent is said by who wanted to send it, and once that Redis is away.
    level: { TRANSIT: 'fatal', '**': 'warn' },
    formatter: (level: string, args: unknown[]) => [
      `${level.toUpperCase()} ${args.map(shortOf).join(' ')}`,
    ],
  },
}

const shortOf = (value: unknown) => {
  if (value instanceof Error) return value.message
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
