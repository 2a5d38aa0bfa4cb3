/** Makes the scheduler's end of the workers' bus, with the built-in worker at the other. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Logger, ServiceSchema } from 'moleculer'
import { IpcTransporter } from '#bus/ipc-transporter.ts'
import { openWith, sealFor } from '#bus/sealing.ts'
import { VERSION } from '#bus/version.ts'
import { workerBroker } from '#bus/worker-broker.ts'
import { config, workerEnvironment } from '#config'
import { newId } from '#store/ids.ts'
import { keepBuiltInWorker } from './built-in-worker.ts'
import type { RunProgress } from './runs.contract.ts'
import { BUILT_IN, type WorkersBus } from './workers-bus.ts'

/** How many scripts the built-in worker runs at once. */
const SLOTS = 10
/** Answers beside the long poll come at once, or the worker is away. In ms. */
const ANSWER_MS = 5_000
/** So much longer than the poll itself a call may take, in ms. */
const GRACE_MS = 5_000

export interface Workers extends WorkersBus {
  /** Tells of progress that a run has reported. */
  progressed(runId: string, progress: RunProgress): void
  /** The built-in worker's process; null between two. */
  pid(): number | null
  /** Ends the worker, and not what it runs: the next one goes on with that. */
  close(): Promise<void>
}

/** Starts the bus and the worker. `runs` is the service that the worker reports to. */
export async function startWorkers(
  runs: (workers: Pick<Workers, 'progressed'>) => ServiceSchema,
  logger: Logger,
): Promise<Workers> {
  const workFolder = join(config.home, 'work')
  const id = workerIdIn(workFolder)
  const transporter = new IpcTransporter()
  const nodeID = `scheduler-${hostname()}-${process.pid}`
  const broker = workerBroker({ nodeID, transporter })
  const listeners = new Map<string, (progress: RunProgress) => void>()
  const arrivals = new Set<() => void>()
  const progressed: Workers['progressed'] = (runId, progress) => listeners.get(runId)?.(progress)
  broker.createService(runs({ progressed }))
  const isThere = () =>
    broker.registry
      .getServiceList({ skipInternal: true, onlyAvailable: true })
      .some((service) => service.name === 'worker' && service.nodeID === BUILT_IN)
  broker.localBus.on('$services.changed', () => {
    if (!isThere()) return
    for (const arrive of [...arrivals]) arrive()
  })
  await broker.start()
  const worker = keepBuiltInWorker({
    transporter,
    nodeID: BUILT_IN,
    workFolder,
    slots: SLOTS,
    version: VERSION,
    environment: workerEnvironment(),
    logger,
  })
  const to = { nodeID: BUILT_IN, timeout: ANSWER_MS }

  return {
    id,
    isThere,

    comes(ms) {
      if (isThere()) return Promise.resolve()
      return new Promise((resolve) => {
        const arrive = () => {
          clearTimeout(timer)
          arrivals.delete(arrive)
          resolve()
        }
        const timer = setTimeout(arrive, ms)
        arrivals.add(arrive)
      })
    },

    run(_worker, runId, spec, waitMs) {
      const sealed = sealFor(worker.key, JSON.stringify(spec))
      const timeout = waitMs + GRACE_MS
      return broker.call('worker.run', { runId, sealed, waitMs }, { nodeID: BUILT_IN, timeout })
    },

    async stop(_worker, runId) {
      return (await broker.call('worker.stop', { runId }, to)).found
    },

    async forget(runId) {
      try {
        return (await broker.call('worker.forget', { runId }, to)).found
      } catch (error) {
        // It removes what nobody has asked for in a week by itself.
        logger.debug('A run was not forgotten', { runId, error: String(error) })
        return false
      }
    },

    describe: () => broker.call('worker.describe', {}, { nodeID: BUILT_IN, timeout: GRACE_MS * 4 }),
    open: (_worker, sealed) => openWith(worker.key, sealed),

    onProgress(runId, listener) {
      if (listener) listeners.set(runId, listener)
      else listeners.delete(runId)
    },

    progressed,
    pid: worker.pid,

    async close() {
      await worker.stop()
      await broker.stop()
    },
  }
}

/** A worker is its folder: what a worker before it has left there, it goes on with. */
function workerIdIn(folder: string): string {
  const path = join(folder, 'worker.id')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const flags = { encoding: 'utf8', flag: 'a+' } as const
  if (readFileSync(path, flags) === '') writeFileSync(path, newId('Workers'), { flush: true })
  return readFileSync(path, 'utf8')
}
