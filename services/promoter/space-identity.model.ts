import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import type { SpaceIdentity } from './spaceidentities.contract.ts'

/** Keys that were replaced and are still kept. */
export interface StoredPreviousKeys {
  IdentityCertificate: string
  EncryptionCertificate: string
  ReplacedAt: string
  Until: string
  /** `PrivateKeys` as JSON, sealed with the master key. */
  sealed: string
}

export interface StoredSpaceIdentity
  extends Omit<SpaceIdentity, 'Id' | 'ShortFingerprint' | 'Previous'> {
  _id: string
  /** `PrivateKeys` as JSON, sealed with the master key. */
  _sealed: string
  /** Newest first. */
  _previous: StoredPreviousKeys[]
  /** Fingerprints that it had before, some of which are still taken. */
  _earlier: string[]
  /** Signed, oldest first. */
  _rotations: string[]
  /** At how many days before the end of its certificates the last warning was given; null: none yet. */
  _warned: number | null
}

export const spaceIdentitySchema = new Schema<StoredSpaceIdentity>({
  // Of two nodes that make the first identity of a space at once, one does.
  SpaceId: { type: String, required: true, unique: true },
  SpaceName: { type: String, required: true },
  ServerName: { type: String, required: true },
  Fingerprint: { type: String, required: true, index: true },
  IdentityCertificate: { type: String, required: true },
  EncryptionCertificate: { type: String, required: true },
  NotAfter: { type: String, required: true },
  EncryptionNotAfter: { type: String, required: true },
  Created: { type: String, required: true },
  _sealed: { type: String, required: true },
  _previous: { type: Schema.Types.Mixed, default: [] },
  _earlier: { type: [String], default: [], index: true },
  _rotations: { type: [String], default: [] },
  _warned: { type: Number, default: null },
}).plugin(resource)
