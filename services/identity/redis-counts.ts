import type { Service } from 'moleculer'
import { createClient } from 'redis'
import { type Counts, memoryCounts, WINDOW_SECONDS } from './sign-in-limits.ts'

/** So long a sign-in waits for Redis, in ms. */
const PATIENCE_MS = 1_000

/**
 * The counts of all nodes of a server. While Redis is away each node counts by itself: nobody is kept
 * from signing in by that, and nobody has endless tries.
 */
export function redisCounts(
  { url, namespace }: { url: string; namespace: string },
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
    if (!isAway) logger.warn('Sign-ins are counted by this node alone: Redis is away', error)
    isAway = true
  })
  client.on('ready', () => {
    isAway = false
  })
  // It tries until it is there, or is closed.
  client.connect().catch((error) => logger.debug('Redis was not reached until the stop', error))

  const nameOf = (key: string) => `${namespace}:sign-in:${key}`
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
        logger.debug('A sign-in is counted by this node alone', error)
        return own.add(key, now)
      }
    },
    async forget(key) {
      await own.forget(key)
      await client
        .del(nameOf(key))
        .catch((error) => logger.debug('A count of sign-ins stays until its end', error))
    },
    async close() {
      await own.close()
      if (client.isReady) await client.close()
      else client.destroy()
    },
  }
}
