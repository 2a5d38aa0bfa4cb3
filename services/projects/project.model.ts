import { Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import { slugged } from '#store/slugged.ts'
import type { Project, RemoteProject, RemoteSettings } from './projects.contract.ts'

export interface StoredProject extends Project {
  /** Which parts of the new project are not made yet, and from which project they are copied. */
  _follow: string[]
  /** Of a remote project: trust and source's project, of which there is one. */
  _remote?: string
}

const no = { type: Boolean, default: false }
const text = { type: String, default: '' }
const none = { type: String, default: null }

export const projectSchema = new Schema<StoredProject>({
  SpaceId: { type: String, required: true },
  Description: text,
  ProjectGroupId: { type: String, required: true },
  LifecycleId: { type: String, required: true },
  IsDisabled: no,
  DeploymentProcessId: String,
  VariableSetId: String,
  IncludedLibraryVariableSetIds: [String],
  // Replaced whole, as are the other objects.
  Templates: { type: Schema.Types.Mixed, default: [] },
  TenantedDeploymentMode: String,
  DefaultToSkipIfAlreadyInstalled: no,
  DefaultGuidedFailureMode: String,
  ProjectConnectivityPolicy: Schema.Types.Mixed,
  VersioningStrategy: Schema.Types.Mixed,
  ReleaseCreationStrategy: Schema.Types.Mixed,
  AutoCreateRelease: no,
  DiscreteChannelRelease: no,
  IsVersionControlled: no,
  PersistenceSettings: Schema.Types.Mixed,
  ClonedFromProjectId: none,
  ExtensionSettings: { type: Schema.Types.Mixed, default: [] },
  ReleaseNotesTemplate: text,
  DeploymentChangesTemplate: text,
  AutoDeployReleaseOverrides: { type: Schema.Types.Mixed, default: [] },
  AllowIgnoreChannelRules: { type: Boolean, default: true },
  ProjectTags: [String],
  DeprovisioningRunbookId: none,
  ProvisioningRunbookId: none,
  CombineHealthAndSyncStatusInDashboardLiveStatus: no,
  ForcePackageDownload: no,
  PromoteTaskEnds: { type: String, default: 'Trust' },
  LastModifiedOn: String,
  LastModifiedBy: String,
  Remote: Schema.Types.Mixed,
  _follow: [String],
  _remote: String,
})
  .index({ SpaceId: 1, ProjectGroupId: 1 })
  .index({ SpaceId: 1, LifecycleId: 1 })
  .index({ _remote: 1 }, { unique: true, sparse: true })
  .plugin(resource)
  .plugin(named, { per: 'SpaceId' })
  .plugin(slugged, { per: 'SpaceId' })

/** A project that is gone, as long as some of what it had is still there. */
export interface Removal {
  _id: string
  SpaceId: string
}

export const removalSchema = new Schema<Removal>({ _id: String, SpaceId: String })

/** What an import has brought of a remote project and no release of it has made visible yet. */
export interface StagedProject {
  /** The id that the project has, or will have. */
  _id: string
  SpaceId: string
  _remote: string
  /** Whether there is no such project yet. */
  IsNew: boolean
  Fields: Pick<Project, 'Name' | 'Description' | 'LifecycleId' | 'ProjectGroupId'> & {
    Settings: RemoteSettings
    Remote: RemoteProject
  }
}

export const stagedProjectSchema = new Schema<StagedProject>({
  _id: String,
  SpaceId: { type: String, required: true },
  _remote: { type: String, required: true },
  IsNew: Boolean,
  Fields: Schema.Types.Mixed,
})
  .set('minimize', false)
  .set('versionKey', false)
  .index({ SpaceId: 1 })
  .index({ _remote: 1 }, { unique: true })
