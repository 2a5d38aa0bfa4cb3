import type { Service } from 'moleculer'
import { createClient } from 'redis'
import { type Counts, memoryCounts, WINDOW_SECONDS } from './counts.ts'

/** So long who tries waits for Redis, in ms. */
const PATIENCE_MS = 1_000

/**
 * The counts of all nodes of a server. `of` says of what: 'sign-in'. While Redis is away each node counts
 * by itself: nobody is kept out by that, and nobody has endless tries.
 */
export function redisCounts(
  { url, namespace, of }: { url: string; namespace: string; of: string },
  logger: Service['logger'],
): Counts {
  const client = createClient({
    url,
    // What cannot be counted now is counted here, not later.
    disableOfflineQueue: true,
    commandOptions: { timeout: PATIENCE_MS },
    socket: { connectTimeout: 5_000, reconnectStrategy: (tries) => Math.min(tries * 100, 1_000) },
  })
  let isAway = false
  client.on('error', (error: Error) => {
    if (!isAway) logger.warn('Tries are counted by this node alone: Redis is away', { of, error })
    isAway = true
  })
  client.on('ready', () => {
    isAway = false
  })
  // It tries until it is there, or is closed.
  client.connect().catch((error) => logger.debug('Redis was not reached until the stop', error))

  const nameOf = (key: string) => `${namespace}:${of}:${key}`
  const own = memoryCounts()
  return {
    async add(key, now) {
      const name = nameOf(key)
      try {
        const [count, , seconds] = await client
          .multi()
          .incr(name)
          .expire(name, WINDOW_SECONDS, 'NX')
          .ttl(name)
          .execTyped()
        return { count: Number(count), seconds: Math.max(1, Number(seconds)) }
      } catch (error) {
        logger.debug('A try is counted by this node alone', { of, error })
        return own.add(key, now)
      }
    },
    async forget(key) {
      await own.forget(key)
      await client
        .del(nameOf(key))
        .catch((error) => logger.debug('A count stays until its end', { of, error }))
    },
    async close() {
      await own.close()
      if (client.isReady) await client.close()
      else client.destroy()
    },
  }
}
