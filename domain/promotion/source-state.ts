import type { SelectedPackage } from '#domain/package-selection.ts'
import type { Step } from '#domain/process.ts'
import type { HistoryEntry } from './content.ts'
import type { FrozenVariable } from './frozen.ts'
import type { RemoteKind } from './promotion-state.ts'
import type { VariableTemplate } from './variable-templates.ts'

interface Named {
  Id: string
  Name: string
}

/** All that a bundle is made of, as the services of the source give it. */
export interface SourceState {
  release: {
    Id: string
    Version: string
    ReleaseNotes: string
    Assembled: string
    CustomFields: Record<string, string>
    BuildInformation: readonly SourceBuild[]
    SelectedPackages: readonly SelectedPackage[]
    LibraryVariableSetSnapshotIds: readonly string[]
    SelectedGitResources: readonly unknown[]
    VersionControlReference: unknown
  }
  project: Named & {
    Slug: string
    Description: string
    DefaultGuidedFailureMode: 'EnvironmentDefault' | 'Off' | 'On'
    ProjectConnectivityPolicy: {
      SkipMachineBehavior: 'None' | 'SkipUnavailableMachines'
      TargetRoles: string[]
      AllowDeploymentsToNoTargets: boolean
      ExcludeUnhealthyTargets: boolean
    }
    DefaultToSkipIfAlreadyInstalled: boolean
    ForcePackageDownload: boolean
    ReleaseNotesTemplate: string
    DeploymentChangesTemplate: string
    TenantedDeploymentMode: string
    IncludedLibraryVariableSetIds: readonly string[]
    /** What tenants are asked for. */
    Templates: readonly { Name: string }[]
  }
  channel: Named
  /** The frozen process; its secrets are sealed. */
  steps: readonly Step[]
  /** The frozen variables; their secrets are sealed. */
  variables: readonly FrozenVariable[]
  /** Frozen with the variables. */
  templates: readonly VariableTemplate[]
  /** All of the space, the remote ones too. */
  environments: readonly SourceEnvironment[]
  workerPools: readonly (Named & { IsDefault: boolean })[]
  feeds: readonly (Named & { FeedType: string })[]
  teams: readonly Named[]
  /** The files of this server's own feed that the release uses. */
  packages: readonly SourcePackage[]
  history: readonly HistoryEntry[]
  trust: {
    Id: string
    /** As this space calls the other. */
    Name: string
    ShareUserNames: boolean
  }
}

export interface SourceEnvironment extends Named {
  Remote?: { TrustId: string; Kind: RemoteKind; RemoteName: string } | null
}

export interface SourcePackage {
  PackageId: string
  Version: string
  FileName: string
  /** In bytes. */
  Size: number
  Sha256: string
}

export interface SourceBuild {
  PackageId: string
  Version: string
  BuildEnvironment: string
  BuildNumber: string
  BuildUrl: string
  Branch: string
  VcsType: string
  VcsRoot: string
  VcsCommitNumber: string
  VcsCommitUrl: string
  IssueTrackerName: string
  Commits: readonly { Id: string; LinkUrl: string; Comment: string }[]
  WorkItems: readonly { Id: string; LinkUrl: string; Source: string; Description: string }[]
  IncompleteDataWarning: string
}
