/** Why something that came from another space is refused. Codes are for programs, and never change. */
export type BundleCode =
  /** The container and its bounds. */
  | 'BundleTooLarge'
  | 'NotABundle'
  /** Who sent it, to whom, when. */
  | 'SignatureMissing'
  | 'UnknownSender'
  | 'TrustNotActive'
  | 'NotAllowed'
  | 'SenderCertificateExpired'
  | 'BadSignature'
  | 'UnsupportedSchema'
  | 'WrongTarget'
  | 'IssuedInFuture'
  | 'BundleExpired'
  /** What came before it. */
  | 'BundleIdReused'
  | 'StaleRevision'
  | 'VersionConflict'
  | 'OutOfOrder'
  | 'OriginMissing'
  | 'OriginNotTrusted'
  /** What is in it. */
  | 'DigestMismatch'
  | 'UnlistedEntry'
  | 'MissingEntry'
  | 'CannotDecrypt'
  | 'SecretsMismatch'
  | 'InvalidContent'
  | 'UnsupportedContent'
  | 'UnsupportedStepType'
  | 'PackageMissing'
  | 'PackageDigestMismatch'
  /** Identity documents and rotations. */
  | 'NotAnIdentity'
  | 'InvalidCertificate'
  | 'WrongIdentity'
  | 'StaleIdentity'
  /** Receipts and messages. */
  | 'UnknownBundle'
  | 'MessageTooLarge'
  | 'MessageExpired'
  | 'MessageRepeated'

interface BundleErrorOptions extends ErrorOptions {
  /** The parts of the message, for pages and for the audit: never a secret. */
  data?: Record<string, unknown>
}

/** What came cannot be taken; nothing of it has been used. The message is for people, the code for programs. */
export class BundleError extends Error {
  readonly code: BundleCode
  readonly data: Record<string, unknown>

  constructor(
    code: BundleCode,
    message: string,
    { data = {}, ...options }: BundleErrorOptions = {},
  ) {
    super(message, options)
    this.name = 'BundleError'
    this.code = code
    this.data = data
  }
}
