import { Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import { slugged } from '#store/slugged.ts'
import type { Lifecycle } from './lifecycles.contract.ts'

export const lifecycleSchema = new Schema<Lifecycle>({
  SpaceId: { type: String, required: true },
  Description: { type: String, default: '' },
  // Replaced whole: a phase is never changed by itself.
  Phases: { type: Schema.Types.Mixed, default: [] },
  ReleaseRetentionPolicy: Schema.Types.Mixed,
  TentacleRetentionPolicy: Schema.Types.Mixed,
  LastModifiedOn: String,
  LastModifiedBy: String,
})
  .plugin(resource)
  .plugin(named, { per: 'SpaceId' })
  .plugin(slugged, { per: 'SpaceId' })
