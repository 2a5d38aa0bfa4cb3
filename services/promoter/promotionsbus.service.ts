import { defineService } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { RefusedError } from '#bus/errors.ts'
import { config } from '#config'
import { shortForm } from '#domain/bundle/identity.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { joinPromotionsBus, type PromotionsBus } from './promotions-bus.ts'
import { type StoredSpaceIdentity, spaceIdentitySchema } from './space-identity.model.ts'

const ANSWER_MS = 10_000
/** How often it is looked which spaces there are, in ms. */
const LOOK_EACH_MS = 5_000
const to = { type: 'string', max: 30 } as const

/** This node on the promotions bus, if the server is on one. */
export default defineService('promotionsbus', {
  mixins: [
    stored({ SpaceIdentity: spaceIdentitySchema }),
    keeping<{ line: PromotionsBus; looking: NodeJS.Timeout; look: () => Promise<void> }>(),
  ],

  actions: {
    deliver: {
      description: 'Carries a message over the promotions bus',
      permission: 'system',
      params: { to, envelope: 'string' },
      handler(ctx) {
        const { to: space, envelope } = ctx.params
        return there(this.line).broker.call(
          `promotions-${space}.deliver`,
          { envelope },
          { timeout: ANSWER_MS },
        )
      },
    },

    blob: {
      description: 'Fetches a piece of a blob over the promotions bus',
      permission: 'system',
      params: { to, sha256: 'string', ticket: 'string', offset: 'number', length: 'number' },
      handler(ctx) {
        const { to: space, ...piece } = ctx.params
        return there(this.line).broker.call(`promotions-${space}.blob`, piece, {
          timeout: ANSWER_MS,
        })
      },
    },
  },

  events: {
    async 'changes.made'(ctx) {
      if (ctx.params.Kind === 'SpaceIdentity') await this.look?.()
    },
  },

  async started() {
    const { promotionsRedisUrl: url, promotionsNamespace: namespace } = config
    if (!url) return
    const system = asSystem(this.broker, 'the promotions bus')
    const line = await joinPromotionsBus({ url, namespace, system, logger: this.logger })
    this.line = line
    let isLooking = false
    const look = async () => {
      if (isLooking) return
      isLooking = true
      try {
        const all = await this.models.SpaceIdentity.find({}, { Fingerprint: 1, _earlier: 1 }).lean<
          Pick<StoredSpaceIdentity, 'Fingerprint' | '_earlier'>[]
        >()
        const known = all.flatMap((one) => [one.Fingerprint, ...(one._earlier ?? [])])
        await line.offer(known.map(shortForm).sort())
      } finally {
        isLooking = false
      }
    }
    this.look = look
    await look()
    this.looking = setInterval(() => {
      look().catch((error) => this.logger.error('Spaces were not looked at', error))
    }, LOOK_EACH_MS)
  },

  async stopped() {
    clearInterval(this.looking)
    await this.line?.close()
  },
})

function there(line: PromotionsBus | undefined): PromotionsBus {
  if (line) return line
  throw new RefusedError('This server is on no promotions bus: set TAKO_PROMOTIONS_REDIS_URL.')
}
