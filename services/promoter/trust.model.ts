import { Schema } from 'mongoose'
import { flows, type KeptTrustState } from '#domain/promotion/trust-state.ts'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import type { Trust } from './trusts.contract.ts'

export interface StoredTrust extends Omit<Trust, 'Id' | 'State'> {
  _id: string
  State: KeptTrustState
  /** The space and the fingerprint: an identity is trusted once in a space. Of a revoked trust, its own id. */
  _pinned: string
  /** At how many days before the end of its certificates the last warning was given; null: none yet. */
  _warned: number | null
  /** Who has yet to draw his consequences of its revocation. */
  _follow: string[]
}

const text = { type: String, default: null }
const required = { type: String, required: true }
const no = { type: Boolean, default: false }

export const trustSchema = new Schema<StoredTrust>({
  SpaceId: required,
  RemoteSpaceName: required,
  ServerName: required,
  ServerUrl: text,
  BusAddress: text,
  Fingerprint: required,
  IdentityCertificate: required,
  EncryptionCertificate: required,
  NotAfter: required,
  EncryptionNotAfter: required,
  DocumentIssuedAt: required,
  State: required,
  Transport: { Kind: required, Url: text, BusName: text },
  Allow: Object.fromEntries(flows.map((flow) => [flow, no])),
  AutoImport: { Mode: { type: String, default: 'Never' }, LifecycleId: text },
  RequireSecondApprover: no,
  RequireOrigin: no,
  StrictOrder: no,
  ShareUserNames: no,
  Previous: { type: Schema.Types.Mixed, default: [] },
  Revocation: { type: Schema.Types.Mixed, default: null },
  Created: required,
  CreatedBy: required,
  ConfirmedBy: text,
  ConfirmedAt: text,
  LastSeen: text,
  LastModifiedOn: String,
  LastModifiedBy: String,
  _pinned: { type: String, unique: true },
  _warned: { type: Number, default: null },
  _follow: { type: [String], default: [] },
})
  .index({ _follow: 1 })
  .index({ Fingerprint: 1 })
  .plugin(resource)
  .plugin(named, { per: 'SpaceId' })
