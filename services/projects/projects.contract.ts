import type { ListParams, Page } from '#bus/page.ts'
import type { TaskEnd } from '#domain/promotion/promotion-state.ts'

export type GuidedFailureMode = 'EnvironmentDefault' | 'Off' | 'On'
export type TenantedDeploymentMode = 'Untenanted' | 'TenantedOrUntenanted' | 'Tenanted'

export interface ConnectivityPolicy {
  SkipMachineBehavior: 'None' | 'SkipUnavailableMachines'
  TargetRoles: string[]
  AllowDeploymentsToNoTargets: boolean
  ExcludeUnhealthyTargets: boolean
}

export interface VersioningStrategy {
  /** Such as '#{Octopus.Version.LastMajor}.#{Octopus.Version.NextMinor}'. */
  Template: string | null
  DonorPackage: { DeploymentAction: string; PackageReference: string | null } | null
  DonorPackageStepId: string | null
}

export interface ReleaseCreationStrategy {
  ChannelId: string | null
  ReleaseCreationPackage: { DeploymentAction: string; PackageReference: string | null } | null
  ReleaseCreationPackageStepId: string | null
}

/** What tenants are asked for. */
export interface ProjectTemplate {
  Id: string
  Name: string
  Label: string
  HelpText: string
  DefaultValue: string
  DisplaySettings: Record<string, string>
}

/** Which project of another space a project stands for. */
export interface RemoteProject {
  /** The trust by which its releases arrive. */
  TrustId: string
  SourceProjectId: string
  SourceProjectName: string
  /** The space that owns it, as this one calls it. */
  RemoteSpace: string
}

/** What of a project's settings travels with its releases. Only the last two are not this space's to change. */
export type RemoteSettings = Partial<
  Pick<
    Project,
    | 'DefaultGuidedFailureMode'
    | 'ProjectConnectivityPolicy'
    | 'DefaultToSkipIfAlreadyInstalled'
    | 'ForcePackageDownload'
    | 'ReleaseNotesTemplate'
    | 'DeploymentChangesTemplate'
  >
>
export type PromoteTaskEnds = 'Trust' | TaskEnd

/** Some software, and how it is deployed. */
export interface Project {
  Id: string
  SpaceId: string
  Name: string
  Slug: string
  Description: string
  ProjectGroupId: string
  LifecycleId: string
  IsDisabled: boolean
  DeploymentProcessId: string
  VariableSetId: string
  IncludedLibraryVariableSetIds: string[]
  Templates: ProjectTemplate[]
  TenantedDeploymentMode: TenantedDeploymentMode
  DefaultToSkipIfAlreadyInstalled: boolean
  DefaultGuidedFailureMode: GuidedFailureMode
  ProjectConnectivityPolicy: ConnectivityPolicy
  VersioningStrategy: VersioningStrategy
  ReleaseCreationStrategy: ReleaseCreationStrategy
  AutoCreateRelease: boolean
  DiscreteChannelRelease: boolean
  IsVersionControlled: boolean
  PersistenceSettings: { Type: 'Database' }
  ClonedFromProjectId: string | null
  ExtensionSettings: { ExtensionId: string; Values?: unknown }[]
  ReleaseNotesTemplate: string
  DeploymentChangesTemplate: string
  AutoDeployReleaseOverrides: unknown[]
  AllowIgnoreChannelRules: boolean
  ProjectTags: string[]
  DeprovisioningRunbookId: string | null
  ProvisioningRunbookId: string | null
  CombineHealthAndSyncStatusInDashboardLiveStatus: boolean
  ForcePackageDownload: boolean
  /** Only of a project of which another space builds the releases. */
  Remote?: RemoteProject
  /** When the task of a promotion ends; 'Trust': as the trust's transport suggests. Absent: 'Trust'. */
  PromoteTaskEnds?: PromoteTaskEnds
  LastModifiedOn?: string
  LastModifiedBy?: string
}

type Nullable<T> = { [Key in keyof T]?: T[Key] | null }

/** What a client sends to create a project, or to change one. */
export type ProjectBody = Pick<
  Project,
  | 'Name'
  | 'Description'
  | 'ProjectGroupId'
  | 'LifecycleId'
  | 'IsDisabled'
  | 'IncludedLibraryVariableSetIds'
  | 'TenantedDeploymentMode'
  | 'DefaultToSkipIfAlreadyInstalled'
  | 'DefaultGuidedFailureMode'
  | 'AutoCreateRelease'
  | 'DiscreteChannelRelease'
  | 'ExtensionSettings'
  | 'ReleaseNotesTemplate'
  | 'DeploymentChangesTemplate'
  | 'AutoDeployReleaseOverrides'
  | 'AllowIgnoreChannelRules'
  | 'ProjectTags'
  | 'CombineHealthAndSyncStatusInDashboardLiveStatus'
  | 'ForcePackageDownload'
> & {
  Slug?: string
  Templates: (Nullable<Omit<ProjectTemplate, 'DefaultValue'>> & { DefaultValue?: unknown })[]
  ProjectConnectivityPolicy?: Nullable<ConnectivityPolicy>
  VersioningStrategy?: Nullable<VersioningStrategy>
  ReleaseCreationStrategy?: Nullable<ReleaseCreationStrategy>
  PersistenceSettings?: { Type?: string | null }
  /** Not given in a change: as it is. */
  PromoteTaskEnds?: PromoteTaskEnds
}

/** How a project is deployed, in the form of a part of its own. */
export interface DeploymentSettings {
  Id: string
  SpaceId: string
  ProjectId: string
  ConnectivityPolicy: ConnectivityPolicy
  DefaultGuidedFailureMode: GuidedFailureMode
  DefaultToSkipIfAlreadyInstalled: boolean
  DeploymentChangesTemplate: string
  ReleaseNotesTemplate: string
  ForcePackageDownload: boolean
  VersioningStrategy: VersioningStrategy
}

export type DeploymentSettingsBody = Omit<
  DeploymentSettings,
  'Id' | 'SpaceId' | 'ProjectId' | 'ConnectivityPolicy' | 'VersioningStrategy'
> & {
  ConnectivityPolicy?: Nullable<ConnectivityPolicy>
  VersioningStrategy?: Nullable<VersioningStrategy>
}

export interface ProjectFilters {
  projectGroupId?: string
  lifecycleId?: string
  clonedFromProjectId?: string
}

interface Of {
  spaceId: string
  id: string
}
/** `clone` is the source's id; what is not given is as the source has it. */
interface CloneParams {
  spaceId: string
  clone: string
  Name: string
  Description: string
  ProjectGroupId?: string
  LifecycleId?: string
}
type Reference = { Id: string; Name: string }

declare module '#bus' {
  interface Actions {
    'projects.list'(params: ListParams & ProjectFilters): Page<Project>
    /** By id or slug. */
    'projects.get'(params: Of): Project
    'projects.names'(params: { spaceId: string; ids?: string[] }): Reference[]
    /** By id, slug or name, the latter in any case: for commands that name a project. */
    'projects.resolve'(params: { spaceId: string; project: string }): Project
    'projects.create'(params: { spaceId: string } & ProjectBody): Project
    /** A new project with the process, variables, channels and settings of `clone`. */
    'projects.clone'(params: CloneParams): Project
    'projects.modify'(params: Of & ProjectBody): Project
    'projects.remove'(params: Of): null
    'projects.eraseSpace'(params: { spaceId: string }): null
    'projects.summary'(params: Of): { HasDeploymentProcess: boolean; HasRunbooks: boolean }
    'projects.deploymentSettings'(params: Of): DeploymentSettings
    'projects.changeDeploymentSettings'(params: Of & DeploymentSettingsBody): DeploymentSettings
    /** The space that builds a project's releases, null when it is this one. An unknown project is nobody's. */
    'projects.ownerOf'(params: Of): string | null
    /** The remote project of a source's project, staged or there; null when there is none. */
    'projects.remoteOf'(params: {
      spaceId: string
      trustId: string
      sourceProjectId: string
    }): { Id: string; IsStaged: boolean } | null
    /**
     * Stages a remote project: nothing of it shows until its first release is imported. Of one that is there
     * it stages what changes with its next release. Answers the id that the project has: another than `Id`
     * where it is known by another already. `Name` is the source's. A new one needs a `LifecycleId`; without a
     * group it gets the space's first.
     */
    'projects.importRemote'(params: {
      spaceId: string
      Id: string
      Name: string
      Description: string
      LifecycleId?: string
      ProjectGroupId?: string
      Settings: RemoteSettings
      Remote: RemoteProject
    }): { Id: string }
    /** Makes a new remote project visible, by one write, with its staged releases. `releases.importRemote` calls it. */
    'projects.commitRemote'(params: Of): null
    /** Gives a remote project that is there what is staged of it. What follows from a release calls it. */
    'projects.applyRemote'(params: Of): null
    /** Takes away what is staged of a remote project that will not be imported; one that is there stays. */
    'projects.abandonRemote'(params: Of): null
    /** Projects with this lifecycle or group, or that have come by this trust. */
    'projects.using'(params: {
      spaceId: string
      lifecycleId?: string
      projectGroupId?: string
      trustId?: string
    }): Reference[]
  }
}
