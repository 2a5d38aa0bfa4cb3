import { defineService } from '#bus'
import { audited } from '#mixins/audited.mixin.ts'
import { insertUnless } from '#mixins/changes.ts'
import { crud } from '#mixins/crud.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { newId } from '#store/ids.ts'
import { defaultPolicy, machinePolicySchema } from './machine-policy.model.ts'
import type { MachinePolicy } from './machinepolicies.contract.ts'

/** The policy of the first space has an id that clients know. */
const FIRST = { spaceId: 'Spaces-1', id: 'MachinePolicies-1' }

const { list, get, eraseSpace } = crud<MachinePolicy, Record<never, never>>({
  kind: 'MachinePolicy',
  ids: 'MachinePolicies',
  permission: 'MachinePolicy',
  body: {},
})

export default defineService('machinepolicies', {
  mixins: [stored({ MachinePolicy: machinePolicySchema }), audited],

  actions: {
    list,
    get,
    eraseSpace,

    populate: {
      description: 'Makes the machine policy that every space has',
      permission: 'system',
      params: { spaceId: 'string' },
      async handler(ctx) {
        const { spaceId: SpaceId } = ctx.params
        await insertUnless(
          this.models.MachinePolicy,
          { SpaceId },
          {
            ...defaultPolicy,
            Id: SpaceId === FIRST.spaceId ? FIRST.id : newId('MachinePolicies'),
            SpaceId,
            Name: 'Default Machine Policy',
            IsDefault: true,
          },
        )
        return null
      },
    },

    template: {
      description: 'What a new machine policy begins as',
      permission: 'MachinePolicyView',
      params: { spaceId: 'string' },
      handler: (ctx) => ({ ...defaultPolicy, Id: '', SpaceId: ctx.params.spaceId, Name: '' }),
    },
  },
})
