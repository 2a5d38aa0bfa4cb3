import { randomBytes } from 'node:crypto'
import type { Model } from 'mongoose'
import { foldName } from '#domain/name.ts'
import { hashPassword } from '#store/encryption.ts'
import { newId } from '#store/ids.ts'
import { administratorsWithout } from './administrators.ts'
import type { StoredApiKey } from './api-key.model.ts'
import { ADMINISTRATORS, ensureBuiltInTeams } from './built-in-teams.ts'
import type { Holdings } from './held.ts'
import { storedKey } from './key.ts'

interface Wish {
  username: string
  /** Without it, one is made. */
  password?: string | undefined
  apiKey?: string | undefined
}

const GENERATED_BYTES = 15

/**
 * Makes the administrator while nobody is one. Answers his name and password when the latter was
 * made here. He becomes an administrator last of all: after a crash before, all is done again.
 */
export async function ensureAdministrator(
  models: Holdings & { ApiKey: Model<StoredApiKey> },
  wish: Wish,
  now: number,
): Promise<{ username: string; password: string } | null> {
  await ensureBuiltInTeams(models)
  if ((await administratorsWithout(models)).length > 0) return null
  const password = wish.password ?? randomBytes(GENERATED_BYTES).toString('base64url')
  const userId = await ensureUser(models, wish.username, password)
  if (wish.apiKey) await ensureKey(models.ApiKey, userId, wish.apiKey, now)
  await models.Team.updateOne({ _id: ADMINISTRATORS }, { $addToSet: { MemberUserIds: userId } })
  return wish.password ? null : { username: wish.username, password }
}

async function ensureUser({ User }: Holdings, name: string, password: string): Promise<string> {
  const fields = { DisplayName: name, EmailAddress: '', Username: name, Version: 1 }
  const _password = await hashPassword(password)
  const user = await User.findOneAndUpdate(
    { _name: foldName(name) },
    {
      $set: { _password, IsActive: true, IsService: false },
      $setOnInsert: { _id: newId('Users'), ...fields },
    },
    { upsert: true, returnDocument: 'after' },
  ).lean()
  return user._id
}

async function ensureKey(keys: Model<StoredApiKey>, UserId: string, key: string, now: number) {
  const { _hash, _id, ...fields } = storedKey({ UserId, Purpose: 'ADMIN_API_KEY' }, key, now)
  await keys.updateOne(
    { _hash },
    { $set: { UserId }, $setOnInsert: { _id, ...rest(fields) } },
    {
      upsert: true,
    },
  )
}

/** What an upsert sets anyway must not be set at its insertion too. */
const rest = ({ UserId: _user, ...fields }: Omit<StoredApiKey, '_id' | '_hash'>) => fields
