/**
 * Takes tasks from the queue and executes them, up to the cap of its node. Events wake it; a slow
 * look at the store finds what no event told of.
 */
import type { Model } from 'mongoose'
import { type Bus, defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { config } from '#config'
import { keeping } from '#mixins/keeping.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { expireAll } from './claim.ts'
import { spaceDeletion } from './delete-space.ts'
import { deployer } from './deploy.ts'
import { healthCheck, workersNamed } from './health.ts'
import { DEFAULT_CAP, nodeSchema, type StoredNode } from './node.model.ts'
import { isOver, orphanCare } from './orphans.ts'
import { promoting } from './promote.ts'
import { type Pump, startPump } from './pump.ts'
import { checkToken } from './run-tokens.ts'
import type { WorkerAlive } from './scheduler.contract.ts'
import { serverKeySchema } from './server-key.model.ts'
import { serverParty } from './server-keys.ts'
import { type Address, suppliesOf } from './supplies.ts'
import { type StoredTask, taskSchema } from './task.model.ts'
import { relatedTo } from './task-access.ts'
import { forgetProgress, hearProgress, logOf, progressIn } from './task-log.ts'
import type { TaskState } from './tasks.contract.ts'
import { atMostEach } from './telling.ts'
import { thisNode } from './this-node.ts'
import { startWorkers, type Workers } from './workers.ts'

/** The first task of every server: a real check of its worker. Its id makes it the only one. */
const FIRST_CHECK = 'ServerTasks-firstcheck01'
/** Who watches a task or its log is told of news no more often than this, in ms. */
const TELL_EACH_MS = 100

export default defineService('scheduler', {
  mixins: [
    stored({ Task: taskSchema, ServerNode: nodeSchema, ServerKey: serverKeySchema }),
    keeping<{ pump: Pump; workers: Workers; address: Address | null }>(),
  ],

  actions: {
    status: {
      description: 'What the scheduler of this node does now',
      permission: 'AdministerSystem',
      params: {},
      handler() {
        return {
          node: thisNode,
          executing: this.pump?.executing() ?? [],
          workerPid: this.workers?.builtIn.pid() ?? null,
          isWorkerThere: isBuiltInThere(this.workers),
        }
      },
    },

    keys: {
      description: 'By what workers know this server',
      permission: 'system',
      params: {},
      async handler() {
        const { keys, fingerprint } = await serverParty(this.models.ServerKey)
        return { keys, fingerprint, bus: busOf(this.broker) }
      },
    },

    alive: {
      description: 'The workers that this node hears',
      permission: 'system',
      params: { ids: { type: 'array', items: 'string', optional: true } },
      handler(ctx) {
        const { ids } = ctx.params
        const all = this.workers?.hub.roster.snapshot() ?? []
        return all.filter(({ id }) => !ids || ids.includes(id)).map(aliveOf)
      },
    },

    listened: {
      description: 'For how long this node has listened to workers',
      permission: 'system',
      params: {},
      handler() {
        return { Ms: this.workers?.hub.listenedMs() ?? 0 }
      },
    },

    checkRunToken: {
      description: 'What the token of a run allows now',
      permission: 'system',
      params: { token: { type: 'string', max: 100_000 } },
      async handler(ctx) {
        const server = this.workers?.server ?? (await serverParty(this.models.ServerKey))
        return checkToken(ctx.params.token, { server, tasks: this.models.Task })
      },
    },

    servesAt: {
      description: 'Where this node answers, for its built-in worker',
      permission: 'system',
      params: { url: 'string', certificate: { type: 'string', nullable: true } },
      handler(ctx) {
        const { url, certificate } = ctx.params
        this.address = { url, certificate }
        return null
      },
    },
  },

  events: {
    'tasks.queued'() {
      this.pump?.wake()
    },
    // One that waited for its place may start, here or on another node.
    'tasks.finished'(ctx) {
      if (ctx.nodeID !== this.broker.nodeID) forgetProgress(ctx.params.id)
      this.pump?.wake()
    },
    // Of a task that another node runs: this one may be asked too.
    'tasks.changed'(ctx) {
      const { id, progress } = ctx.params
      if (ctx.nodeID !== this.broker.nodeID) hearProgress(id, progress)
    },
    'tasks.cancelling'(ctx) {
      this.pump?.cancel(ctx.params.id)
      // One that was parked has no scheduler: whoever is first takes it over.
      this.pump?.wake()
    },
    'nodes.changed'() {
      this.pump?.lookAround()
    },
    'spaces.changed'() {
      this.pump?.lookAround()
    },
    async 'workers.changed'(ctx) {
      await this.workers?.changed(ctx.params.id)
    },
  },

  async started() {
    const broker: Bus = this.broker
    await this.broker.waitForServices(
      ['tasks', 'nodes', 'spaces', 'deployments', 'events', 'workers'],
      60_000,
      10,
    )
    const tasks = this.models.Task
    const system = asSystem(broker, 'the scheduler')
    // News may be lost: who is told of them can look by himself.
    const send = (news: Promise<void>) => {
      news.catch((error) => this.logger.warn('News of a task were not told', error))
    }
    const tell = {
      changed: atMostEach(TELL_EACH_MS, (id: string) =>
        send(
          broker.broadcast('tasks.changed', { id, progress: Object.fromEntries(progressIn(id)) }),
        ),
      ),
      logged: atMostEach(TELL_EACH_MS, (id: string) => send(tellLogged(broker, id))),
      finished: (id: string, state: TaskState) =>
        send(broker.broadcast('tasks.finished', { id, state })),
    }
    let care: ReturnType<typeof orphanCare> | undefined
    const workers = await startWorkers({
      ...{ broker, bus: busOf(this.broker), logger: this.logger, node: thisNode },
      server: await serverParty(this.models.ServerKey),
      isOver: (runId) => isOver(tasks, runId),
      logged: tell.logged,
      heard: (alive) => care?.(alive),
    })
    care = orphanCare({ tasks, workers: workers.hub, logger: this.logger })
    const supplies = suppliesOf({
      bus: system,
      server: workers.server,
      address: () => this.address ?? null,
      isBuiltIn: (id) => workers.directory.builtIn()?.Id === id,
    })
    // On the embedded store there is no other process that a lease could belong to.
    if (!config.databaseUrl) await expireAll(tasks)
    const pump = startPump({
      tasks,
      node: config.node,
      logger: this.logger,
      cap: () => capOf(this.models.ServerNode),
      stopped: () => system.call('spaces.stopped', {}),
      tell,
      executors: {
        Deploy: deployer(
          {
            workers: workers.hub,
            assigning: {
              ...{ placing: workers.placing, supplies, known: workers.directory.known },
              patienceMs: config.workerWaitSeconds * 1000,
            },
          },
          {
            load: (task) => system.call('deployments.execution', deploymentOf(task)),
            begun: (task) => system.call('events.record', startOf(task)),
          },
        ),
        Promote: promoting({
          begin: (task) =>
            system.call(
              'promotions.begin',
              {
                ...partsOfDeployment(task),
                taskId: task._id,
                releaseId: String(task.Arguments.ReleaseId),
                environmentId: String(task.EnvironmentId),
              },
              NO_LIMIT,
            ),
          withdraw: (task) =>
            system.call('promotions.withdrawFor', partsOfDeployment(task), NO_LIMIT),
        }),
        Health: healthCheck({
          directory: workers.directory,
          describe: workers.describe,
          named: (task) => workersNamed(task, workers.directory),
          judge: ({ SpaceId, Arguments: { WorkerPoolId, MachineIds } }) =>
            system.call('workers.check', {
              spaceId: SpaceId ?? '',
              ...(typeof WorkerPoolId === 'string' && { poolId: WorkerPoolId }),
              ...(Array.isArray(MachineIds) && { ids: MachineIds }),
            }),
        }),
        DeleteSpace: spaceDeletion(broker),
      },
    })
    this.pump = pump
    this.workers = workers
    await system.call('tasks.create', {
      Id: FIRST_CHECK,
      SpaceId: null,
      Name: 'Health',
      Description: 'Check the built-in worker',
    })
  },

  async stopped() {
    const left = this.pump?.stop()
    await this.workers?.close()
    await left
    // What this node has let go, others may take at once.
    if (left) await this.broker.broadcast('nodes.changed', { id: thisNode })
  },
})

const deploymentOf = ({ SpaceId, Arguments }: Pick<StoredTask, 'SpaceId' | 'Arguments'>) => ({
  spaceId: SpaceId ?? '',
  id: String(Arguments.DeploymentId),
})

/** What it builds may be large. */
const NO_LIMIT = { timeout: 0 }

const partsOfDeployment = (task: Pick<StoredTask, 'SpaceId' | 'Arguments'>) => {
  const { spaceId, id: deploymentId } = deploymentOf(task)
  return { spaceId, deploymentId }
}

/** For the audit trail. The same at each start after a crash: a deployment begins once. */
const startOf = (task: StoredTask) => ({
  Id: `Events-${task._id.replace(/^ServerTasks-/, '')}-start`,
  SpaceId: task.SpaceId,
  Category: 'DeploymentStarted',
  Message: `Started: ${task.Description}`,
  RelatedDocumentIds: [...relatedTo(task), String(task.Arguments.ReleaseId ?? '')],
  DocumentType: 'Deployment',
})

/** The name of the workers' bus: each server has its own. */
const busOf = ({ namespace }: { namespace: string }) => `${namespace}-workers`

function isBuiltInThere(workers: Workers | undefined): boolean {
  const id = workers?.directory.builtIn()?.Id
  return id !== undefined && workers?.hub.roster.standing(id).isHeard === true
}

type Heard = ReturnType<Workers['hub']['roster']['snapshot']>[number]
const aliveOf = ({ id, alive, seenAt, silentMs }: Heard): WorkerAlive => ({
  Id: id,
  LastSeen: new Date(seenAt).toISOString(),
  SilentMs: silentMs,
  Slots: alive.slots,
  Running: alive.running,
  FreeDiskBytes: alive.freeDiskBytes,
  Refuses: alive.refuses,
})

async function capOf(nodes: Model<StoredNode>): Promise<number> {
  const node = await nodes.findById(thisNode).lean<StoredNode>()
  if (node?.IsInMaintenanceMode) return 0
  return node?.MaxConcurrentTasks ?? DEFAULT_CAP
}

/** The node that has just written it knows, until it has closed the log. */
async function tellLogged(broker: Bus, id: string): Promise<void> {
  const total = logOf(id).knownLines || (await logOf(id).size()).lines
  await broker.broadcast('tasks.logged', { id, total })
}
