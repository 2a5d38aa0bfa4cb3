import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import type { ReaderContext } from '#domain/bundle/signed.ts'
import { keysOf } from './keys.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import type { Trust } from './trusts.contract.ts'

interface On {
  models: { SpaceIdentity: Model<StoredSpaceIdentity> }
  broker: Pick<Bus, 'call'>
}

/** What a space must know to believe what others have signed. */
export async function readerOf(on: On, spaceId: string): Promise<ReaderContext<Trust>> {
  const { current, previous } = await keysOf(on, spaceId)
  const system = asSystem(on.broker, 'something signed is read')
  return {
    trustByKid: (fingerprint) => system.call('trusts.byFingerprint', { spaceId, fingerprint }),
    ownFingerprints: [current, ...previous].map(({ fingerprint }) => fingerprint),
    now: new Date(),
  }
}
