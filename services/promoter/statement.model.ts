import { Schema } from 'mongoose'
import type { ReceiptFacts } from '#domain/bundle/receipt.ts'

/** A receipt that this space has made for the source of a release. */
export interface StoredStatement {
  _id: string
  SpaceId: string
  TrustId: string
  /** Counts the receipts by one trust from 1, without gaps. */
  Sequence: number
  ReleaseId: string
  IssuedAt: string
  /** What it says, of which there is one receipt: a deployment or a defect, and its state. */
  _about: string
  _facts: ReceiptFacts
  /** As it was signed: whoever asks again gets the same. */
  _jws: string
}

const required = { type: String, required: true }

export const statementSchema = new Schema<StoredStatement>({
  ...{ _id: String, SpaceId: required, TrustId: required, ReleaseId: required, IssuedAt: required },
  Sequence: { type: Number, required: true },
  _about: required,
  _facts: { type: Schema.Types.Mixed, required: true },
  _jws: required,
})
  .set('minimize', false)
  .set('versionKey', false)
  // Of two that are made at once, one gets the number; the other takes the next.
  .index({ TrustId: 1, Sequence: 1 }, { unique: true })
  .index({ _about: 1 }, { unique: true })
  .index({ TrustId: 1, IssuedAt: 1 })
  .index({ SpaceId: 1 })

/** How much of what was said by a trust has been carried to its source. */
export interface StoredCarried {
  /** The trust's. */
  _id: string
  SpaceId: string
  Acknowledged: number
  Exported: number
  ExportedAt: string | null
}

const count = { type: Number, default: 0 }

export const carriedSchema = new Schema<StoredCarried>({
  ...{ _id: String, SpaceId: required, Acknowledged: count, Exported: count },
  ExportedAt: { type: String, default: null },
})
  .set('versionKey', false)
  .index({ SpaceId: 1 })
