import { Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import { slugged } from '#store/slugged.ts'
import type { WorkerPool } from './workerpools.contract.ts'

export const workerPoolSchema = new Schema<WorkerPool>({
  SpaceId: { type: String, required: true },
  Description: { type: String, default: '' },
  WorkerPoolType: { type: String, required: true },
  WorkerType: { type: String, default: null },
  IsDefault: { type: Boolean, default: false },
  CanAddWorkers: { type: Boolean, default: true },
  SortOrder: { type: Number, required: true },
  LastModifiedOn: String,
  LastModifiedBy: String,
})
  .index({ SpaceId: 1, SortOrder: 1 })
  .plugin(resource)
  .plugin(named, { per: 'SpaceId' })
  .plugin(slugged, { per: 'SpaceId' })
