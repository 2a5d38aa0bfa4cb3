import { defineService } from '#bus'
import { type Grants, permissions } from '#domain/permissions.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { grantsFor } from './held.ts'
import { scopedUserRoleSchema } from './scoped-user-role.model.ts'
import { teamSchema } from './team.model.ts'
import { userSchema } from './user.model.ts'

/** An event that ends what is remembered may be lost: then it lives no longer than this. */
const BELIEVED_FOR = 5_000 // ms
const MOST_REMEMBERED = 5_000

/** Answers of a moment ago, since every action asks. */
const remembered = () => ({ era: 0, grants: new Map<string, { grants: Grants; until: number }>() })
const memories = new WeakMap<object, ReturnType<typeof remembered>>()

function memoryOf(service: object) {
  const memory = memories.get(service) ?? remembered()
  memories.set(service, memory)
  return memory
}

export default defineService('permissions', {
  mixins: [stored({ User: userSchema, Team: teamSchema, ScopedUserRole: scopedUserRoleSchema })],

  actions: {
    of: {
      description: 'What a user may do, on the server and in each space',
      permission: 'system',
      params: { userId: 'string' },
      async handler(ctx) {
        const { userId } = ctx.params
        const memory = memoryOf(this)
        const known = memory.grants.get(userId)
        if (known && known.until > Date.now()) return known.grants
        const { era } = memory
        const grants = await grantsFor(this.models, userId)
        if (memory.grants.size >= MOST_REMEMBERED) memory.grants.clear()
        // What has changed meanwhile, this answer may not know.
        if (memory.era === era) {
          memory.grants.set(userId, { grants, until: Date.now() + BELIEVED_FOR })
        }
        return grants
      },
    },

    all: {
      description: 'Every permission, and where it can be granted',
      permission: 'any',
      params: {},
      handler: () => permissions,
    },
  },

  events: {
    'permissions.changed'() {
      const memory = memoryOf(this)
      memory.era += 1
      memory.grants.clear()
    },
  },
})
