import { defineService } from '#bus'
import { onceThere } from '#bus/once-there.ts'
import { oneAtATime } from '#bus/one-at-a-time.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { importSchema } from './import.model.ts'
import { followRevocations } from './revoking.ts'

/** The slow look for what no event told of, in ms. */
const LOOK_EACH_MS = 10_000

/** What follows in a space when it trusts another no more. */
export default defineService('revocations', {
  mixins: [
    stored({ Import: importSchema }),
    audited,
    keeping<{
      following: () => Promise<void>
      /** The same for whom it is no matter if it fails. */
      look: () => Promise<void>
      lookTimer: NodeJS.Timeout
    }>(),
  ],

  actions: {
    follow: {
      description: 'Draws the consequences of revoked trusts',
      permission: 'system',
      params: {},
      timeout: 0,
      async handler() {
        await this.following?.()
        return null
      },
    },
  },

  events: {
    'trusts.revoked'(ctx) {
      // What it leaves when its node dies is found by the look that is made each few seconds.
      if (ctx.nodeID === this.broker.nodeID) this.look?.()
    },
  },

  started() {
    const following = oneAtATime(() => followRevocations(this))
    this.following = following
    // What fails as a whole is a store that is away: the next look finds it.
    const look = () =>
      following().catch((error) => this.logger.error('Revocations were not followed', error))
    this.look = look
    onceThere(this, ['trusts', 'releases', 'deployments', 'events'], look)
    this.lookTimer = setInterval(look, LOOK_EACH_MS)
  },

  async stopped() {
    clearInterval(this.lookTimer)
    // What was begun is done to its end.
    await this.look?.()
  },
})
