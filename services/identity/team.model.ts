import { Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import type { ExternalGroup } from './teams.contract.ts'

export interface StoredTeam {
  _id: string
  Name: string
  _name: string
  Description: string
  MemberUserIds: string[]
  ExternalSecurityGroups: ExternalGroup[]
  SpaceId: string | null
  LastModifiedOn?: string
  LastModifiedBy?: string
}

export const teamSchema = new Schema<StoredTeam>({
  Description: { type: String, default: '' },
  MemberUserIds: [String],
  ExternalSecurityGroups: [
    new Schema({ Id: String, DisplayName: String, DisplayIdAndName: Boolean }, { _id: false }),
  ],
  SpaceId: { type: String, default: null },
  LastModifiedOn: String,
  LastModifiedBy: String,
})
  .index({ MemberUserIds: 1 })
  .plugin(resource)
  .plugin(named, { per: 'SpaceId' })
