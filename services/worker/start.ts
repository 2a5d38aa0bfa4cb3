import { type Channel, IpcTransporter } from '#bus/ipc-transporter.ts'
import { workerBroker } from '#bus/worker-broker.ts'
import { allowedEnvironment } from '#domain/script-environment.ts'
import { removeOldRuns } from './old-runs.ts'
import { createRuns, type Outlet, type WorkerSettings } from './runs.ts'
import { freeBytes, workerService } from './worker.service.ts'

/** The first message of the server to its built-in worker: nothing of it is in arguments or environment. */
export type FirstMessage = Omit<WorkerSettings, 'environment'>

/** The process of a built-in worker, as it sees itself. */
export interface WorkerProcess extends Channel {
  env: Record<string, string | undefined>
  once(event: 'message', listener: (message: FirstMessage) => void): unknown
  exit(code: number): never
}

const aliveMs = 5_000
/** Whoever does not acknowledge a batch within this time gets it again. */
const recordTimeoutMs = 10_000

type WorkerBroker = ReturnType<typeof workerBroker>

/**
 * Turns this process into the built-in worker of the server that has forked it. When the server
 * goes, it goes too, and leaves its scripts to the worker after it.
 */
export async function startWorker(channel: WorkerProcess): Promise<void> {
  channel.on('disconnect', () => channel.exit(0))
  const first = await new Promise<FirstMessage>((resolve) => channel.once('message', resolve))
  const settings = { ...first, environment: allowedEnvironment(channel.env) }
  const transporter = new IpcTransporter()
  transporter.attach(channel)
  const broker = workerBroker({
    nodeID: settings.worker,
    transporter,
    logger: { type: 'Console', options: { level: 'warn' } },
  })
  const runs = createRuns(settings, outletOn(broker))
  broker.createService(workerService(settings, runs))

  const tellAlive = async () => {
    const { worker, slots, workFolder } = settings
    const freeDiskBytes = await freeBytes(workFolder)
    await broker.call('runs.alive', { worker, slots, running: runs.running(), freeDiskBytes })
  }
  const tell = () => {
    // Nobody may be there to hear it; the next one comes in any case.
    tellAlive().catch((error) => broker.logger.debug('Nobody was told of this worker', error))
  }
  setInterval(tell, aliveMs)
  broker.localBus.on('$node.connected', tell)
  await broker.start()
  const removed = await removeOldRuns(settings.workFolder, Date.now())
  if (removed > 0) broker.logger.info('Old runs removed', { removed })
}

/** The log of a run goes to the node that has asked for it: another one could not know what to do with it. */
function outletOn(broker: WorkerBroker): Outlet {
  return {
    record: (nodeID, batch) =>
      broker.call('runs.record', batch, { nodeID, timeout: recordTimeoutMs }),

    progress(nodeID, progress) {
      // A later one says more: what is lost is not sent again.
      broker
        .call('runs.progress', progress, { nodeID, timeout: recordTimeoutMs })
        .catch((error) => broker.logger.debug('Progress lost', error))
    },

    failed(error) {
      const reason = error instanceof Error ? error.message : error
      broker.logger.info('A batch of a log was not acknowledged', { reason })
    },
  }
}
