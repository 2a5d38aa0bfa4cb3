import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import type { StoredReceiptFacts } from './receipts.contract.ts'

/** What a target has said last of one of its deployments. */
export interface StoredReceipt extends Omit<StoredReceiptFacts, 'Id'> {
  _id: string
  /** The trust and the target's deployment: of each the highest sequence is kept. */
  _of: string
  /** Whether the promotion does not know it yet. */
  _work: boolean
}

const { Mixed } = Schema.Types
const required = { type: String, required: true }
const text = { type: String, default: null }

export const receiptSchema = new Schema<StoredReceipt>({
  SpaceId: required,
  TrustId: required,
  RemoteSpace: required,
  PromotionId: required,
  ReleaseId: required,
  BundleId: required,
  Revision: { type: Number, required: true },
  Sequence: { type: Number, required: true },
  Environment: { type: Mixed, default: null },
  DeploymentId: text,
  State: required,
  QueuedAt: text,
  StartedAt: text,
  EndedAt: text,
  HasWarnings: { type: Boolean, default: false },
  Steps: { type: Mixed, default: null },
  Error: { type: String, default: '' },
  Tenants: { type: Mixed, default: null },
  By: text,
  IssuedAt: required,
  ReceivedAt: required,
  _of: required,
  _work: { type: Boolean, default: true },
})
  .plugin(resource, { isCounted: false })
  .index({ _of: 1 }, { unique: true })
  .index({ ReleaseId: 1, IssuedAt: -1 })
  .index({ TrustId: 1, Sequence: -1 })
  .index({ _work: 1, Sequence: 1 })
