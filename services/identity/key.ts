import { customAlphabet } from 'nanoid'
import { keyedHash } from '#store/encryption.ts'
import { newId } from '#store/ids.ts'
import { publicOf } from '#store/resource.ts'
import type { StoredApiKey } from './api-key.model.ts'
import type { ApiKey } from './apikeys.contract.ts'

const unguessable = customAlphabet('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', 32)
const HINT_LENGTH = 8

/** A new key, of a form that all clients accept. */
export const newKey = () => `API-${unguessable()}`

/** What is stored of a key, from which nobody can get the key. */
export function storedKey(
  wish: Pick<StoredApiKey, 'UserId' | 'Purpose'> & { Expires?: string; ReadOnly?: boolean },
  key: string,
  now: number,
): StoredApiKey {
  return {
    _id: newId('apikeys'),
    UserId: wish.UserId,
    Purpose: wish.Purpose,
    Created: new Date(now).toISOString(),
    Expires: wish.Expires ?? null,
    ReadOnly: wish.ReadOnly ?? false,
    _hash: hashOf(key),
    _hint: `${key.slice(0, HINT_LENGTH)}…`,
  }
}

/** By what a key is found again. */
export const hashOf = (key: string) => keyedHash(`api key ${key}`)

/** A key as it is served: with its beginning alone. */
export function keyOf(stored: StoredApiKey): ApiKey {
  const ApiKey = { HasValue: true, NewValue: null, Hint: stored._hint } as const
  return { ...publicOf(stored), ApiKey }
}
