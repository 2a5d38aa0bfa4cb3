import { Schema } from 'mongoose'

/** A blob that another space may fetch for a while, by a ticket that it has made. */
export interface StoredBlobGrant {
  /** The SHA-256 of the ticket, and that of the blob. */
  _id: string
  SpaceId: string
  TrustId: string
  Blob: string
  /** In bytes. */
  Size: number
  /** ISO. */
  Until: string
}

export const blobGrantSchema = new Schema<StoredBlobGrant>({
  _id: String,
  SpaceId: { type: String, required: true, index: true },
  TrustId: { type: String, required: true },
  Blob: { type: String, required: true },
  Size: { type: Number, required: true },
  Until: { type: String, required: true, index: true },
}).set('versionKey', false)
