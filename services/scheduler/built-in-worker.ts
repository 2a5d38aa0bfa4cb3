import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'moleculer'
import type { FirstMessage, Hello } from '#bus/built-in.ts'
import type { IpcTransporter } from '#bus/ipc-transporter.ts'
import { allowedEnvironment } from '#domain/script-environment.ts'

export interface BuiltInWorkerSettings {
  /** Of the server's broker on the workers' bus; null where that is on Redis. */
  ipc: IpcTransporter | null
  /** What the worker is to know: nothing of it is in arguments or environment. */
  first: Omit<FirstMessage, 'workFolder' | 'graceMs'>
  /** Where its runs are, absolute: the same after each start, so that it finds them again. */
  workFolder: string
  /** The server's: the worker, and so any script, gets only what can be no secret. */
  environment: Record<string, string | undefined>
  logger: Pick<Logger, 'info' | 'warn' | 'error'>
  /** How long processes of a stopped run have to end by themselves. */
  graceMs?: number
  /** It has started, and is about to join the bus. */
  started(hello: Hello): void
}

export interface BuiltInWorker {
  /** Its process; null between two. */
  pid(): number | null
  /** Ends the worker, and not what it runs: the next one goes on with that. */
  stop(): Promise<void>
}

const entry = join(import.meta.dirname, '../../bin/tako.ts')
/** So long the worker has to end by itself at a stop. */
const patienceMs = 5_000
const shortestDelayMs = 100
const longestDelayMs = 5_000
/** One that has lived so long did not die of its start. */
const steadyMs = 10_000

/** Keeps a worker running beside this server: as a child process, started again when it dies. */
export function keepBuiltInWorker(settings: BuiltInWorkerSettings): BuiltInWorker {
  const { ipc, first, workFolder, logger, graceMs = 2_000, started } = settings
  let child: ChildProcess | null = null
  let timer: NodeJS.Timeout | null = null
  let isStopped = false
  let delayMs = shortestDelayMs
  mkdirSync(workFolder, { recursive: true, mode: 0o700 })

  function start() {
    const startedAt = Date.now()
    timer = null
    const worker = fork(entry, ['worker'], {
      cwd: workFolder,
      // Not even the worker itself has the secrets of the server.
      env: {
        ...allowedEnvironment(settings.environment),
        // From its second start on, half the time and a quarter less memory, so cheaper forks.
        NODE_COMPILE_CACHE: join(workFolder, 'compiled'),
      },
      // Collected sooner (2 MB): what flows through the worker is not left lying about in memory.
      execArgv: ['--max-semi-space-size=2'],
      serialization: 'advanced',
      // What it says belongs into the server's log, not on the console of whoever started that.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A session of its own: Ctrl-C is for the server, which takes its worker along.
      detached: true,
    })
    child = worker
    const { pid } = worker
    worker.on('message', (message) => {
      const { hello } = (Array.isArray(message) ? {} : message) as { hello?: Hello }
      if (!hello) return
      // Before the worker says anything on the bus: it waits for no answer.
      ipc?.attach(worker, hello.id)
      started(hello)
    })
    for (const stream of [worker.stdout, worker.stderr]) stream?.on('data', hear)
    worker.on('error', (error) => {
      logger.error('The built-in worker has a fault', error)
      // What never was a process does not exit either.
      if (pid === undefined) again(0, error.message)
    })
    worker.once('exit', (code, signal) => again(Date.now() - startedAt, code ?? signal))
    const message: FirstMessage = { ...first, workFolder, graceMs }
    worker.send(message)
  }

  /** At a stop the channel closes under its hands: that it minds is no news. */
  function hear(words: Buffer) {
    if (!isStopped)
      logger.warn('The built-in worker says', { words: words.toString('utf8').trim() })
  }

  function again(livedMs: number, reason: number | string | null) {
    child = null
    if (isStopped || timer) return
    if (livedMs > steadyMs) delayMs = shortestDelayMs
    logger.warn('The built-in worker has died: it is started again', { reason, delayMs })
    timer = setTimeout(start, delayMs)
    delayMs = Math.min(delayMs * 2, longestDelayMs)
  }

  start()
  return {
    pid: () => child?.pid ?? null,

    async stop() {
      isStopped = true
      if (timer) clearTimeout(timer)
      const last = child
      if (!last) return
      const gone = new Promise((resolve) => last.once('exit', resolve))
      if (last.connected) last.disconnect()
      // What it runs goes on also when it has to be ended like this.
      const force = setTimeout(() => last.kill('SIGKILL'), patienceMs)
      await gone
      clearTimeout(force)
    },
  }
}
