/** A Redis of its own, that keeps nothing. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'

export interface TestRedis {
  /** For REDIS_URL. */
  url: string
  stop(): Promise<void>
}

/** Starts a redis-server on a free port, and resolves when it listens. */
export async function startRedis(): Promise<TestRedis> {
  const port = await freePort()
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', tmpdir()]
  const redis = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(redis, 'exit')
  let said = ''
  for await (const chunk of redis.stdout.iterator({ destroyOnReturn: false })) {
    said += chunk
    if (said.includes('Ready to accept connections')) break
  }
  if (redis.exitCode !== null) throw new Error(`redis-server has ended: ${said}`)
  redis.stdout.resume()
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      redis.kill()
      await gone
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
