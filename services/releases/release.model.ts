import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import type { Defect, Release } from './releases.contract.ts'

/** A release in the store. */
export interface StoredRelease extends Omit<Release, 'Id'> {
  _id: string
  /** What is the same for versions that count as one: 1.0 and 1.0.0. */
  _version: string
  _defects: Defect[]
  /** What its creation has yet to bring about. */
  _follow: string[]
  /** Its source has yet to hear of its defects; another text with each change of them. */
  _untold?: string
}

const Mixed = Schema.Types.Mixed

export const releaseSchema = new Schema<StoredRelease>({
  SpaceId: { type: String, required: true },
  ProjectId: { type: String, required: true },
  ChannelId: { type: String, required: true },
  Version: { type: String, required: true },
  ReleaseNotes: { type: String, default: '' },
  Assembled: { type: String, required: true },
  IgnoreChannelRules: { type: Boolean, default: false },
  SelectedPackages: { type: Mixed, default: [] },
  SelectedGitResources: { type: Mixed, default: [] },
  ProjectVariableSetSnapshotId: { type: String, required: true },
  LibraryVariableSetSnapshotIds: { type: [String], default: [] },
  ProjectDeploymentProcessSnapshotId: { type: String, required: true },
  BuildInformation: { type: Mixed, default: [] },
  VersionControlReference: { type: Mixed, default: null },
  CustomFields: { type: Mixed, default: {} },
  Remote: Mixed,
  _version: { type: String, required: true },
  _defects: { type: Mixed, default: [] },
  _follow: { type: [String], default: [] },
  _untold: String,
})
  .plugin(resource, { isCounted: false })
  .index({ ProjectId: 1, _version: 1 }, { unique: true })
  .index({ ProjectId: 1, Assembled: -1 })
  .index({ ChannelId: 1, Assembled: -1 })
  .index({ SpaceId: 1, Assembled: -1 })
  .index({ _follow: 1 })
  .index({ _untold: 1 }, { sparse: true })
  .index({ 'Remote.TrustId': 1 }, { sparse: true })

/** A release whose project is not there yet, as it will be but for its channel. */
export interface StagedRelease {
  _id: string
  SpaceId: string
  ProjectId: string
  Fields: Omit<StoredRelease, '_id' | 'ChannelId'>
}

export const stagedReleaseSchema = new Schema<StagedRelease>({
  _id: String,
  SpaceId: { type: String, required: true },
  ProjectId: { type: String, required: true },
  Fields: Mixed,
})
  .set('minimize', false)
  .set('versionKey', false)
  .index({ SpaceId: 1 })
  .index({ ProjectId: 1 })
