/** What a trust takes from documents of the other space. */
import { datesOf } from '#domain/bundle/certificates.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import { type IdentityDocument, readIdentityDocument } from '#domain/bundle/identity-document.ts'
import { followRotations, isRotations } from '#domain/bundle/rotation.ts'
import { nextTrustState, trustState } from '#domain/promotion/trust-state.ts'
import type { StoredTrust } from './trust.model.ts'
import { stillPinned } from './trust-view.ts'

/** How long what an identity has signed is still taken after another has followed it. */
const OVERLAP_MS = 30 * 86_400_000

/** What a trust records of an identity document. */
export function fieldsOf(document: IdentityDocument) {
  return {
    RemoteSpaceName: document.spaceName,
    ServerName: document.serverName,
    ServerUrl: document.serverUrl ?? null,
    BusAddress: document.busAddress ?? null,
    Fingerprint: document.fingerprint,
    IdentityCertificate: document.identityCert,
    EncryptionCertificate: document.encryptionCert,
    NotAfter: datesOf(document.identityCert).notAfter.toISOString(),
    EncryptionNotAfter: datesOf(document.encryptionCert).notAfter.toISOString(),
    DocumentIssuedAt: document.issuedAt,
  }
}

/** The one place of an identity in a space. */
export const pinOf = (spaceId: string, fingerprint: string) => `${spaceId}/${fingerprint}`

export interface Renewal {
  changes: Partial<StoredTrust>
  /** Whether people must compare fingerprints once more. */
  isProposal: boolean
}

/**
 * What a newer document changes in a trust; null: nothing. Throws a BundleError: `StaleIdentity` when
 * the document is older than what is known, `WrongIdentity` when it is another's and the trust active.
 */
export async function renewalOf(
  trust: StoredTrust,
  text: string,
  now: Date,
): Promise<Renewal | null> {
  if (isRotations(text)) return rotation(trust, text, now)
  const document = await readIdentityDocument(text, now)
  if (document.fingerprint !== trust.Fingerprint) return proposal(trust, document, now)
  if (document.encryptionCert === trust.EncryptionCertificate) return null
  if (document.issuedAt <= trust.DocumentIssuedAt) {
    const message = `This document was issued before the one that the trust '${trust.Name}' has already.`
    throw new BundleError('StaleIdentity', message)
  }
  return { changes: { ...fieldsOf(document), _warned: null }, isProposal: false }
}

async function rotation(trust: StoredTrust, text: string, now: Date): Promise<Renewal> {
  const document = await followRotations(text, trust.IdentityCertificate, now)
  // Nobody has compared the fingerprint that this follows from.
  if (trust.State === 'Proposed') return proposal(trust, document, now)
  return { changes: replacing(trust, document, now), isProposal: false }
}

function proposal(trust: StoredTrust, document: IdentityDocument, now: Date): Renewal {
  const State = nextTrustState(trustState(trust, now), 'propose')
  if (State === null) {
    const message = `This is another identity than the trust '${trust.Name}' knows, and nothing shows that the one has followed the other. To compare its fingerprint and trust it, suspend the trust first.`
    throw new BundleError('WrongIdentity', message)
  }
  const fields = { ...fieldsOf(document), State, ConfirmedBy: null, ConfirmedAt: null }
  // What the old keys have signed counts no more: nobody knows who has them.
  const changes = { ...fields, Previous: [], _warned: null }
  return {
    changes: { ...changes, _pinned: pinOf(trust.SpaceId, document.fingerprint) },
    isProposal: true,
  }
}

function replacing(
  trust: StoredTrust,
  document: IdentityDocument,
  now: Date,
): Partial<StoredTrust> {
  const { Fingerprint, IdentityCertificate } = trust
  const replaced = {
    Fingerprint,
    IdentityCertificate,
    ReplacedAt: now.toISOString(),
    Until: new Date(now.getTime() + OVERLAP_MS).toISOString(),
  }
  return {
    ...fieldsOf(document),
    Previous: [replaced, ...stillPinned(trust.Previous, now)],
    _pinned: pinOf(trust.SpaceId, document.fingerprint),
    _warned: null,
  }
}
