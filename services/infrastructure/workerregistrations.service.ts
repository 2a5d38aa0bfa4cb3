import { defineService } from '#bus'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import { config } from '#config'
import { nameRule } from '#domain/name.ts'
import { audited } from '#mixins/audited.mixin.ts'
import { keeping } from '#mixins/keeping.mixin.ts'
import { redisCounts } from '#mixins/redis-counts.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { askedAgain } from './registration-again.ts'
import { answerTo, joined, refused } from './registration-first.ts'
import { type RegistrationLimits, registrationLimits } from './registration-limits.ts'
import { faultOfProof, shownKeys } from './registration-proof.ts'
import { type StoredWorker, workerSchema } from './worker.model.ts'
import { NO_REDIS } from './workertokens.service.ts'

const jwk = {
  type: 'object',
  props: {
    kty: { type: 'string', max: 10 },
    crv: { type: 'string', max: 10 },
    x: { type: 'string', max: 100 },
    y: { type: 'string', max: 100 },
  },
} as const

/** Where machines ask to be workers. */
export default defineService('workerregistrations', {
  mixins: [stored({ Worker: workerSchema }), audited, keeping<{ limits: RegistrationLimits }>()],

  actions: {
    create: {
      description: 'Takes a worker in by its token, or lets it wait for approval',
      // Who has no keys to show gets nothing, and who has gets no more than his place in a list.
      permission: 'public',
      params: {
        Name: nameRule,
        Space: { type: 'string', max: 200, optional: true },
        Token: { type: 'string', max: 200, optional: true },
        WorkerId: { type: 'string', max: 100, optional: true },
        Keys: { type: 'object', props: { signing: jwk, encryption: jwk } },
        Proof: { type: 'string', max: 10_000 },
        Slots: { type: 'number', integer: true, min: 1, max: 10_000, optional: true },
        OperatingSystem: { type: 'string', max: 200, optional: true },
        Version: { type: 'string', max: 200, optional: true },
        address: 'string',
        host: 'string',
        $$strict: 'remove',
      },
      async handler(ctx) {
        const { address, host, ...body } = ctx.params
        const { limits } = this
        if (!config.redisUrl || !limits) throw new RefusedError(NO_REDIS)
        const now = Date.now()
        await limits.count(address, now)
        const { keys, fingerprint } = await shownKeys(body.Keys)
        const hosts = [host, ...(config.publicUrl ? [new URL(config.publicUrl).host] : [])]
        const shown = { keys, fingerprint, token: body.Token ?? '', hosts }
        const fault = await faultOfProof(body.Proof, shown)
        const known = { Fingerprint: fingerprint }
        const worker = fault ? null : await this.models.Worker.findOne(known).lean<StoredWorker>()
        if (!worker) await limits.countUnknown(address, now)
        if (fault) {
          await refused(this, ctx, { ...body, fingerprint, reason: `its proof is wrong: ${fault}` })
          throw new InvalidError([`'Proof' was not accepted: ${fault}.`])
        }
        const wish = { ...body, Keys: keys, fingerprint, now }
        const { id } = worker
          ? await askedAgain(this, ctx, { ...wish, worker })
          : await joined(this, ctx, wish)
        return answerTo(this, id)
      },
    },
  },

  started() {
    if (!config.redisUrl) return
    const { namespace } = this.broker
    const settings = { url: config.redisUrl, namespace, of: 'worker-registration' }
    this.limits = registrationLimits(redisCounts(settings, this.logger))
  },

  async stopped() {
    await this.limits?.close()
  },
})
