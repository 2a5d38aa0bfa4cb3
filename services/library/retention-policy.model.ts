import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import type { RetentionPolicy } from './retentionpolicies.contract.ts'

export const retentionPolicySchema = new Schema<RetentionPolicy>({
  SpaceId: { type: String, required: true },
  Name: String,
  RetentionType: { type: String, required: true },
  Strategy: String,
  QuantityToKeep: Number,
  Unit: String,
})
  .index({ SpaceId: 1, RetentionType: 1 }, { unique: true })
  .plugin(resource)
