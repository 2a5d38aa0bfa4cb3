import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs `work` beside a Redis of its own that keeps nothing. */
export async function withRedis<T>(work: (port: number) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'tako-redis-'))
  const port = await freePort()
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder]
  const redis = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await isReady(redis.stdout)
    return await work(port)
  } finally {
    const gone = once(redis, 'exit')
    redis.kill()
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
}

async function isReady(said: AsyncIterable<Buffer>): Promise<void> {
  let text = ''
  for await (const chunk of said) {
    text += chunk
    if (text.includes('Ready to accept connections')) return
  }
  throw new Error(`redis-server has ended: ${text}`)
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : 0
}
