/**
 * Many workers in one process, which have nothing to do: each joins and says that it lives as one on a
 * machine of its own does. Asked, the process says what has passed between them and the bus so far.
 */
import { join } from 'node:path'
import { Transporters } from 'moleculer'
import { RedisTransporter } from '#bus/redis-transporter.ts'
import { startJoined } from '../../../services/worker/joined.ts'

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

process.once('message', async ({ server, redis, tokens, folder }: IdleTask) => {
  for (const [at, token] of tokens.entries())
    await startJoined({
      ...{ server, token, redisUrl: redis, space: null, logger: false },
      settings: {
        ...{ name: `idle-${at + 1}`, version: '0.0.0', workFolder: join(folder, `${at}`) },
        ...{ slots: 1, environment: {}, graceMs: 1_000, leastFreeBytes: 0 },
        ...{ cacheBytes: MEGABYTE, serverUrl: server, certificate: null, allowsPlainHttp: false },
      },
      say: () => undefined,
      failed: (error) => {
        throw error
      },
      signal: new AbortController().signal,
    })
  process.send?.(counts)
  process.on('message', () => process.send?.(counts))
})
