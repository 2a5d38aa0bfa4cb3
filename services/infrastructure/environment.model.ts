import { Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import { slugged } from '#store/slugged.ts'
import type { Environment } from './environments.contract.ts'

export const environmentSchema = new Schema<Environment>({
  SpaceId: { type: String, required: true },
  Description: { type: String, default: '' },
  SortOrder: { type: Number, required: true },
  UseGuidedFailure: { type: Boolean, default: false },
  AllowDynamicInfrastructure: { type: Boolean, default: true },
  EnvironmentTags: [String],
  Remote: { type: Schema.Types.Mixed, default: undefined },
  ExtensionSettings: { type: Schema.Types.Mixed, default: [] },
  LastModifiedOn: String,
  LastModifiedBy: String,
})
  .index({ SpaceId: 1, SortOrder: 1 })
  .plugin(resource)
  .plugin(named, { per: 'SpaceId' })
  .plugin(slugged, { per: 'SpaceId' })
