import { hostname } from 'node:os'
import type { Model } from 'mongoose'
import { defineService } from '#bus'
import { NotFoundError } from '#bus/errors.ts'
import { countRule } from '#bus/page.ts'
import { slugOf } from '#domain/slug.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { nodeSchema, type StoredNode } from './node.model.ts'
import type { ServerNode } from './nodes.contract.ts'
import { type StoredTask, taskSchema } from './task.model.ts'
import { RUNNING } from './task-view.ts'

/** A node that has not been seen for so long is shown as offline, in ms. */
const OFFLINE_MS = 60_000
const SEEN_EACH_MS = 20_000
const DEFAULT_TAKE = 30

/** This node, on every start on this machine the same. */
export const thisNode = `OctopusServerNodes-${slugOf(hostname()) || 'node'}`

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
      params: { skip: countRule, take: countRule },
      async handler(ctx) {
        const { skip = 0, take } = ctx.params
        const perPage = take || DEFAULT_TAKE
        const [found, total] = await Promise.all([
          this.models.ServerNode.find()
            .sort({ Name: 1 })
            .skip(skip)
            .limit(perPage)
            .lean<StoredNode[]>(),
          this.models.ServerNode.countDocuments({}),
        ])
        const Items = await Promise.all(found.map((node) => nodeOf(node, this.models.Task)))
        return { Items, TotalResults: total, ItemsPerPage: perPage, Skip: skip }
      },
    },

    get: {
      description: 'One server node',
      permission: 'any',
      params: { id: 'string' },
      async handler(ctx) {
        const found = await this.models.ServerNode.findById(ctx.params.id).lean<StoredNode>()
        if (!found) throw new NotFoundError('ServerNode', ctx.params.id)
        return nodeOf(found, this.models.Task)
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
        const before = await ctx.call('nodes.get', { id })
        const stored = await this.models.ServerNode.findByIdAndUpdate(
          id,
          { $set: changes },
          { returnDocument: 'after' },
        ).lean<StoredNode>()
        if (!stored) throw new NotFoundError('ServerNode', id)
        const after = await nodeOf(stored, this.models.Task)
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

    summary: {
      description: 'All server nodes',
      permission: 'any',
      params: {},
      async handler(ctx) {
        const { Items } = await ctx.call('nodes.list', { take: 1000 })
        return { Nodes: Items }
      },
    },
  },

  async started() {
    await seen(this.models.ServerNode)
    this.seenTimer = setInterval(() => {
      seen(this.models.ServerNode).catch((error) =>
        this.logger.warn('This node could not say that it lives', error),
      )
    }, SEEN_EACH_MS)
  },

  stopped() {
    clearInterval(this.seenTimer)
  },
})

async function seen(nodes: Model<StoredNode>): Promise<void> {
  await nodes.updateOne(
    { _id: thisNode },
    { $set: { Name: hostname(), LastSeen: new Date().toISOString() } },
    { upsert: true, setDefaultsOnInsert: true },
  )
}

async function nodeOf({ _id, ...node }: StoredNode, tasks: Model<StoredTask>): Promise<ServerNode> {
  return {
    Id: _id,
    ...node,
    IsOffline: Date.parse(node.LastSeen) < Date.now() - OFFLINE_MS,
    RunningTaskCount: await tasks.countDocuments({
      State: { $in: RUNNING },
      ServerNode: node.Name,
    }),
  }
}
