import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import type { Process } from './processes.contract.ts'

export const processSchema = new Schema<Process>({
  SpaceId: { type: String, required: true },
  ProjectId: { type: String, required: true },
  // Replaced whole. Secrets in it are sealed.
  Steps: { type: Schema.Types.Mixed, default: [] },
  LastSnapshotId: { type: String, default: null },
  LastModifiedOn: String,
  LastModifiedBy: String,
})
  .index({ SpaceId: 1, ProjectId: 1 })
  .plugin(resource)

export interface ProcessSnapshot extends Process {
  /** Of the steps: the same steps have the same snapshot. */
  _hash: string
}

export const processSnapshotSchema = new Schema<ProcessSnapshot>({
  SpaceId: { type: String, required: true },
  ProjectId: { type: String, required: true },
  Steps: { type: Schema.Types.Mixed, default: [] },
  LastSnapshotId: { type: String, default: null },
  _hash: String,
})
  .index({ ProjectId: 1, _hash: 1 }, { unique: true })
  .plugin(resource)
