import { defineService } from '#bus'
import { asSystem, systemCaller } from '#bus/caller.ts'
import { onceThere } from '#bus/once-there.ts'
import type { RefusedBody, StatusBody } from '#domain/promotion/messages.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { once } from '#mixins/once.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { isDuplicateOf } from '#store/taken.ts'
import { letterSchema, type StoredLetter } from './letter.model.ts'
import { type Posting, startPosting } from './posting.ts'
import { postAllReceipts, postReceipts } from './receipt-posting.ts'
import { spaceIdentitySchema } from './space-identity.model.ts'
import { freshId, type Reply } from './talking.ts'
import { trustSchema } from './trust.model.ts'
import type { Trust } from './trusts.contract.ts'

/** So long a message is tried, in ms. */
const TRIED_MS = 7 * 86_400_000
/** How often it is looked for receipts that nobody has told of, in ms. */
const LOOK_EACH_MS = 30_000

/** What this server has to say to other spaces, until they have answered. */
export default defineService('promotionoutbox', {
  mixins: [
    stored({ Letter: letterSchema, SpaceIdentity: spaceIdentitySchema, Trust: trustSchema }),
    audited,
    once,
    keeping<{ posting: Posting; receipts: NodeJS.Timeout }>(),
  ],

  actions: {
    post: {
      description: 'Stores a message to another space, to be sent until it is answered',
      permission: 'system',
      params: {
        ...{ spaceId: 'string', trustId: 'string', key: 'string', type: 'string' },
        body: 'object',
      },
      async handler(ctx) {
        const { spaceId: SpaceId, trustId: TrustId, key, type: Type, body: Body } = ctx.params
        const { Letter } = this.models
        const now = Date.now()
        const Created = new Date(now).toISOString()
        // While its receiver is away, the next try is for all.
        const waiting = await Letter.findOne({ TrustId, Attempts: { $gt: 0 } }).lean<StoredLetter>()
        const Key = `${TrustId} ${key}`
        const letter: StoredLetter = {
          ...{ _id: freshId(), SpaceId, TrustId, Key, Type, Body, Attempts: 0 },
          // All else is signed with the new keys, and so comes after.
          Created: Type === 'trust.rotate' ? new Date(0).toISOString() : Created,
          NextAt: waiting?.NextAt ?? Created,
          Until: new Date(now + TRIED_MS).toISOString(),
        }
        try {
          await Letter.create(letter)
        } catch (error) {
          if (!isDuplicateOf('Key', error)) throw error
          await Letter.updateMany({ TrustId }, { $set: { NextAt: Created } })
        }
        this.posting?.wake()
        return null
      },
    },

    rotated: {
      description: 'Tells others who are connected of the new keys of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId } = ctx.params
        const system = asSystem(this.broker, 'new keys of a space')
        const { Fingerprint, Previous } = await system.call('spaceidentities.get', { spaceId })
        const isOfIdentity = Previous[0]?.Fingerprint !== Fingerprint
        const rotations = isOfIdentity
          ? await system.call('spaceidentities.rotations', { spaceId })
          : await system.call('spaceidentities.document', { spaceId })
        const connected = await this.models.Trust.find(
          // Spaces of this server have learned of it.
          { SpaceId: spaceId, State: 'Active', 'Transport.Kind': { $in: ['Https', 'Bus'] } },
          { _id: 1 },
        ).lean<{ _id: string }[]>()
        for (const { _id: trustId } of connected)
          await system.call('promotionoutbox.post', {
            ...{ spaceId, trustId, type: 'trust.rotate', body: { rotations } },
            key: `trust.rotate ${Previous[0]?.ReplacedAt}`,
          })
        return null
      },
    },

    eraseSpace: {
      description: 'Forgets what a space has yet to say',
      permission: 'system',
      params: { spaceId: 'string' },
      timeout: 0,
      async handler(ctx) {
        await this.models.Letter.deleteMany({ SpaceId: ctx.params.spaceId })
        return null
      },
    },
  },

  events: {
    async 'receiptsout.made'(ctx) {
      const system = asSystem(this.broker, 'receipts for a source')
      await postReceipts(system, this.models.Trust, ctx.params)
    },
  },

  started() {
    const system = asSystem(this.broker, 'the outbox')
    const by = { meta: { caller: systemCaller('the outbox') } }
    this.posting = startPosting({
      broker: this.broker,
      models: this.models,
      logger: this.logger,
      inTurn: this.inTurn.bind(this),
      trustOf: ({ SpaceId: spaceId, TrustId: id }) =>
        system.call('trusts.get', { spaceId, id }).catch((error: { type?: string }) => {
          if (error.type === 'NOT_FOUND') return null
          throw error
        }),
      done: async ({ SpaceId: spaceId, TrustId: trustId }, { type, body }) => {
        if (type !== 'receipt.ack') return
        await postReceipts(system, this.models.Trust, { spaceId, trustId, after: body.highest })
      },
      answered: (letter, trust, reply) => answered(system, letter, trust, reply),
      unanswered: async (letter, { isOver, reason }) => {
        const bundleId = bundleOf(letter)
        const { SpaceId: spaceId, TrustId: trustId } = letter
        if (bundleId && isOfSource(letter))
          await system.call('promotions.sending', {
            ...{ spaceId, trustId, bundleId, error: reason },
            state: isOver ? 'Undeliverable' : 'Retrying',
          })
        if (!isOver) return
        await this.audited(by, {
          ...{ category: 'MessageUndeliverable', kind: 'Trust', id: trustId, spaceId },
          message: `A message (${letter.Type}) could not be delivered: ${reason}`,
        })
      },
    })
    const look = async () => {
      await this.oncePer(LOOK_EACH_MS, 'receipts for sources', () =>
        postAllReceipts(system, this.models.Trust),
      )
    }
    onceThere(this, ['receiptsout', 'trusts'], look)
    this.receipts = setInterval(() => {
      look().catch((error) => this.logger.error('Receipts were not looked for', error))
    }, LOOK_EACH_MS)
  },

  async stopped() {
    clearInterval(this.receipts)
    await this.posting?.stop()
  },
})

/** Whether a promotion of this space waits for it. */
const isOfSource = ({ Type }: StoredLetter) => Type === 'bundle.offer' || Type === 'bundle.commit'

/** Of an offer, or what follows from it. */
function bundleOf({ Type, Body }: StoredLetter): string | null {
  const { manifest, bundleId } = Body as { manifest?: string; bundleId?: string }
  return Type === 'bundle.offer' ? JSON.parse(manifest ?? '{}').bundleId : (bundleId ?? null)
}

type System = ReturnType<typeof asSystem>

const short = ({ code, reason }: RefusedBody) => ({ code, reason: reason.slice(0, 2_000) })

/** What follows from an answer. Comes again when this server dies before it is done. */
async function answered(
  system: System,
  letter: StoredLetter,
  { SpaceId: spaceId, Id: trustId }: Trust,
  { type, body }: Reply,
): Promise<void> {
  const of = { spaceId, trustId }
  const hear = (status: StatusBody) =>
    system
      .call('promotions.hear', { ...of, status })
      // Its release was deleted meanwhile.
      .catch((error: { type?: string }) => {
        if (error.type !== 'NOT_FOUND') throw error
      })
  if (type === 'bundle.need') await system.call('promotions.needed', { ...of, ...body })
  if (type === 'receipt.ack') await system.call('receiptsout.acknowledged', { ...of, ...body })
  if (type === 'bundle.status') await hear(body)
  const bundleId = bundleOf(letter)
  if (type === 'refused' && bundleId && isOfSource(letter))
    await hear({ bundleId, status: 'Quarantined', at: new Date().toISOString(), ...short(body) })
}
