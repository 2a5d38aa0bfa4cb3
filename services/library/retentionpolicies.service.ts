import { defineService } from '#bus'
import { NotFoundError } from '#bus/errors.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import { retentionPolicySchema } from './retention-policy.model.ts'
import type { RetentionPolicy, RetentionType } from './retentionpolicies.contract.ts'

const types = ['LifecycleRelease', 'LifecycleTentacle', 'RunbookRetention'] as const

type Rule = Pick<RetentionPolicy, 'Name' | 'Strategy' | 'QuantityToKeep' | 'Unit'>
const forever = { Strategy: 'Forever', QuantityToKeep: 0, Unit: 'Items' } as const

const rules: Record<RetentionType, Rule> = {
  LifecycleRelease: { ...forever, Name: 'Releases' },
  LifecycleTentacle: { ...forever, Name: 'Files on targets' },
  RunbookRetention: { Strategy: 'Count', QuantityToKeep: 100, Unit: 'Items', Name: 'Runbook runs' },
}

export default defineService('retentionpolicies', {
  mixins: [stored({ RetentionPolicy: retentionPolicySchema })],

  actions: {
    get: {
      description: 'How long a space keeps things of a type where nothing else is said',
      permission: 'LifecycleView',
      params: {
        spaceId: 'string',
        retentionType: { type: 'enum', values: types, default: 'LifecycleRelease' },
      },
      async handler(ctx) {
        const { spaceId: SpaceId, retentionType: RetentionType = 'LifecycleRelease' } = ctx.params
        const policy = await this.models.RetentionPolicy.findOne({ SpaceId, RetentionType }).lean()
        if (!policy) throw new NotFoundError('RetentionPolicy', RetentionType)
        return publicOf(policy)
      },
    },

    populate: {
      description: 'Makes the retention policies of a new space',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        for (const RetentionType of types) {
          await this.models.RetentionPolicy.updateOne(
            { SpaceId, RetentionType },
            { $setOnInsert: { ...rules[RetentionType], _id: newId('RetentionPolicies') } },
            { upsert: true },
          )
        }
        return null
      },
    },

    eraseSpace: {
      description: 'Takes away the retention policies of a space',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        await this.models.RetentionPolicy.deleteMany({ SpaceId: ctx.params.spaceId })
        return null
      },
    },
  },
})
