import type { Bus } from '#bus'
import type { TransportKind } from '#domain/promotion/promotion-state.ts'
import type { Trust } from './trusts.contract.ts'

/** What promoting needs to know of a trust. */
export type TrustFacts = Pick<
  Trust,
  'Id' | 'Name' | 'State' | 'Fingerprint' | 'EncryptionCertificate' | 'ShareUserNames'
> & { Transport: { Kind: TransportKind }; Allow: { SendReleases: boolean } }

/** Why nothing may be sent by it now, as a sentence; null when it may. */
export function refusalOf({ Name, State, Allow }: Pick<TrustFacts, 'Name' | 'State' | 'Allow'>) {
  if (State !== 'Active')
    return `The trust with ${Name} is ${State}: nothing can be promoted there.`
  return Allow.SendReleases ? null : `The trust with ${Name} does not allow to send releases.`
}

/** The trust of a space with this id. One that was removed is as one that was revoked. */
export async function trustFor(
  system: Pick<Bus, 'call'>,
  about: { spaceId: string; id: string },
): Promise<TrustFacts> {
  try {
    return await system.call('trusts.get', about)
  } catch (error) {
    if ((error as { type?: string }).type !== 'NOT_FOUND') throw error
    return { ...removed, Id: about.id }
  }
}

const removed: Omit<TrustFacts, 'Id'> = {
  Name: 'a space that is trusted no more',
  State: 'Revoked',
  Fingerprint: '',
  EncryptionCertificate: '',
  ShareUserNames: false,
  Transport: { Kind: 'Disconnected' },
  Allow: { SendReleases: false },
}
