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
import { healthCheck } from './health.ts'
import { DEFAULT_CAP, nodeSchema, type StoredNode } from './node.model.ts'
import { type Pump, startPump } from './pump.ts'
import { runsService } from './runs.ts'
import { serverKeySchema } from './server-key.model.ts'
import { serverParty } from './server-keys.ts'
import { type StoredTask, taskSchema } from './task.model.ts'
import { relatedTo } from './task-access.ts'
import { forgetProgress, hearProgress, logOf, progressIn } from './task-log.ts'
import type { TaskState } from './tasks.contract.ts'
import { atMostEach } from './telling.ts'
import { thisNode } from './this-node.ts'
import { startWorkers, type Workers } from './workers.ts'
import { BUILT_IN } from './workers-bus.ts'

/** The first task of every server: a real check of its worker. Its id makes it the only one. */
const FIRST_CHECK = 'ServerTasks-firstcheck01'
/** Who watches a log is told of news no more often than this, in ms. */
const TELL_EACH_MS = 100

export default defineService('scheduler', {
  mixins: [
    stored({ Task: taskSchema, ServerNode: nodeSchema, ServerKeys: serverKeySchema }),
    keeping<{ pump: Pump; workers: Workers }>(),
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
          workerPid: this.workers?.pid() ?? null,
          isWorkerThere: this.workers?.isThere(BUILT_IN) ?? false,
        }
      },
    },

    alive: {
      description: 'The workers that this node hears: there is no bus for them yet',
      permission: 'system',
      params: { ids: { type: 'array', items: 'string', optional: true } },
      handler: () => [],
    },

    listened: {
      description: 'For how long this node has listened to workers',
      permission: 'system',
      params: {},
      handler: () => ({ Ms: 0 }),
    },

    keys: {
      description: 'By what workers know this server',
      permission: 'system',
      params: {},
      async handler() {
        const { keys, fingerprint } = await serverParty(this.models.ServerKeys)
        return { keys, fingerprint, bus: `${this.broker.namespace}-workers` }
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
    },
    'nodes.changed'() {
      this.pump?.wake()
    },
    'spaces.changed'() {
      this.pump?.wake()
    },
  },

  async started() {
    const broker: Bus = this.broker
    await this.broker.waitForServices(
      ['tasks', 'nodes', 'spaces', 'deployments', 'events'],
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
      changed: (id: string) =>
        send(
          broker.broadcast('tasks.changed', { id, progress: Object.fromEntries(progressIn(id)) }),
        ),
      logged: atMostEach(TELL_EACH_MS, (id: string) => send(tellLogged(broker, id))),
      finished: (id: string, state: TaskState) =>
        send(broker.broadcast('tasks.finished', { id, state })),
    }
    let pump: Pump | undefined
    const workers = await startWorkers(
      ({ progressed }) =>
        runsService({
          isExecuting: (id) => pump?.isExecuting(id) ?? false,
          logged: tell.logged,
          progressed,
        }),
      this.logger,
    )
    // On the embedded store there is no other process that a lease could belong to.
    if (!config.databaseUrl) await expireAll(tasks)
    pump = startPump({
      tasks,
      node: config.node,
      worker: workers.id,
      logger: this.logger,
      cap: () => capOf(this.models.ServerNode),
      stopped: () => system.call('spaces.stopped', {}),
      tell,
      executors: {
        Deploy: deployer(workers, {
          load: (task) => system.call('deployments.execution', deploymentOf(task)),
          begun: (task) => system.call('events.record', startOf(task)),
        }),
        Health: healthCheck(workers),
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

/** For the audit trail. The same at each start after a crash: a deployment begins once. */
const startOf = (task: StoredTask) => ({
  Id: `Events-${task._id.replace(/^ServerTasks-/, '')}-start`,
  SpaceId: task.SpaceId,
  Category: 'DeploymentStarted',
  Message: `Started: ${task.Description}`,
  RelatedDocumentIds: [...relatedTo(task), String(task.Arguments.ReleaseId ?? '')],
  DocumentType: 'Deployment',
})

async function capOf(nodes: Model<StoredNode>): Promise<number> {
  const node = await nodes.findById(thisNode).lean<StoredNode>()
  if (node?.IsInMaintenanceMode) return 0
  return node?.MaxConcurrentTasks ?? DEFAULT_CAP
}

async function tellLogged(broker: Bus, id: string): Promise<void> {
  const { lines: total } = await logOf(id).size()
  await broker.broadcast('tasks.logged', { id, total })
}
