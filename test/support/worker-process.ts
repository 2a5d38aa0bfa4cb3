/** A worker as an operator starts it: a process of its own that joins a server by its addresses. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './until.ts'

const ENTRY = join(import.meta.dirname, '../../bin/tako.ts')
/** As `npm run worker` has them: what flows through a worker is collected sooner. */
const FLAGS = ['--max-semi-space-size=2']

export interface WorkerSettings {
  name: string
  server: string
  redis: string
  /** It registers by this at its first start. */
  token: string
  slots: number
  /** Further arguments. */
  more?: string[]
  /** A command before its own that runs it, such as one that limits it. */
  wrap?: (home: string) => string[]
}

export interface WorkerProcess {
  name: string
  /** Its folder. */
  home: string
  process: ChildProcess
  /** What it has said since its last start, on both ways. */
  said(): string
  /** Resolves when it says that it works. */
  works(): Promise<unknown>
  /** Starts it on its folder, where it has registered before. */
  start(): void
  /** Ends it as a power failure of this one process would: what it runs goes on. */
  kill(): Promise<void>
  /** Ends it in order. */
  stop(): Promise<void>
  /** Ends it, and takes its folder away. */
  remove(): Promise<void>
}

/** Starts one in a new folder. */
export function startWorkerProcess(settings: WorkerSettings): WorkerProcess {
  const home = mkdtempSync(join(tmpdir(), 'tako-worker-'))
  let words = ''
  const hear = (chunk: Buffer) => {
    words += chunk
  }

  const worker: WorkerProcess = {
    name: settings.name,
    home,
    process: launch(settings.token),
    said: () => words,
    works: () => until(() => words.includes('Works for '), `${settings.name} works`, 60_000),
    start() {
      words = ''
      worker.process = launch()
    },
    kill: () => endBy('SIGKILL'),
    stop: () => endBy('SIGTERM'),
    async remove() {
      await endBy('SIGKILL')
      rmSync(home, { recursive: true, force: true, maxRetries: 10 })
    },
  }
  return worker

  function launch(token?: string): ChildProcess {
    const { name, server, redis, slots, more = [] } = settings
    const [command = '', ...args] = [
      ...(settings.wrap?.(home) ?? []),
      ...[process.execPath, ...FLAGS, ENTRY, 'worker', '--server', server, '--redis', redis],
      ...['--home', home, '--name', name, '--slots', `${slots}`],
      ...(token === undefined ? [] : ['--token', token]),
      ...more,
    ]
    const child = spawn(command, args, {
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    return child
  }

  async function endBy(signal: NodeJS.Signals) {
    const child = worker.process
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
}
