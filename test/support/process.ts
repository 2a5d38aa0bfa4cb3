/** A server as people start it: a process of its own, in a folder of its own, that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const ENTRY = join(import.meta.dirname, '../../bin/tako.ts')
export const ADMIN_KEY = 'API-ADMINISTRATOROFTESTS000'

export interface ServerProcess {
  url: string
  process: ChildProcess
  ask<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>
  /** Kills it as a power failure would: without a word. */
  kill(): Promise<void>
}

/** A folder for the data of servers that start one after the other. */
export interface Home {
  path: string
  /** The name of its server node. */
  node: string
  /** Starts a server on the folder, and resolves when it answers. `hear` is told what it prints until then. */
  start(env?: Record<string, string>, hear?: (said: string) => void): Promise<ServerProcess>
  /** Kills what still runs, and takes the folder away. */
  remove(): Promise<void>
}

export function newHome(): Home {
  const path = mkdtempSync(join(tmpdir(), 'tako-home-'))
  const started = new Set<ServerProcess>()

  return {
    path,
    node: basename(path),

    async start(env = {}, hear = () => undefined) {
      const child = spawn(process.execPath, [ENTRY, 'start'], {
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          TAKO_HOME: path,
          // Several on this machine are several nodes.
          TAKO_NODE: basename(path),
          PORT: '0',
          ADMIN_API_KEY: ADMIN_KEY,
          ADMIN_PASSWORD: 'Password01!',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const server = { process: child, url: await addressOf(child, hear), ask, kill }
      started.add(server)
      return server

      async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
        const response = await fetch(`${server.url}/api${path}`, {
          method,
          headers: { 'X-Octopus-ApiKey': ADMIN_KEY, 'Content-Type': 'application/json' },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        })
        const text = await response.text()
        if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
        return (text === '' ? {} : JSON.parse(text)) as T // What the caller says it is.
      }

      async function kill() {
        started.delete(server)
        if (child.exitCode !== null || child.signalCode !== null) return
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
    },

    async remove() {
      for (const server of started) await server.kill()
      rmSync(path, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

/** The first line that a server prints ends with its address. */
function addressOf(child: ChildProcess, tell: (said: string) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer) => {
      said += chunk
      tell(said)
      const address = /listens on (\S+)/.exec(said)?.[1]
      if (address) resolve(address)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${said}`)))
  })
}
