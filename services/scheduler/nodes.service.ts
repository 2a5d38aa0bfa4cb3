import type { Model } from 'mongoose'
import { defineService } from '#bus'
import { DrainingError, NotFoundError, RefusedError } from '#bus/errors.ts'
import { DEFAULT_TAKE, systemListRules } from '#bus/page.ts'
import { config } from '#config'
import { patternOf } from '#domain/name.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { nodeSchema, type StoredNode } from './node.model.ts'
import type { ServerNode } from './nodes.contract.ts'
import { executed } from './parking.ts'
import { type StoredTask, taskSchema } from './task.model.ts'
import { leaveNode, renewNode, SEEN_EACH_MS, takeNode, thisNode } from './this-node.ts'

/** A node that has not been seen for so long is shown as offline, in ms. */
const OFFLINE_MS = 60_000
const ALL = 1000

export default defineService('nodes', {
  mixins: [
    stored({ ServerNode: nodeSchema, Task: taskSchema }),
    audited,
    keeping<{ seenTimer: NodeJS.Timeout }>(),
  ],

  actions: {
    list: {
      description: 'The server nodes',
      permission: 'any',
      params: systemListRules,
      async handler(ctx) {
        const { skip: Skip = 0, take, ids, partialName, name } = ctx.params
        const ItemsPerPage = take || DEFAULT_TAKE
        // Few, and each once: what is asked for is found among all.
        const all = await this.models.ServerNode.find().sort({ Name: 1 }).lean<StoredNode[]>()
        const part = partialName ? new RegExp(patternOf(partialName), 'i') : undefined
        const found = all.filter(
          ({ _id, Name }) =>
            (!ids || ids.includes(_id)) &&
            (!part || part.test(Name)) &&
            (name === undefined || Name.toLowerCase() === name.toLowerCase()),
        )
        const page = found.slice(Skip, Skip + ItemsPerPage)
        const Items = await served(page, this.models.Task)
        return { Items, TotalResults: found.length, ItemsPerPage, Skip }
      },
    },

    get: {
      description: 'One server node',
      permission: 'any',
      params: { id: 'string' },
      async handler(ctx) {
        return oneOf(this.models, ctx.params.id)
      },
    },

    modify: {
      description: 'Sets how many tasks a node executes at once, and whether it drains',
      permission: 'AdministerSystem',
      params: {
        id: 'string',
        MaxConcurrentTasks: { type: 'number', integer: true, min: 1, max: 1000, optional: true },
        IsInMaintenanceMode: { type: 'boolean', optional: true },
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { id, ...changes } = ctx.params
        const before = await oneOf(this.models, id)
        const { matchedCount } = await this.models.ServerNode.updateOne(
          { _id: id },
          { $set: changes },
        )
        if (matchedCount === 0) throw new NotFoundError('ServerNode', id)
        const after = await oneOf(this.models, id)
        await this.audited(ctx, {
          category: 'Modified',
          kind: 'ServerNode',
          before,
          after,
          spaceId: null,
        })
        await ctx.broadcast('nodes.changed', { id })
        return after
      },
    },

    remove: {
      description: 'Forgets a node that has gone for ever',
      permission: 'AdministerSystem',
      params: { id: 'string' },
      async handler(ctx) {
        const { id } = ctx.params
        const before = await oneOf(this.models, id)
        if (!before.IsOffline)
          throw new RefusedError(`The server node '${before.Name}' is online: stop it first.`)
        // One that has come back meanwhile has been seen since.
        const { LastSeen } = before
        const { deletedCount } = await this.models.ServerNode.deleteOne({ _id: id, LastSeen })
        if (deletedCount === 0)
          throw new RefusedError(`The server node '${before.Name}' has come back.`)
        await this.audited(ctx, { category: 'Deleted', kind: 'ServerNode', before, spaceId: null })
        return null
      },
    },

    summary: {
      description: 'All server nodes, and whether all of them drain',
      permission: 'any',
      params: {},
      async handler() {
        const all = await this.models.ServerNode.find()
          .sort({ Name: 1 })
          .limit(ALL)
          .lean<StoredNode[]>()
        const Nodes = await served(all, this.models.Task)
        const online = Nodes.filter(({ IsOffline }) => !IsOffline)
        return {
          Nodes,
          IsEntireClusterDrainingTasks:
            online.length > 0 && online.every(({ IsInMaintenanceMode }) => IsInMaintenanceMode),
        }
      },
    },

    ping: {
      description: 'Whether this node works and takes tasks: for load balancers',
      permission: 'public',
      params: {},
      async handler() {
        const node = await this.models.ServerNode.findById(thisNode).lean<StoredNode>()
        if (node?.IsInMaintenanceMode) throw new DrainingError(config.node)
        return { Id: thisNode, Name: config.node }
      },
    },
  },

  async started() {
    const nodes = this.models.ServerNode
    await takeNode(nodes)
    this.seenTimer = setInterval(() => {
      renewNode(nodes)
        .then((isMine) => {
          if (!isMine)
            this.logger.error('Another server has the name of this one: set TAKO_NODE', {
              node: config.node,
            })
        })
        .catch((error) => this.logger.warn('This node could not say that it lives', error))
    }, SEEN_EACH_MS)
  },

  async stopped() {
    clearInterval(this.seenTimer)
    if (!this.seenTimer) return
    // After a while without a word it is as good as gone.
    await leaveNode(this.models.ServerNode).catch((error) =>
      this.logger.warn('This node could not say that it stops', error),
    )
  },
})

interface Models {
  ServerNode: Model<StoredNode>
  Task: Model<StoredTask>
}

async function oneOf({ ServerNode, Task }: Models, id: string): Promise<ServerNode> {
  const found = await ServerNode.findById(id).lean<StoredNode>()
  if (!found) throw new NotFoundError('ServerNode', id)
  const [node] = await served([found], Task)
  return node as ServerNode // There is one for each.
}

/** Nodes as the API shows them. What runs is as much as the caps allow: it is read once for all. */
async function served(nodes: StoredNode[], tasks: Model<StoredTask>): Promise<ServerNode[]> {
  const running = await tasks
    .find(executed, { ServerNode: 1 })
    .lean<Pick<StoredTask, 'ServerNode'>[]>()
  return nodes.map(({ _id, _holder, ...node }) => ({
    Id: _id,
    ...node,
    IsOffline: !_holder || Date.parse(node.LastSeen) < Date.now() - OFFLINE_MS,
    RunningTaskCount: running.filter(({ ServerNode }) => ServerNode === node.Name).length,
  }))
}
