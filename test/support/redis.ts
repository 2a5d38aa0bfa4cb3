/** A Redis of its own, that keeps nothing. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { createClient } from 'redis'

export interface TestRedis {
  /** For REDIS_URL. */
  url: string
  port: number
  /** Ends it, and all connections to it, in order or without a word. */
  halt(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again at the same address, empty, if it has ended. */
  resume(): Promise<void>
  restart(): Promise<void>
  /** The connections that there are, but for the one that asks. */
  connections(): Promise<RedisConnection[]>
  stop(): Promise<void>
}

export interface RedisConnection {
  id: number
  /** Whether it listens to channels. */
  isSubscriber: boolean
}

/** Starts a redis-server on a free port, and resolves when it listens. `more` are further arguments. */
export async function startRedis(more: string[] = []): Promise<TestRedis> {
  const port = await freePort()
  const args = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--dir',
    tmpdir(),
    ...more,
  ]
  let redis = await listening(args)

  const hasEnded = () => redis.exitCode !== null || redis.signalCode !== null

  async function halt(signal: NodeJS.Signals = 'SIGTERM') {
    if (hasEnded()) return
    const gone = once(redis, 'exit')
    redis.kill(signal)
    await gone
  }

  async function resume() {
    if (hasEnded()) redis = await listening(args)
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    halt,
    resume,
    async restart() {
      await halt()
      await resume()
    },
    connections: () => connectionsOf(port),
    stop: () => halt(),
  }
}

async function connectionsOf(port: number): Promise<RedisConnection[]> {
  const client = createClient({ url: `redis://127.0.0.1:${port}` })
  await client.connect()
  try {
    const own = await client.clientId()
    const all = await client.clientList()
    return all
      .filter(({ id }) => id !== own)
      .map(({ id, sub, psub }) => ({ id, isSubscriber: sub + psub > 0 }))
  } finally {
    client.destroy()
  }
}

async function listening(args: string[]) {
  const redis = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  for await (const chunk of redis.stdout.iterator({ destroyOnReturn: false })) {
    said += chunk
    if (said.includes('Ready to accept connections')) break
  }
  if (redis.exitCode !== null) throw new Error(`redis-server has ended: ${said}`)
  redis.stdout.resume()
  return redis
}

/** A port that nobody has just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
