import { X509Certificate } from 'node:crypto'
import { SKEW_MS } from './certificates.ts'
import { BundleError } from './errors.ts'

/** What the reader must know of a trust; a trust's own resource will do. */
export interface SenderTrust {
  /** Of the identity certificate: 64 hexadecimal digits in lower case. */
  Fingerprint: string
  /** The pinned one, as PEM: the only one that a signature is checked with. */
  IdentityCertificate: string
  State: 'Proposed' | 'Active' | 'Suspended' | 'Revoked' | 'Expired'
  Allow: { ReceiveReleases: boolean; ReceiveReceipts: boolean }
  /** Whether a release must be vouched for by its first space, which is trusted as well. */
  RequireOrigin?: boolean
  /** Whether a bundle older than the newest one is refused. */
  StrictOrder?: boolean
}

/** The trust whose identity has this fingerprint; null when there is none. */
export type TrustByKid<T extends SenderTrust = SenderTrust> = (kid: string) => Promise<T | null>

/** Refuses who may not send this now. */
export function checkSender(
  trust: SenderTrust,
  { right, now }: { right: keyof SenderTrust['Allow'] | null; now: Date },
): void {
  const { Fingerprint: fingerprint, State: state } = trust
  if (state !== 'Active')
    throw new BundleError('TrustNotActive', `The trust in the sender is ${state}.`, {
      data: { fingerprint, state },
    })
  if (right && !trust.Allow[right])
    throw new BundleError('NotAllowed', `The trust in the sender does not allow ${right}.`, {
      data: { fingerprint, right },
    })
  const { validFromDate, validToDate } = new X509Certificate(trust.IdentityCertificate)
  const isOutside =
    now.getTime() < validFromDate.getTime() - SKEW_MS ||
    now.getTime() > validToDate.getTime() + SKEW_MS
  if (!isOutside) return
  const [from, to, here] = [validFromDate, validToDate, now].map((date) => date.toISOString())
  throw new BundleError(
    'SenderCertificateExpired',
    `The sender's certificate is valid from ${from} to ${to}, and here it is ${here}.`,
    { data: { fingerprint, from, to, now: here } },
  )
}
