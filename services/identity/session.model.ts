import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'

export interface StoredSession {
  /** The keyed hash of its token. */
  _id: string
  UserId: string
  /** When it ends without use. */
  ExpiresAt: string
  /** When it ends in any case. */
  EndsAt: string
}

export const sessionSchema = new Schema<StoredSession>({
  UserId: { type: String, index: true },
  ExpiresAt: { type: String, index: true },
  EndsAt: String,
}).plugin(resource, { isCounted: false })
