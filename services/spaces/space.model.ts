import { Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import { slugged } from '#store/slugged.ts'
import type { Space } from './spaces.contract.ts'

export interface StoredSpace extends Space {
  /** Who has not made his part of the new space yet. */
  _follow: string[]
  /** The task that deletes the space; from then on the space is hidden. */
  _deleting?: string
}

export const spaceSchema = new Schema<StoredSpace>({
  Description: { type: String, default: '' },
  IsDefault: { type: Boolean, default: false },
  SpaceManagersTeams: [String],
  SpaceManagersTeamMembers: [String],
  TaskQueueStopped: { type: Boolean, default: false },
  LastModifiedOn: String,
  LastModifiedBy: String,
  _follow: [String],
  _deleting: { type: String, index: true, sparse: true },
})
  .plugin(resource)
  .plugin(named)
  .plugin(slugged)
