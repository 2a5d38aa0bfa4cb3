import type { Model } from 'mongoose'
import { newKeys, type Party, type PrivateKeys, partyOf } from '#bus/messages.ts'
import { seal, unseal } from '#store/encryption.ts'
import type { StoredServerKeys } from './server-key.model.ts'

const ID = 'workers-bus'
const DUPLICATE_KEY = 11_000

/** The server itself, as its workers know it: made at its first start, the same on every node. */
export async function serverParty(model: Model<StoredServerKeys>): Promise<Party> {
  const found = (await model.findById(ID).lean<StoredServerKeys>()) ?? (await make(model))
  return partyOf(JSON.parse(unseal(found._sealed)) as PrivateKeys) // Sealed by `make`.
}

/** Of two nodes that start at once, one makes them. */
async function make(model: Model<StoredServerKeys>): Promise<StoredServerKeys> {
  const made = { _id: ID, _sealed: seal(JSON.stringify(await newKeys())) }
  await model
    .updateOne({ _id: ID }, { $setOnInsert: { _sealed: made._sealed } }, { upsert: true })
    .catch((error: { code?: number }) => {
      if (error.code !== DUPLICATE_KEY) throw error
    })
  return (await model.findById(ID).lean<StoredServerKeys>()) ?? made
}
