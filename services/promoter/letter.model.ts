import { Schema } from 'mongoose'
import type { KnownType } from '#domain/promotion/read-message.ts'

/** A message that another space has yet to answer. */
export interface StoredLetter {
  /** The message's id, the same for each try. */
  _id: string
  SpaceId: string
  TrustId: string
  /** What it is about, with its trust: the same thing is said once. */
  Key: string
  Type: KnownType
  Body: unknown
  /** ISO. */
  Created: string
  /** How often nobody has answered it. */
  Attempts: number
  /** ISO: the next try, and until when there is one. */
  NextAt: string
  Until: string
}

const required = { type: String, required: true }

export const letterSchema = new Schema<StoredLetter>(
  {
    _id: String,
    ...{ SpaceId: required, TrustId: required, Type: required, Created: required },
    Key: { ...required, unique: true },
    Body: { type: Schema.Types.Mixed, required: true },
    Attempts: { type: Number, default: 0 },
    ...{ NextAt: required, Until: required },
  },
  { collection: 'promotionOutbox', minimize: false },
)
  .set('versionKey', false)
  .index({ NextAt: 1, Created: 1 })
  .index({ TrustId: 1, Created: 1 })
  .index({ SpaceId: 1 })
