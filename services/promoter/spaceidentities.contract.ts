/** Who a space is to other spaces: its certificates. The keys that go with them never leave the server. */
export interface SpaceIdentity {
  Id: string
  SpaceId: string
  /** As they were when the identity was made. */
  SpaceName: string
  ServerName: string
  /** Of the identity certificate: 64 small hexadecimal digits. */
  Fingerprint: string
  /** What people read to each other of it: 'ABCD-EFGH-IJKL-MNOP'. */
  ShortFingerprint: string
  /** PEM. */
  IdentityCertificate: string
  EncryptionCertificate: string
  /** When the two certificates end. ISO. */
  NotAfter: string
  EncryptionNotAfter: string
  Created: string
  /** Keys that were replaced, newest first, and until when what was made for them is still taken. */
  Previous: PreviousKeys[]
  Version: number
}

export interface PreviousKeys {
  /** Of the identity certificate; the present one when only the encryption key was replaced. */
  Fingerprint: string
  ReplacedAt: string
  Until: string
}

declare module '#bus' {
  interface Actions {
    /** Made the first time that somebody asks. */
    'spaceidentities.get'(params: { spaceId: string }): SpaceIdentity
    /** The text of the identity document, for other spaces. `serverUrl`: where this server is reached. */
    'spaceidentities.document'(params: { spaceId: string; serverUrl?: string }): string
    /** The signed rotations so far, as text, for those who trust an older identity. */
    'spaceidentities.rotations'(params: { spaceId: string }): string
    /**
     * Replaces both keys, or the encryption key alone. What was made for the old ones is taken for 30
     * more days. Spaces of this server that trust it learn of it at once.
     */
    'spaceidentities.rotate'(params: {
      spaceId: string
      Keys: 'Identity' | 'Encryption'
    }): SpaceIdentity
    'spaceidentities.eraseSpace'(params: { spaceId: string }): null
    /** Warns of certificates that end, and takes away keys that nobody needs any more. `at` is ISO. */
    'spaceidentities.upkeep'(params: { at: string }): null
  }
}
