/** All that this node's scheduler has to do with workers: the bus, who they are, and its own built-in one. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'moleculer'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import type { Party } from '#bus/messages.ts'
import type { Alive, WorkerReport } from '#bus/orders.ts'
import { VERSION } from '#bus/version.ts'
import { config, workerEnvironment } from '#config'
import { type BuiltInWorker, keepBuiltInWorker } from './built-in-worker.ts'
import { type Directory, directoryOf, type Known } from './directory.ts'
import { introducing } from './introducing.ts'
import { type Placing, placingBy } from './placing.ts'
import { runsService } from './runs.ts'
import { SilentError } from './workers-bus.ts'
import { joinWorkersBus, type WorkersHub } from './workers-hub.ts'

/** How many scripts the built-in worker runs at once. */
const SLOTS = 10
const GIBIBYTE = 2 ** 30
const CACHE_BYTES = 10 * GIBIBYTE
const DESCRIBE_MS = 30_000
const MOST_TRIES = 10
const BETWEEN_TRIES_MS = 100

export interface Workers {
  hub: WorkersHub
  directory: Directory
  placing: Placing
  server: Party
  /** A worker is not what it was: one that is none any more is forgotten. Fails when that cannot be looked up. */
  changed(worker: string): Promise<void>
  /** Asks a worker what it can do. Fails when it does not answer. */
  describe(worker: string): Promise<WorkerReport>
  /** This node's own. */
  builtIn: BuiltInWorker
  /** Ends the built-in worker, and not what it runs: the next one goes on with that. */
  close(): Promise<void>
}

export interface WorkersSettings {
  broker: Pick<Bus, 'call'>
  /** The name of the workers' bus. */
  bus: string
  logger: Logger
  /** This node's id. */
  node: string
  server: Party
  /** Whether nobody will ask for a run any more. */
  isOver(runId: string): Promise<boolean>
  logged(task: string): void
  /** A worker has told of itself. */
  heard(alive: Alive): void
}

/** Joins the workers' bus and starts the built-in worker. */
export async function startWorkers(settings: WorkersSettings): Promise<Workers> {
  const { broker, bus, logger, server, node } = settings
  const directory = directoryOf(broker, node)
  const asked = new Map<string, string>()

  function heard(alive: Alive, from: Known) {
    const what = hub.roster.alive(alive)
    if (what === 'stranger') meet(from, alive)
    if (what === 'news') heardNews(alive, from)
  }

  /** What a worker can do is asked when it is new, and when its packages have changed. */
  function heardNews(alive: Alive, from: Known) {
    const state = stateOf(alive)
    if (asked.get(alive.worker) !== state) {
      asked.set(alive.worker, state)
      learnSoon(from).catch((error) => {
        // Its next word is the next occasion.
        asked.delete(alive.worker)
        logger.info('A worker did not say what it can do', {
          ...{ worker: alive.worker, reason: String(error) },
        })
      })
    }
    settings.heard(alive)
  }

  /** What is heard of it may be quicker than the news that it is on the bus. */
  async function learnSoon(worker: Known, instance?: string): Promise<WorkerReport> {
    for (let tries = 1; ; tries++) {
      try {
        return await learn(worker, instance)
      } catch (error) {
        if (!(error instanceof SilentError) || error.wasSent || tries === MOST_TRIES) throw error
        await wait(BETWEEN_TRIES_MS)
      }
    }
  }

  async function learn(worker: Known, instance?: string): Promise<WorkerReport> {
    const timeoutMs = DESCRIBE_MS
    const report = await hub.orders.send(worker, { do: 'describe' }, { timeoutMs, instance })
    if (instance === undefined || hub.roster.momentOf(worker.Id)?.instance === instance)
      hub.roster.reported(worker.Id, report)
    if (worker.SpaceId !== null) {
      const { cached: _, running: __, host: ___, ...facts } = report
      const reports = [{ Id: worker.Id, At: Date.now(), report: facts }]
      await asSystem(broker, 'a worker was heard').call('workers.seen', { reports })
    }
    return report
  }

  const hub = await joinWorkersBus({
    ...{ namespace: bus, redisUrl: config.redisUrl, server, directory, logger },
    logged: settings.logged,
    runs: (hub) =>
      runsService({
        ...{ server, directory, logger, hub, heard },
        isOver: settings.isOver,
        logged: settings.logged,
      }),
  })
  const meet = introducing({
    ...{ hub, logger, describe: learnSoon },
    met(alive) {
      asked.set(alive.worker, stateOf(alive))
      settings.heard(alive)
    },
    parted: (worker, reason) =>
      asSystem(broker, 'a worker that is there twice').call(
        'events.record',
        partingOf(worker, reason),
      ),
  })
  const placing = placingBy(directory, hub.roster)

  const builtIn = keepBuiltInWorker({
    ...{ ipc: hub.ipc, environment: workerEnvironment(), logger },
    workFolder: join(config.home, 'work'),
    first: {
      ...{ slots: SLOTS, version: VERSION, bus, server: server.keys, cacheBytes: CACHE_BYTES },
      redisUrl: config.redisUrl ?? null,
      serverUrl: null,
      certificate: null,
    },
    started({ id, keys }) {
      const worker: Known = {
        ...{ Id: id, Name: `built-in worker of ${node}`, SpaceId: null, Keys: keys },
        ...{ IsDisabled: false, IsDraining: false },
      }
      directory.hasBuiltIn(worker).catch((error) =>
        // This node knows it already; the others need it when they have to go on with its runs.
        logger.warn('The built-in worker was not told to the other nodes', error),
      )
      placing.changed()
    },
  })

  return {
    ...{ hub, directory, placing, server, builtIn },

    async changed(worker) {
      directory.forget(worker)
      placing.changed()
      if ((await directory.known(worker)) !== null) return
      hub.roster.forget(worker)
      asked.delete(worker)
    },

    async describe(worker) {
      const known = await directory.known(worker)
      if (!known) throw new Error('It is no worker of this server any more.')
      return learn(known)
    },

    async close() {
      placing.stop()
      await builtIn.stop()
      await hub.close()
    },
  }
}

/** When this is another, what the worker can do may be another. */
const stateOf = ({ instance, epoch, cacheVersion }: Alive) => `${instance} ${epoch} ${cacheVersion}`

/** For the audit trail: told once an hour, also where a service starts the process again and again. */
const partingOf = (worker: Known, Message: string) => ({
  Id: `Events-twins-${worker.Id.replace(/^Workers-/, '')}-${new Date().toISOString().slice(0, 13)}`,
  SpaceId: worker.SpaceId,
  Category: 'Modified',
  Message,
  RelatedDocumentIds: [worker.Id],
  DocumentType: 'Worker',
})
