import type { FlattenMaps } from 'mongoose'
import { trustState } from '#domain/promotion/trust-state.ts'
import { publicOf } from '#store/resource.ts'
import type { StoredTrust } from './trust.model.ts'
import type { PreviousIdentity, Trust } from './trusts.contract.ts'

/** A stored trust as it is served at this time. */
export const trustView = (trust: StoredTrust | FlattenMaps<StoredTrust>, now: Date): Trust => ({
  ...publicOf(trust as StoredTrust), // Lean: mongoose's type of it is the same.
  State: trustState(trust, now),
})

/** Previous identities whose signatures are still taken. */
export const stillPinned = (previous: readonly PreviousIdentity[], now: Date): PreviousIdentity[] =>
  previous.filter(({ Until }) => Date.parse(Until) > now.getTime())

/** The trust as who has signed by this identity sees it; null when it has it no more. */
export function asPinned(trust: Trust, fingerprint: string, now: Date): Trust | null {
  if (trust.Fingerprint === fingerprint) return trust
  const old = stillPinned(trust.Previous, now).find((one) => one.Fingerprint === fingerprint)
  if (!old) return null
  return { ...trust, Fingerprint: old.Fingerprint, IdentityCertificate: old.IdentityCertificate }
}
