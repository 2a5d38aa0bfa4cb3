import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { onceThere } from '#bus/once-there.ts'
import { oneAtATime } from '#bus/one-at-a-time.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { blobs } from '#store/blobs.ts'
import { spaceIdentitySchema } from './space-identity.model.ts'
import { carriedSchema, statementSchema } from './statement.model.ts'
import {
  acknowledgedOf,
  exportTo,
  noteCarried,
  refusalToGive,
  statementsAfter,
  trustOf,
} from './statement-giving.ts'
import { highestOf } from './statement-writes.ts'
import { stateAll } from './stating.ts'

const ofTrust = { spaceId: 'string', trustId: 'string' } as const
const sequence = { type: 'number', integer: true, min: 0 } as const
/** The slow look for what no event told of, in ms. */
const LOOK_EACH_MS = 10_000
const LEFT_AFTER_MS = 3_600_000
const ALL = 10_000

/** What this space tells the sources of its imported releases. */
export default defineService('receiptsout', {
  mixins: [
    stored({
      Statement: statementSchema,
      Carried: carriedSchema,
      SpaceIdentity: spaceIdentitySchema,
    }),
    keeping<{
      state: () => Promise<void>
      /** The same for whom it is no matter if it fails. */
      look: () => Promise<void>
      /** The states, as they were seen, of tasks that go on and whose ends are to be told. */
      followed: Map<string, string>
      lookTimer: NodeJS.Timeout
    }>(),
  ],

  actions: {
    summary: {
      description: 'How many receipts there are for each source, and how many were carried there',
      permission: 'PromotionView',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId } = ctx.params
        const system = asSystem(this.broker, 'receipts are counted')
        const [{ Items: trusts }, carried] = await Promise.all([
          system.call('trusts.list', { spaceId, take: ALL }),
          this.models.Carried.find({ SpaceId: spaceId }).lean(),
        ])
        const byTrust = new Map(carried.map((one) => [one._id, one]))
        return Promise.all(
          trusts.map(async ({ Id: TrustId, Name: RemoteSpace }) => {
            const Highest = await highestOf(this.models.Statement, TrustId)
            const { Acknowledged = 0, Exported = 0, ExportedAt = null } = byTrust.get(TrustId) ?? {}
            const Waiting = Highest - Math.max(Acknowledged, Exported)
            return { TrustId, RemoteSpace, Highest, Acknowledged, Exported, ExportedAt, Waiting }
          }),
        )
      },
    },

    export: {
      description: 'Makes a file of receipts to be carried to their source',
      permission: 'PromotionView',
      params: { ...ofTrust, since: { type: 'string', optional: true, max: 100 } },
      timeout: 0,
      async handler(ctx) {
        const { since, ...of } = ctx.params
        // Also what has happened in this moment.
        await this.state?.()
        return exportTo(this, of, since)
      },
    },

    exported: {
      description: 'Notes that a file of receipts was taken',
      permission: 'PromotionView',
      params: { ...ofTrust, highest: sequence },
      async handler(ctx) {
        const { highest, ...of } = ctx.params
        await trustOf(this, of)
        const more = { ExportedAt: new Date().toISOString() }
        await noteCarried(this, of, { how: 'Exported', highest, more })
        return null
      },
    },

    pending: {
      description: 'Receipts that a source has yet to be sent',
      permission: 'system',
      params: {
        ...ofTrust,
        after: { ...sequence, optional: true },
        take: { ...sequence, min: 1, max: 1_000 },
      },
      async handler(ctx) {
        const { after, take, ...of } = ctx.params
        const trust = await trustOf(this, of)
        if (refusalToGive(trust)) return { Receipts: [] }
        const begin = after ?? (await acknowledgedOf(this, of.trustId))
        const found = await statementsAfter(this, trust, { after: begin, take })
        return { Receipts: found.map(({ Sequence, _jws: Jws }) => ({ Sequence, Jws })) }
      },
    },

    acknowledged: {
      description: 'Notes that a source has receipts',
      permission: 'system',
      params: { ...ofTrust, highest: sequence },
      async handler(ctx) {
        const { highest, ...of } = ctx.params
        await noteCarried(this, of, { how: 'Acknowledged', highest })
        return null
      },
    },

    eraseSpace: {
      description: 'Takes away every receipt that a space has made',
      permission: 'system',
      params: { spaceId: 'string' },
      timeout: 0,
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await this.models.Statement.deleteMany({ SpaceId })
        await this.models.Carried.deleteMany({ SpaceId })
        await blobs.remove(`receipts-out/${SpaceId}`)
        return null
      },
    },
  },

  events: {
    // Each node hears of them; the one where it happened speaks of it, and what it leaves when it dies
    // is found by the look that is made each few seconds.
    'deployments.queuedImported'(ctx) {
      this.followed?.set(ctx.params.taskId, 'Queued')
      if (ctx.nodeID === this.broker.nodeID) this.look?.()
    },
    'tasks.changed'(ctx) {
      const hasStarted = this.followed?.get(ctx.params.id) === 'Queued'
      if (hasStarted && ctx.nodeID === this.broker.nodeID) this.look?.()
    },
    'tasks.finished'(ctx) {
      const isFollowed = this.followed?.delete(ctx.params.id)
      if (isFollowed && ctx.nodeID === this.broker.nodeID) this.look?.()
    },
    'releases.changedDefects'(ctx) {
      if (ctx.nodeID === this.broker.nodeID) this.look?.()
    },
  },

  started() {
    const state = oneAtATime(async () => {
      this.followed = await stateAll(this)
    })
    this.state = state
    // What fails as a whole is a store that is away: the next look finds it.
    const look = () => state().catch((error) => this.logger.error('Receipts were not made', error))
    this.look = look
    const owners = ['tasks', 'deployments', 'releases', 'environments', 'trusts', 'spaceidentities']
    onceThere(this, owners, look)
    // Beside the start: nothing waits for it.
    removeLeft().catch((error) =>
      this.logger.warn('What a crash may have left was not cleaned up', error),
    )
    this.lookTimer = setInterval(look, LOOK_EACH_MS)
  },

  async stopped() {
    clearInterval(this.lookTimer)
    // What is being said is said to its end.
    await this.look?.()
  },
})

/** Files live as long as they are sent: older ones were left by a crash. */
async function removeLeft(): Promise<void> {
  for await (const name of blobs.below('receipts-out')) {
    const found = await blobs.stat(name)
    if (found && found.modifiedAt.getTime() < Date.now() - LEFT_AFTER_MS) await blobs.remove(name)
  }
}
