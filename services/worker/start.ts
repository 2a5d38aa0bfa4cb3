/** A worker at work: its runs, and its end of the workers' bus. */
import { setTimeout as wait } from 'node:timers/promises'
import type { BrokerOptions } from 'moleculer'
import { IpcTransporter } from '#bus/ipc-transporter.ts'
import { type PublicKeys, readSigned } from '#bus/messages.ts'
import type { NodeProof } from '#bus/orders.ts'
import type { Guarding } from '#bus/packet-guard.ts'
import { seldom } from '#bus/seldom.ts'
import { workerBroker } from '#bus/worker-broker.ts'
import { type Telling, tellAlive } from './alive.ts'
import { createEpochs } from './epochs.ts'
import type { Identity } from './identity.ts'
import { removeOldRuns } from './old-runs.ts'
import { takeOrders } from './orders.ts'
import { outletOn } from './outlet.ts'
import { cacheFolderOf, packageCache } from './packages/cache.ts'
import { reporter } from './report.ts'
import { freeBytes } from './room.ts'
import { createRuns } from './runs.ts'
import type { ServerOfWorker, WorkerSettings } from './settings.ts'
import { workerService } from './worker.service.ts'

const EPOCH_MS = 3_600_000
/** More than that, a stop does not wait for others to hear of it. */
const FAREWELL_MS = 1_000
const MOST_UNCLAIMED = 100
const SCHEDULER_OFFERS = { runs: ['runs.record', 'runs.progress', 'runs.alive'] }

export interface Work {
  id: string
  settings: WorkerSettings
  identity: Identity
  server: ServerOfWorker
  transporter: NonNullable<BrokerOptions['transporter']>
  logger: BrokerOptions['logger']
  /** A scheduler does not want to hear of this worker. Anybody on the bus may have said so. */
  refused?(): void
  /** The server wants this process to end, for a reason: it still works, until it is stopped. */
  left(reason: Error): void
}

export interface Working {
  /** Takes nothing new, says so, and leaves the bus. What runs goes on. */
  stop(): Promise<void>
}

/** Starts to work. Resolves also while the bus is away: it is joined when it comes. */
export async function startWork(work: Work): Promise<Working> {
  const { id, settings, identity, server, transporter } = work
  const { party } = identity
  const guarding: Guarding = {
    nodeOf: async (name, metadata) =>
      (await isScheduler(name, metadata, server.keys)) ? SCHEDULER_OFFERS : null,
    answers: { 'runs.record': (params, data) => outlet.isAnswer(params, data) },
    passedOver: (told) => logger.warn('Packets on the bus are passed over', told),
  }
  const broker = workerBroker({
    ...{ namespace: server.bus, nodeID: id, transporter },
    logger: work.logger,
    guarding: transporter instanceof IpcTransporter ? undefined : guarding,
  })
  const { logger } = broker
  // Before anything is answered: whatever a worker before this one was told counts no more.
  const first = identity.kept().epoch + 2
  identity.keep({ epoch: first })
  const epochs = createEpochs({
    first,
    persist: (epoch) => identity.keep({ epoch }),
    failed: (error) => logger.warn('The next epoch could not be kept: this one goes on', error),
  })
  let alive: Telling | null = null
  const outlet = outletOn({ broker, worker: id, party, server: server.keys })
  const runs = createRuns({ settings, epochs, outlet, changed: () => alive?.changed() })
  const warn = seldom((told) => logger.warn('An order was not obeyed', told))
  const cache = packageCache({
    folder: cacheFolderOf(settings.workFolder),
    limitBytes: settings.cacheBytes,
  })
  const report = reporter(settings, runs, cache)
  broker.createService(
    workerService(
      takeOrders({
        ...{ worker: id, party, server: server.keys, epochs, runs, report },
        leave(reason) {
          logger.error('The server wants this worker to end', { reason })
          work.left(new Error(reason))
        },
        rejected: (reason) => warn({ reason }),
      }),
    ),
  )
  const facts = () => ({
    slots: settings.slots,
    running: runs.running(),
    freeDiskBytes: freeBytes(settings.workFolder),
    cacheVersion: cache.version(),
    refuses: runs.refuses(),
    unclaimed: runs.unclaimed().slice(0, MOST_UNCLAIMED),
  })
  for (const event of ['$transporter.connected', '$node.connected'])
    broker.localBus.on(event, runs.hurry)
  const hourly = setInterval(epochs.turn, EPOCH_MS)
  await broker.start()
  // Not before it can be asked: who hears of it asks at once.
  alive = tellAlive({
    ...{ broker, worker: id, party, epochs, facts },
    refused(error) {
      logger.debug('A scheduler did not hear that this worker lives', { reason: error.message })
      if (isRefusal(error)) work.refused?.()
    },
  })
  const removed = await removeOldRuns(settings.workFolder, Date.now())
  if (removed > 0) logger.info('Old runs removed', { removed })

  return {
    async stop() {
      clearInterval(hourly)
      runs.leave()
      const said = alive?.end().catch((error) => logger.debug('Nobody heard the farewell', error))
      await Promise.race([said, wait(FAREWELL_MS)])
      await broker.stop()
      runs.close()
    },
  }
}

/** Whether a node has a name that its server has signed. */
async function isScheduler(name: string, metadata: unknown, server: PublicKeys): Promise<boolean> {
  const { proof } = (metadata ?? {}) as { proof?: unknown }
  const read = await readSigned<NodeProof>('node', String(proof), server).catch(() => null)
  return read?.nodeID === name
}

const isRefusal = (error: Error) => 'code' in error && /^4\d\d$/.test(String(error.code))
