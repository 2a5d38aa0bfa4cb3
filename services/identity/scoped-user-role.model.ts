import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import type { ScopedUserRole } from './scopeduserroles.contract.ts'

export interface StoredScopedUserRole extends Omit<ScopedUserRole, 'Id'> {
  _id: string
  /** Whether the team holds it as a manager of the space, which the space decides. */
  _manages: boolean
}

export const scopedUserRoleSchema = new Schema<StoredScopedUserRole>({
  TeamId: { type: String, required: true, index: true },
  UserRoleId: { type: String, required: true },
  SpaceId: { type: String, default: null, index: true },
  ProjectIds: [String],
  ProjectGroupIds: [String],
  EnvironmentIds: [String],
  TenantIds: [String],
  LastModifiedOn: String,
  LastModifiedBy: String,
  _manages: { type: Boolean, default: false },
}).plugin(resource)
