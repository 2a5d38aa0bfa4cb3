import type { Model } from 'mongoose'
import type { Caller } from '#bus/caller.ts'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import { ensureMay } from '#bus/permitted.ts'
import { replaceResource } from '#mixins/changes.ts'
import { isSame } from '#mixins/crud.ts'
import { hashPassword } from '#store/encryption.ts'
import { newId } from '#store/ids.ts'
import { type Public, publicOf } from '#store/resource.ts'
import { type Asking, ensureOutranks } from './access.ts'
import { keepingAnAdministrator } from './administrators.ts'
import type { StoredApiKey } from './api-key.model.ts'
import type { Holdings } from './held.ts'
import type { StoredSession } from './session.model.ts'
import type { StoredUser } from './user.model.ts'
import { userOf } from './user.ts'
import type { User, UserBody } from './users.contract.ts'

interface Models extends Holdings {
  ApiKey: Model<StoredApiKey>
  Session: Model<StoredSession>
}

const SHORTEST_PASSWORD = 8
const LONGEST_PASSWORD = 200

/** The validator's rules for `UserBody`. */
export const bodyRules = {
  Username: { type: 'string', trim: true, min: 1, max: 100, optional: true },
  DisplayName: { type: 'string', trim: true, max: 200, default: '' },
  EmailAddress: { type: 'string', trim: true, max: 254, default: '' },
  Password: { type: 'string', optional: true },
  IsActive: { type: 'boolean', default: true },
  IsService: { type: 'boolean', default: false },
  $$strict: 'remove',
} as const

/** Stores a new user. */
export async function createUser({ User }: Models, body: UserBody): Promise<User> {
  const { Password, ...fields } = body
  const Username = fields.Username ?? fields.DisplayName
  if (Username === '') throw new InvalidError(["The 'Username' field is required."])
  const _password = await hashOf(Password, fields.IsService)
  const DisplayName = fields.DisplayName || Username
  const user = await User.create({
    ...fields,
    _id: newId('Users'),
    Username,
    DisplayName,
    _password: _password ?? null,
  })
  return userOf(publicOf(user.toObject({ transform: false })), '')
}

/** Stores what is different. Who cannot sign in any more, or has a new password, is signed out. */
export async function changeUser(
  models: Models,
  ctx: Asking & { meta: { caller: Caller } },
  before: User,
  { Password, ...body }: UserBody,
): Promise<User> {
  const wish = { ...body, Username: body.Username ?? before.Username }
  if (Password === undefined && isSame(before, wish)) return before
  await checkChange(ctx, before, { ...wish, ...(Password !== undefined && { Password }) })
  const hash = await hashOf(Password, wish.IsService)
  const _password = wish.IsService ? null : hash
  const fields = { ...wish, ...(_password !== undefined && { _password }) }
  const { username } = ctx.meta.caller
  const store = () =>
    replaceResource<Public<StoredUser>>(models.User, { Id: before.Id }, fields, { username })
  const isLost = before.IsActive && (!wish.IsActive || (wish.IsService && !before.IsService))
  const after = isLost
    ? await keepingAnAdministrator(models, { userId: before.Id }, store)
    : await store()
  if (isLost || _password !== undefined) await models.Session.deleteMany({ UserId: before.Id })
  return userOf(after, '')
}

async function checkChange(ctx: Asking, before: User, wish: UserBody): Promise<void> {
  const { caller } = ctx.meta
  const isRank =
    wish.Username !== before.Username ||
    wish.IsActive !== before.IsActive ||
    wish.IsService !== before.IsService
  if (isRank) await ensureMay(ctx, 'UserEdit', null)
  if (before.Id === caller.userId && !wish.IsActive) {
    throw new RefusedError('You cannot deactivate yourself.')
  }
  if (isRank || wish.Password !== undefined) await ensureOutranks(ctx, before.Id)
}

/** The hash of a password that will do; undefined when none is given. */
async function hashOf(password: string | undefined, isService: boolean) {
  if (password === undefined) return undefined
  if (isService) throw new InvalidError(['A service account has no password.'])
  if (password.length < SHORTEST_PASSWORD || password.length > LONGEST_PASSWORD) {
    throw new InvalidError([
      `A password has ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters.`,
    ])
  }
  return hashPassword(password)
}

/** Takes a user away: first himself, which ends his keys and sessions, then what is left of him. */
export async function removeUser(models: Models, userId: string): Promise<void> {
  await models.User.deleteOne({ _id: userId })
  await Promise.all([
    models.ApiKey.deleteMany({ UserId: userId }),
    models.Session.deleteMany({ UserId: userId }),
    models.Team.updateMany({ MemberUserIds: userId }, { $pull: { MemberUserIds: userId } }),
  ])
}
