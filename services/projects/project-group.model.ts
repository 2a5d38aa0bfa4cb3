import { Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import { slugged } from '#store/slugged.ts'
import type { ProjectGroup } from './projectgroups.contract.ts'

export const projectGroupSchema = new Schema<ProjectGroup>({
  SpaceId: { type: String, required: true },
  Description: { type: String, default: '' },
  EnvironmentIds: [String],
  RetentionPolicyId: { type: String, default: null },
  LastModifiedOn: String,
  LastModifiedBy: String,
})
  .plugin(resource)
  .plugin(named, { per: 'SpaceId' })
  .plugin(slugged, { per: 'SpaceId' })
