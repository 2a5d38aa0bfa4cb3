import { Schema } from 'mongoose'
import { named } from '#store/named.ts'
import { resource } from '#store/resource.ts'
import { slugged } from '#store/slugged.ts'
import type { Project } from './projects.contract.ts'

export interface StoredProject extends Project {
  /** Which parts of the new project are not made yet, and from which project they are copied. */
  _follow: string[]
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
  LastModifiedOn: String,
  LastModifiedBy: String,
  _follow: [String],
})
  .index({ SpaceId: 1, ProjectGroupId: 1 })
  .index({ SpaceId: 1, LifecycleId: 1 })
  .plugin(resource)
  .plugin(named, { per: 'SpaceId' })
  .plugin(slugged, { per: 'SpaceId' })

/** A project that is gone, as long as some of what it had is still there. */
export interface Removal {
  _id: string
  SpaceId: string
}

export const removalSchema = new Schema<Removal>({ _id: String, SpaceId: String })
