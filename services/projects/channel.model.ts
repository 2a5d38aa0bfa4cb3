import { Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import { slugged } from '#store/slugged.ts'
import type { Channel } from './channels.contract.ts'

export const channelSchema = new Schema<Channel>({
  SpaceId: { type: String, required: true },
  ProjectId: { type: String, required: true },
  Description: { type: String, default: '' },
  LifecycleId: { type: String, default: null },
  IsDefault: { type: Boolean, default: false },
  // Replaced whole, as are the other lists.
  Rules: { type: Schema.Types.Mixed, default: [] },
  TenantTags: [String],
  Type: { type: String, default: 'Lifecycle' },
  GitReferenceRules: [String],
  GitResourceRules: { type: Schema.Types.Mixed, default: [] },
  CustomFieldDefinitions: { type: Schema.Types.Mixed, default: [] },
  ParentEnvironmentId: { type: String, default: null },
  EphemeralEnvironmentNameTemplate: { type: String, default: null },
  AutomaticEphemeralEnvironmentDeployments: { type: Boolean, default: false },
  LastModifiedOn: String,
  LastModifiedBy: String,
})
  .index({ SpaceId: 1, _name: 1 })
  .index({ SpaceId: 1, LifecycleId: 1 })
  .plugin(resource)
  .plugin(named, { per: 'ProjectId' })
  .plugin(slugged, { per: 'ProjectId' })
