import { Schema } from 'mongoose'

/** A bundle that another space has offered and that this one fetches. */
export interface StoredFetch {
  /** The trust and the bundle. */
  _id: string
  SpaceId: string
  TrustId: string
  BundleId: string
  /** Of the whole file. */
  Sha256: string
  Size: number
  /** What has come of it; its length is where the rest begins. */
  Blob: string
  /** The ticket, sealed. */
  _ticket: string
  /** Whether the other has said that it may be fetched. */
  IsReady: boolean
  Attempts: number
  /** ISO: the next try, and until when there is one. */
  NextAt: string
  Until: string
}

const required = { type: String, required: true }

export const fetchSchema = new Schema<StoredFetch>({
  _id: String,
  ...{ SpaceId: required, TrustId: required, BundleId: required, Sha256: required },
  ...{ Blob: required, _ticket: required, NextAt: required, Until: required },
  Size: { type: Number, required: true },
  IsReady: { type: Boolean, default: false },
  Attempts: { type: Number, default: 0 },
})
  .set('versionKey', false)
  .index({ IsReady: 1, NextAt: 1 })
  .index({ SpaceId: 1 })
  .index({ Until: 1 })
