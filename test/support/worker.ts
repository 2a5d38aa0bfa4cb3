/** A real worker, and in place of its server a scheduler that does what a test says. */
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FirstMessage, Hello } from '#bus/built-in.ts'
import { IpcTransporter } from '#bus/ipc-transporter.ts'
import { newKeys, type PublicKeys, partyOf } from '#bus/messages.ts'
import type { LogBatch, RunResult, RunSpec } from '#bus/orders.ts'
import { workerBroker } from '#bus/worker-broker.ts'
import { workerEnvironment } from '#config'
import { schedulerOn, type TestScheduler } from './scheduler.ts'
import { until } from './until.ts'

const entry = join(import.meta.dirname, '../../bin/tako.ts')

export interface TestWorkerOptions extends Partial<FirstMessage> {
  environment?: Record<string, string | undefined>
}

export type TestWorker = Awaited<ReturnType<typeof startTestWorker>>

/** Starts a built-in worker, with a work folder of its own; it is started again when it dies. */
export async function startTestWorker({ environment, ...options }: TestWorkerOptions = {}) {
  const workFolder = options.workFolder ?? mkdtempSync(join(tmpdir(), 'tako-worker-'))
  const server = await partyOf(await newKeys())
  const transporter = new IpcTransporter()
  const broker = workerBroker({ nodeID: 'server', transporter })
  const scheduler = schedulerOn(broker, server)
  await broker.start()
  let child: ChildProcess | null = null
  let isStopped = false
  let hello = Promise.withResolvers<Hello>()

  function start() {
    const next = fork(entry, ['worker'], {
      env: { ...workerEnvironment(), ...environment } as NodeJS.ProcessEnv,
      // As its server does.
      execArgv: ['--max-semi-space-size=2'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    child = next
    next.once('message', ({ hello: said }: { hello: Hello }) => {
      transporter.attach(next, said.id)
      hello.resolve(said)
    })
    next.once('exit', () => {
      hello = Promise.withResolvers()
      if (!isStopped) start()
    })
    next.send({
      ...{ workFolder, slots: 10, version: '0.0.0', redisUrl: null, bus: 'tako-workers' },
      ...{ server: server.keys, serverUrl: null, certificate: null, cacheBytes: 0 },
      ...{ graceMs: 300, leastFreeBytes: 0, ...options },
    } satisfies FirstMessage)
  }

  start()
  const { id, keys } = await hello.promise
  scheduler.knows(id, keys)
  await scheduler.comes(id)
  const asks = asking(scheduler, id)

  return {
    ...{ id, keys, server, broker, scheduler, workFolder, ...asks },
    received: scheduler.received,
    progress: scheduler.progress,
    hooks: scheduler.hooks,
    pid: () => child?.pid ?? null,
    folderOf: (runId: string) => join(workFolder, 'runs', runId),
    isKept: (runId: string, file = '') => existsSync(join(workFolder, 'runs', runId, file)),

    /** As after `kill -9`; it is started again. */
    kill(signal: NodeJS.Signals = 'SIGKILL') {
      child?.kill(signal)
      broker.registry.nodes.disconnected(id, true)
    },

    comesBack: () => scheduler.comes(id),

    async stop() {
      isStopped = true
      const gone = new Promise((resolve) => child?.once('exit', resolve))
      child?.disconnect()
      await gone
      await broker.stop()
      rmSync(workFolder, { recursive: true, force: true })
    },
  }
}

/** What a test asks of one worker. */
export function asking(scheduler: TestScheduler, id: string) {
  const { received } = scheduler

  /** Asks until the run has ended, also across a restart of the worker. */
  async function resultOf(
    runId: string,
    spec: RunSpec | null,
    more: { term?: number; replyTo?: string } = {},
  ): Promise<RunResult> {
    for (;;) {
      const answer = await scheduler
        .order(id, { do: 'run', runId, spec, waitMs: 5_000, ...about(more) })
        .catch((error) => passes(error))
      if (!answer) await scheduler.comes(id)
      if (!answer || answer.state === 'running') continue
      if (answer.state === 'refused') throw new Error(answer.reason)
      return answer.result
    }
  }

  const about = ({ term = 1, replyTo = scheduler.nodeID }) => ({ term, replyTo })

  return {
    resultOf,

    /** One question, whose answer is at once. */
    ask: (runId: string, spec: RunSpec | null, more: { term?: number; replyTo?: string } = {}) =>
      scheduler.order(id, { do: 'run', runId, spec, waitMs: 0, ...about(more) }),
    stopRun: (runId: string, term = 1) => scheduler.order(id, { do: 'stop', runId, term }),
    forget: (runId: string, term = 1) =>
      scheduler.order(id, { do: 'forget', runs: [{ runId, term }] }),
    describe: () => scheduler.order(id, { do: 'describe' }),

    /** Resolves when so many batches of a run have come. */
    batches: (runId: string, count: number) =>
      scheduler.arrives(() => received.filter((batch) => batch.runId === runId).length >= count),

    /** Runs a script to its end. */
    async run(spec: Partial<RunSpec>, runId = newRunId()) {
      const result = await resultOf(runId, specOf(spec))
      return { result, lines: linesOf(received, runId) }
    },

    linesOf: (runId: string) => linesOf(received, runId),
  }
}

/** While the worker is away, or starts anew. */
function passes(error: Error & { type?: string }): null {
  if (/REQUEST|NODE|SERVICE|BUS|GATEWAY/.test(error.type ?? '')) return null
  throw error
}

export const newRunId = () => `ServerTasks-${randomUUID().slice(0, 12)}.deploy-1.1`

export const specOf = (spec: Partial<RunSpec>): RunSpec => ({
  syntax: 'Bash',
  body: '',
  scriptFile: null,
  parameters: '',
  variables: { 'Octopus.Action.Script.SuppressEnvironmentLogging': 'True' },
  secrets: [],
  failOnErrorOutput: false,
  timeoutMs: 0,
  packages: [],
  deployment: null,
  files: { token: '', url: null, certificate: null },
  ...spec,
})

/** The lines of a run without their times, each batch taken once: 'i text'. */
function linesOf(received: LogBatch[], runId: string): string[] {
  const batches = new Map(
    received.filter((batch) => batch.runId === runId).map((batch) => [batch.seq, batch]),
  )
  const text = [...batches.values()]
    .sort((one, other) => one.seq - other.seq)
    .map((batch) => batch.text)
    .join('')
  const lines = text.split('\n').slice(0, -1)
  return lines.map((line) => `${line.charAt(9)} ${line.slice(10)}`)
}

/** Resolves when the worker is on the bus of these keys. */
export const isThere = (scheduler: TestScheduler, id: string, keys: PublicKeys) => {
  scheduler.knows(id, keys)
  return until(() => scheduler.aliveOf(id) !== null, `the worker ${id} says that it lives`)
}
