import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'

export interface StoredApiKey {
  _id: string
  UserId: string
  Purpose: string
  Created: string
  Expires: string | null
  ReadOnly: boolean
  /** The keyed hash of the key, by which it is found. */
  _hash: string
  /** How the key begins. */
  _hint: string
}

export const apiKeySchema = new Schema<StoredApiKey>({
  UserId: { type: String, index: true },
  Purpose: String,
  Created: String,
  Expires: { type: String, default: null },
  ReadOnly: { type: Boolean, default: false },
  _hash: { type: String, unique: true },
  _hint: String,
}).plugin(resource, { isCounted: false })
