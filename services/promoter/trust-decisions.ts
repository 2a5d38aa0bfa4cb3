/** What managers of a space decide of a trust, beside its settings. */
import { InvalidError } from '#bus/errors.ts'
import { isFingerprint } from '#domain/bundle/identity.ts'
import type { Asked } from '#mixins/crud.ts'
import { orRefused } from './refused.ts'
import type { StoredTrust } from './trust.model.ts'
import { renewalOf } from './trust-documents.ts'
import { moveTrust, stateAfter, type TrustService } from './trust-moves.ts'
import { checkChangeable } from './trust-settings.ts'
import { trustView } from './trust-view.ts'
import type { Revocation, Trust } from './trusts.contract.ts'

/** Who draws consequences of a revocation; each takes its own name off when it has. */
const FOLLOWERS = ['imports']

/** Makes a trust active, or keeps in the audit trail that what was typed is another fingerprint. */
export async function confirmTrust(
  service: TrustService,
  ctx: Asked,
  trust: StoredTrust,
  typed: string,
): Promise<Trust> {
  const State = stateAfter(trust, 'confirm', new Date())
  if (!isFingerprint(typed, trust.Fingerprint)) {
    await tellMismatch(service, ctx, trust)
    throw new InvalidError([
      'ConfirmFingerprint: this is not the fingerprint of the document. Compare once more what the other side reads; the document may have been exchanged on its way.',
    ])
  }
  const { username: ConfirmedBy } = ctx.meta.caller
  const changes = { State, ConfirmedBy, ConfirmedAt: new Date().toISOString() }
  const message = `Trust of ${trust.Name} was confirmed`
  return moveTrust(service, ctx, trust, { changes, category: 'TrustConfirmed', message })
}

async function tellMismatch(service: TrustService, ctx: Asked, trust: StoredTrust) {
  const same = trustView(trust, new Date())
  await service.audited(ctx, {
    category: 'FingerprintMismatch',
    kind: 'Trust',
    spaceId: trust.SpaceId,
    before: same,
    after: same,
    message: `A wrong fingerprint was entered for ${trust.Name}`,
  })
}

/** Ends a trust for good. What must follow is derived from the record that it keeps of it. */
export function revokeTrust(
  service: TrustService,
  ctx: Asked,
  trust: StoredTrust,
  { Reason, BlockImportedReleases }: Pick<Revocation, 'Reason' | 'BlockImportedReleases'>,
): Promise<Trust> {
  const State = stateAfter(trust, 'revoke', new Date())
  const { username: By } = ctx.meta.caller
  const Revocation = { Reason, BlockImportedReleases, At: new Date().toISOString(), By }
  // Its identity may be trusted anew from now on.
  const changes = { State, Revocation, _pinned: trust._id, _follow: FOLLOWERS }
  const message = `Trust of ${trust.Name} was revoked: ${Reason}`
  return moveTrust(service, ctx, trust, { changes, category: 'TrustRevoked', message })
}

/** Takes a newer document of the other space, as `renewalOf` says. */
export async function renewTrust(
  service: TrustService,
  ctx: Asked,
  trust: StoredTrust,
  document: string,
): Promise<Trust> {
  checkChangeable(trust)
  const renewal = await orRefused(renewalOf(trust, document, new Date()))
  if (!renewal) return trustView(trust, new Date())
  const { changes, isProposal } = renewal
  const category = isProposal ? 'TrustProposed' : 'TrustRotated'
  const news = isProposal ? 'has another identity, which must be confirmed' : 'has new keys'
  return moveTrust(service, ctx, trust, { changes, category, message: `${trust.Name} ${news}` })
}
