import { type Bus, defineService } from '#bus'
import { asSystem, systemCaller } from '#bus/caller.ts'
import { seldom } from '#bus/seldom.ts'
import { READER_VERSION } from '#domain/bundle/schema-version.ts'
import { CHUNK_BYTES } from '#domain/promotion/messages.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { memoryCounts } from '#mixins/counts.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { once } from '#mixins/once.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { blobGrantSchema } from './blob-grant.model.ts'
import { granted, pieceOf } from './blob-grants.ts'
import { type MessageLimits, messageLimits } from './message-limits.ts'
import { seenMessageSchema } from './seen-message.model.ts'
import { spaceIdentitySchema } from './space-identity.model.ts'
import { type Handlers, RevokedError, takeIn, toldOf } from './taking-in.ts'
import type { Trust } from './trusts.contract.ts'

const SWEEP_EACH_MS = 600_000
/** Anybody can have messages refused: of each kind one in so long is recorded, in ms. */
const COMPLAIN_EACH_MS = 60_000

/** Where other spaces knock, by whichever way they come. */
export default defineService('promotionsinbox', {
  mixins: [
    stored({
      SpaceIdentity: spaceIdentitySchema,
      SeenMessage: seenMessageSchema,
      BlobGrant: blobGrantSchema,
    }),
    audited,
    once,
    keeping<{
      sweeper: NodeJS.Timeout
      limits: MessageLimits
      strangers: (about: { reason: string }) => void
      complained: Map<string, number>
    }>(),
  ],

  actions: {
    deliver: {
      description: 'Takes a signed message of another space',
      permission: 'system',
      params: {
        envelope: { type: 'string', min: 1 },
        address: { type: 'string', max: 100, optional: true },
      },
      async handler(ctx) {
        const { envelope, address } = ctx.params
        const now = Date.now()
        if (address) await this.limits?.count(address, now)
        const by = { meta: { caller: systemCaller('a message of another space') } }
        const handlers = handlersFor(
          asSystem(this.broker, 'a message of another space'),
          (trust, reason) =>
            this.audited(by, {
              ...{ category: 'TrustRevoked', kind: 'Trust', id: trust.Id, spaceId: trust.SpaceId },
              message: `${trust.Name} trusts this space no more: ${reason}`,
            }),
        )
        try {
          const { reply, trust, message, refused } = await takeIn(this, envelope, handlers)
          const { SpaceId: spaceId, Id: id } = trust
          const at = new Date().toISOString()
          await asSystem(this.broker, 'a message').call('trusts.seen', { spaceId, id, at })
          if (refused && isTime(this.complained, `${id} ${refused.code}`))
            await this.audited(by, {
              ...{ category: 'MessageRefused', kind: 'Trust', id, spaceId },
              message: `A message of ${trust.Name} (${message.type.slice(0, 50)}) was refused (${refused.code}): ${refused.reason}`,
            })
          return { reply }
        } catch (error) {
          if (error instanceof RevokedError) return { reply: error.reply }
          const told = toldOf(error)
          if (told !== error) this.strangers?.({ reason: (told as Error).message })
          if (told !== error && address) await this.limits?.countRefused(address, now)
          throw told
        }
      },
    },

    blob: {
      description: 'A piece of a blob that another space may fetch',
      permission: 'system',
      params: {
        sha256: 'string',
        ticket: { type: 'string', max: 100 },
        offset: { type: 'number', integer: true, min: 0 },
        length: { type: 'number', integer: true, min: 1, max: CHUNK_BYTES },
      },
      async handler(ctx) {
        const found = await granted(this.models.BlobGrant, ctx.params, new Date())
        return { data: (await pieceOf(found, ctx.params)).toString('base64') }
      },
    },

    file: {
      description: 'The file of a blob that another space may fetch',
      permission: 'system',
      params: { sha256: 'string', ticket: { type: 'string', max: 100 } },
      async handler(ctx) {
        const { Blob: BlobName, Size } = await granted(
          this.models.BlobGrant,
          ctx.params,
          new Date(),
        )
        return { BlobName, Size }
      },
    },

    eraseSpace: {
      description: 'Forgets the messages of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      timeout: 0,
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await this.models.SeenMessage.deleteMany({ SpaceId })
        await this.models.BlobGrant.deleteMany({ SpaceId })
        return null
      },
    },
  },

  started() {
    this.complained = new Map()
    this.limits = messageLimits(memoryCounts())
    this.strangers = seldom<{ reason: string }>((told) =>
      this.logger.warn('Messages of other spaces were refused', told),
    )
    const { SeenMessage, BlobGrant } = this.models
    this.sweeper = setInterval(() => {
      const old = { Until: { $lt: new Date().toISOString() } }
      const sweep = async () => {
        await SeenMessage.deleteMany(old)
        await BlobGrant.deleteMany(old)
      }
      this.oncePer(SWEEP_EACH_MS, 'old messages', sweep).catch((error) =>
        this.logger.error('Old messages were not forgotten', error),
      )
    }, SWEEP_EACH_MS)
  },

  async stopped() {
    clearInterval(this.sweeper)
    await this.limits?.close()
  },
})

/** Whether it was not said lately. There are as many keys as trusts and codes. */
function isTime(said: Map<string, number> | undefined, key: string): boolean {
  const now = performance.now()
  if (now - (said?.get(key) ?? Number.NEGATIVE_INFINITY) < COMPLAIN_EACH_MS) return false
  said?.set(key, now)
  return true
}

function handlersFor(
  system: Pick<Bus, 'call'>,
  revokedThere: (trust: Trust, reason: string) => Promise<void>,
): Handlers {
  const received = { type: 'received', body: {} } as const
  const of = ({ SpaceId: spaceId, Id: trustId }: Trust) => ({ spaceId, trustId })
  return {
    hello: async ({ Allow }) => ({
      type: 'hello.reply',
      body: { reader: READER_VERSION, allow: { ...Allow } },
    }),

    'trust.rotate': async ({ SpaceId: spaceId, Id: id }, { rotations: Document }) => {
      await system.call('trusts.renew', { spaceId, id, Document })
      return received
    },

    'trust.revoked': async (trust, { reason }) => {
      await revokedThere(trust, reason)
      return received
    },

    'bundle.offer': (trust, body) =>
      system.call('promotionfetches.offer', { ...of(trust), ...body }),

    'bundle.commit': (trust, body) =>
      system.call('promotionfetches.commit', { ...of(trust), ...body }),

    'bundle.withdraw': async (trust, body) => {
      await system.call('imports.withdrawn', { ...of(trust), ...body, reason: '' })
      return received
    },

    'release.recall': async (trust, body) => {
      await system.call('imports.withdrawn', { ...of(trust), ...body })
      return received
    },

    'bundle.need': async (trust, body) => {
      await system.call('promotions.needed', { ...of(trust), ...body })
      return received
    },

    'bundle.status': async ({ SpaceId: spaceId, Id: trustId }, status) => {
      await system
        .call('promotions.hear', { spaceId, trustId, status })
        // Its release has gone here, with all that was known of it: the target need not tell it again.
        .catch((error: { type?: string }) => {
          if (error.type !== 'NOT_FOUND') throw error
        })
      return received
    },

    'receipt.publish': async ({ SpaceId: spaceId }, { receipts }) => {
      const { Highest: highest } = await system.call('receipts.take', { spaceId, receipts })
      return { type: 'receipt.ack', body: { highest } }
    },

    'directory.query': async ({ SpaceId: spaceId, Allow }) => {
      if (!Allow.ShareEnvironmentNames)
        return {
          type: 'refused',
          body: { code: 'NotAllowed', reason: 'The names of environments are not shared.' },
        }
      const found = await system.call('environments.names', { spaceId })
      return {
        type: 'directory.reply',
        body: { environments: found.map(({ Name }) => ({ name: Name })) },
      }
    },
  }
}
