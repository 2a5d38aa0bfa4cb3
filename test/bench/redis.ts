import { startRedis } from '../support/redis.ts'

/** Runs `work` beside a Redis of its own that keeps nothing. */
export async function withRedis<T>(work: (port: number) => Promise<T>): Promise<T> {
  const redis = await startRedis()
  try {
    return await work(Number(new URL(redis.url).port))
  } finally {
    await redis.stop()
  }
}
