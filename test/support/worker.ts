/** A real built-in worker, and the server's end of the bus that it is on. */
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceSchema } from 'moleculer'
import { defineWorkerService } from '#bus'
import { IpcTransporter } from '#bus/ipc-transporter.ts'
import { sealFor } from '#bus/sealing.ts'
import { workerBroker } from '#bus/worker-broker.ts'
import { workerEnvironment } from '#config'
import { keepBuiltInWorker } from '../../services/scheduler/built-in-worker.ts'
import type { LogBatch, RunProgress } from '../../services/scheduler/runs.contract.ts'
import type { RunResult, RunSpec } from '../../services/worker/worker.contract.ts'

const nodeID = 'built-in'

export interface TestWorkerOptions {
  slots?: number
  graceMs?: number
  environment?: Record<string, string | undefined>
}

export type TestWorker = Awaited<ReturnType<typeof startTestWorker>>

/** Starts both ends, with a work folder of their own. */
export async function startTestWorker(options: TestWorkerOptions = {}) {
  const workFolder = mkdtempSync(join(tmpdir(), 'tako-worker-'))
  const received: LogBatch[] = []
  const arrivals: (() => void)[] = []
  const progress: ({ runId: string } & RunProgress)[] = []
  /** Called with each batch before it is acknowledged; what it throws refuses the batch. */
  const hooks = { onBatch: async (_batch: LogBatch) => {} }
  const transporter = new IpcTransporter()
  const broker = workerBroker({ nodeID: 'server', transporter })
  broker.createService(receiver({ received, arrivals, progress, hooks }))
  await broker.start()
  const keeper = keepBuiltInWorker({
    ...{ transporter, nodeID, workFolder, slots: 10, version: '0.0.0', graceMs: 300 },
    environment: { ...workerEnvironment(), ...options.environment },
    logger: { info() {}, warn() {}, error() {} },
    ...(options.slots && { slots: options.slots }),
    ...(options.graceMs && { graceMs: options.graceMs }),
  })
  await broker.waitForServices('worker', 20_000, 5)

  const call = broker.call.bind(broker)

  /** Asks until the run has ended, also across a restart of the worker. */
  async function resultOf(runId: string, sealed: string | null): Promise<RunResult> {
    for (;;) {
      const answer = await call(
        'worker.run',
        { runId, sealed, waitMs: 5_000 },
        { nodeID, timeout: 10_000 },
      ).catch(() => broker.waitForServices('worker', 20_000, 5))
      if (!answer || !('state' in answer) || answer.state === 'running') continue
      if (answer.state === 'refused') throw new Error(answer.reason)
      return answer.result
    }
  }

  const seal = (spec: Partial<RunSpec>) =>
    sealFor(keeper.key, JSON.stringify({ ...plainSpec, ...spec }))

  return {
    broker,
    call,
    keeper,
    workFolder,
    received,
    progress,
    hooks,
    seal,
    resultOf,
    folderOf: (runId: string) => join(workFolder, 'runs', runId),
    isKept: (runId: string, file = '') => existsSync(join(workFolder, 'runs', runId, file)),

    /** As after `kill -9`; the next worker is started by its keeper. */
    kill() {
      const pid = keeper.pid()
      if (pid) process.kill(pid, 'SIGKILL')
      transporter.broker.registry.nodes.disconnected(nodeID, true)
    },

    comesBack: () => broker.waitForServices('worker', 20_000, 5),

    /** Resolves when so many batches of a run have come. */
    async batches(runId: string, count: number) {
      const isThere = () => received.filter((batch) => batch.runId === runId).length >= count
      while (!isThere()) await new Promise((resolve) => arrivals.push(() => resolve(null)))
    },

    /** Runs a script to its end. */
    async run(spec: Partial<RunSpec>, runId = newRunId()) {
      const result = await resultOf(runId, seal(spec))
      return { result, lines: linesOf(received, runId) }
    },

    linesOf: (runId: string) => linesOf(received, runId),

    async stop() {
      await keeper.stop()
      await broker.stop()
      rmSync(workFolder, { recursive: true, force: true })
    },
  }
}

export const newRunId = () => `ServerTasks-${randomUUID().slice(0, 12)}.deploy-1.1`

const plainSpec: RunSpec = {
  syntax: 'Bash',
  body: '',
  parameters: '',
  variables: { 'Octopus.Action.Script.SuppressEnvironmentLogging': 'True' },
  secrets: [],
  failOnErrorOutput: false,
  timeoutMs: 0,
}

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

interface Receiver {
  received: LogBatch[]
  arrivals: (() => void)[]
  progress: ({ runId: string } & RunProgress)[]
  hooks: { onBatch(batch: LogBatch): Promise<void> }
}

function receiver({ received, arrivals, progress, hooks }: Receiver): ServiceSchema {
  return defineWorkerService('runs', {
    actions: {
      record: {
        params: {
          runId: 'string',
          seq: 'number',
          text: 'string',
          lines: 'number',
          warnings: 'number',
          errors: 'number',
          from: 'number',
          to: 'number',
        },
        async handler(ctx) {
          await hooks.onBatch(ctx.params)
          received.push(ctx.params)
          for (const arrived of arrivals.splice(0)) arrived()
          return { seq: ctx.params.seq }
        },
      },
      progress: {
        params: { runId: 'string', percentage: 'number', message: 'string' },
        handler(ctx) {
          progress.push(ctx.params)
          return null
        },
      },
      alive: {
        params: {
          worker: 'string',
          slots: 'number',
          running: { type: 'array', items: 'string' },
          freeDiskBytes: 'number',
        },
        handler: () => null,
      },
    },
  })
}
