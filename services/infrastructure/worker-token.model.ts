import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import type { WorkerToken } from './workertokens.contract.ts'

export interface StoredWorkerToken extends Omit<WorkerToken, 'Id'> {
  _id: string
  /** The keyed hash of the token, by which it is found. */
  _hash: string
  /** The fingerprint of the worker that has used it; null: nobody yet. */
  _usedBy: string | null
}

export const workerTokenSchema = new Schema<StoredWorkerToken>({
  SpaceId: { type: String, required: true },
  Name: { type: String, default: '' },
  WorkerPoolIds: { type: [String], default: [] },
  Created: String,
  CreatedBy: String,
  Expires: String,
  _hash: { type: String, unique: true },
  _usedBy: { type: String, default: null },
})
  .index({ SpaceId: 1, Created: -1 })
  .index({ _usedBy: 1 })
  .index({ Expires: 1 })
  .plugin(resource, { isCounted: false })
