/**
 * Many workers in one process, which have nothing to do: each joins and says that it lives as one on a
 * machine of its own does. Asked, the process says what has passed between them and the bus so far.
 */
import { join } from 'node:path'
import { Transporters } from 'moleculer'
import { createClient } from 'redis'
import { RedisTransporter } from '#bus/redis-transporter.ts'
import { startJoined } from '../../../services/worker/joined.ts'
import { inParallel } from '../../support/parallel.ts'

export interface IdleTask {
  server: string
  redis: string
  /** For each worker one. */
  tokens: string[]
  folder: string
}

/** Since the start. */
export interface IdleCounts {
  /** Packets that the workers got, each of them counted. */
  received: number
  /** Packets that they sent. Where there is one server, so many it got. */
  sent: number
}

/** So many join at a time. */
const AT_ONCE = 8
/** So many are let in from one address within minutes, and some more. */
const MOST_FROM_ONE_ADDRESS = 80
const MEGABYTE = 1024 ** 2
const counts: IdleCounts = { received: 0, sent: 0 }

const { receive } = Transporters.Base.prototype
Transporters.Base.prototype.receive = function (...packet) {
  counts.received += 1
  return receive.apply(this, packet)
}
const { send } = RedisTransporter.prototype
RedisTransporter.prototype.send = function (...packet) {
  counts.sent += 1
  return send.apply(this, packet)
}

process.once('message', async (task: IdleTask) => {
  for (let from = 0; from < task.tokens.length; from += MOST_FROM_ONE_ADDRESS) {
    await joinSome(task, from)
    await forgetAttempts(task.redis)
  }
  process.send?.(counts)
  process.on('message', () => process.send?.(counts))
})

async function joinSome({ server, redis, tokens, folder }: IdleTask, from: number) {
  const some = tokens.slice(from, from + MOST_FROM_ONE_ADDRESS)
  await inParallel(some.length, AT_ONCE, async (at) => {
    const name = `idle-${from + at + 1}`
    await startJoined({
      ...{ server, token: some[at] ?? null, redisUrl: redis, space: null, logger: false },
      settings: {
        ...{ name, version: '0.0.0', workFolder: join(folder, name) },
        ...{ slots: 1, environment: {}, graceMs: 1_000, leastFreeBytes: 0 },
        ...{ cacheBytes: MEGABYTE, serverUrl: server, certificate: null, allowsPlainHttp: false },
      },
      say: () => undefined,
      failed: (error) => {
        throw error
      },
      signal: new AbortController().signal,
    })
  })
}

/** Machines of their own would have addresses of their own, of which each may ask so often. */
async function forgetAttempts(url: string) {
  const client = createClient({ url })
  await client.connect()
  await client.flushAll()
  client.destroy()
}
