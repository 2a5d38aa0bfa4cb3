import { Schema } from 'mongoose'
import { resource } from '#store/resource.ts'
import type { BuildInformation } from './buildinformation.contract.ts'

/** What a build has told, in the store. */
export interface StoredBuildInformation extends Omit<BuildInformation, 'Id'> {
  _id: string
  /** The folded `PackageId`. */
  _packageId: string
  /** What is the same for versions that count as one: 1.0 and 1.0.0. */
  _version: string
  /** Sorts as the version does. */
  _order: string
  _isRelease: boolean
}

const required = { type: String, required: true } as const
const text = { type: String, default: '' } as const
const list = { type: Schema.Types.Mixed, default: [] } as const

export const buildInformationSchema = new Schema<StoredBuildInformation>({
  SpaceId: required,
  PackageId: required,
  Version: required,
  BuildEnvironment: text,
  BuildNumber: text,
  BuildUrl: text,
  Branch: text,
  VcsType: text,
  VcsRoot: text,
  VcsCommitNumber: text,
  VcsCommitUrl: text,
  IssueTrackerName: text,
  Created: required,
  Commits: list,
  WorkItems: list,
  IncompleteDataWarning: text,
  _packageId: required,
  _version: required,
  _order: required,
  _isRelease: { type: Boolean, required: true },
})
  .plugin(resource, { isCounted: false })
  .index({ SpaceId: 1, _packageId: 1, _version: 1 }, { unique: true })
  .index({ SpaceId: 1, _packageId: 1, _order: -1 })
