import { randomUUID } from 'node:crypto'
import { defineService } from '#bus'
import { asSystem, type Caller } from '#bus/caller.ts'
import { RefusedError } from '#bus/errors.ts'
import { config } from '#config'
import { foldName } from '#domain/name.ts'
import { memoryCounts } from '#mixins/counts.ts'
import { redisCounts } from '#mixins/redis-counts.ts'
import { stored } from '#mixins/stored.mixin.ts'
import { hashPassword, verifyPassword } from '#store/encryption.ts'
import { publicOf } from '#store/resource.ts'
import { ensureSelfOr } from './access.ts'
import { sessionSchema } from './session.model.ts'
import { csrfTokenOf, hashOf, newSession, renewalOf } from './session.ts'
import { type SignInLimits, signInLimits } from './sign-in-limits.ts'
import { type StoredUser, userSchema } from './user.model.ts'
import { userOf } from './user.ts'

/** Between start and stop of each service. */
const doors = new WeakMap<object, { limits: SignInLimits; nobodysHash: string }>()

/** Sign-ins, and the sessions that follow from them. */
export default defineService('sessions', {
  mixins: [stored({ User: userSchema, Session: sessionSchema })],

  actions: {
    create: {
      description: 'Signs a user in by name and password',
      permission: 'public',
      params: {
        Username: { type: 'string', max: 200 },
        Password: { type: 'string', max: 1_000 },
        RememberMe: { type: 'boolean', default: false },
        address: 'string',
      },
      async handler(ctx) {
        const { Username, Password, RememberMe, address } = ctx.params
        const now = Date.now()
        const { limits, nobodysHash } = doorOf(this)
        await limits.count(Username, address, now)
        const known = await this.models.User.findOne({ _name: foldName(Username) }).lean()
        const user = await signedIn(known, Password, nobodysHash)
        const trail = asSystem(this.broker, 'the audit trail')
        await trail.call('events.record', signInEvent({ known, user, asked: ctx.meta.caller }))
        if (!user) throw new RefusedError('The username or the password is wrong.')
        await limits.succeeded(Username, address)
        await this.models.Session.deleteMany({ ExpiresAt: { $lte: new Date(now).toISOString() } })
        const { token, session } = newSession(user._id, { isRemembered: RememberMe }, now)
        await this.models.Session.create(session)
        const served = userOf(publicOf(user), user._id)
        return { token, csrfToken: csrfTokenOf(token), user: served, expiresAt: session.EndsAt }
      },
    },

    authenticate: {
      description: 'Whose session it is',
      permission: 'system',
      params: { token: 'string' },
      async handler(ctx) {
        const { token } = ctx.params
        const _id = hashOf(token)
        const now = Date.now()
        const session = await this.models.Session.findOne({ _id }).lean()
        if (!session || session.ExpiresAt <= new Date(now).toISOString()) return null
        const user = await this.models.User.findOne({ _id: session.UserId, IsActive: true }).lean()
        if (!user) return null
        const ExpiresAt = renewalOf(session, now)
        if (ExpiresAt) await this.models.Session.updateOne({ _id }, { $set: { ExpiresAt } })
        return { userId: user._id, username: user.Username, csrfToken: csrfTokenOf(token) }
      },
    },

    end: {
      description: 'Signs out: the session is over',
      // Who knows its token may end it.
      permission: 'public',
      params: { token: 'string' },
      async handler(ctx) {
        const _id = hashOf(ctx.params.token)
        const { deletedCount } = await this.models.Session.deleteOne({ _id })
        if (deletedCount > 0) await ctx.broadcast('permissions.changed', {})
        return null
      },
    },

    revoke: {
      description: 'Ends every session of a user',
      permission: 'any',
      params: { userId: 'string' },
      async handler(ctx) {
        const { userId } = ctx.params
        await ensureSelfOr(ctx, 'UserEdit', userId)
        await this.load('User', userId)
        await this.models.Session.deleteMany({ UserId: userId })
        await ctx.broadcast('permissions.changed', {})
        return null
      },
    },
  },

  async started() {
    const { namespace } = this.broker
    const counts = config.redisUrl
      ? redisCounts({ url: config.redisUrl, namespace, of: 'sign-in' }, this.logger)
      : memoryCounts()
    // Of a password that nobody has: a name that nobody has takes as long to refuse as another.
    const nobodysHash = await hashPassword(randomUUID())
    doors.set(this, { limits: signInLimits(counts), nobodysHash })
  },

  async stopped() {
    await doors.get(this)?.limits.close()
  },
})

function doorOf(service: object) {
  const door = doors.get(service)
  if (!door) throw new Error('The service of sessions has not started.')
  return door
}

type Found = (StoredUser & Required<{ _id: string }>) | null

/** The user, if the password is his and he may sign in by it. */
async function signedIn(user: Found, password: string, nobodysHash: string): Promise<Found> {
  const isRight = await verifyPassword(password, user?._password ?? nobodysHash)
  return isRight && user?._password && user.IsActive && !user.IsService ? user : null
}

/** A name that is nobody's is not kept: it may be a password, in the wrong field. */
function signInEvent({ known, user, asked }: { known: Found; user: Found; asked: Caller }) {
  const who = known ? known.Username : 'an unknown user'
  return {
    SpaceId: null,
    Category: user ? 'LoginSucceeded' : 'LoginFailed',
    Message: user ? `${who} signed in` : `A sign-in as ${who} failed`,
    References: known ? [{ id: known._id, text: known.Username }] : [],
    RelatedDocumentIds: known ? [known._id] : [],
    DocumentType: 'User',
    By: user
      ? { ...asked, userId: user._id, username: user.Username, established: 'Session cookie' }
      : asked,
  }
}
