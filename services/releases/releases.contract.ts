import type { Actions } from '#bus'
import type { ListParams, Page } from '#bus/page.ts'
import type { SelectedPackage } from '#domain/package-selection.ts'
import type { PhaseProgress } from '#domain/progression.ts'
import type { Comparison } from '#domain/promotion/compare.ts'
import type { Mapping } from '#domain/promotion/mappings.ts'

/** What a build has told of a package of a release, as it was when the release was made. */
export type ReleaseBuildInformation = Omit<
  ReturnType<Actions['buildinformation.of']>[number],
  'Id' | 'SpaceId' | 'Created'
>

/** What the source says of a deployment of a release: a claim, not a fact of this server. */
export interface ClaimedDeployment {
  /** The space that made it, as the source calls it. */
  Space: string
  Environment: string
  State: string
  /** ISO times. */
  StartedAt: string | null
  EndedAt: string | null
  /** null where names of people are not shared. */
  By: string | null
}

/** What a release was before a later revision of it was imported. */
export interface EarlierRevision {
  Revision: number
  BundleId: string
  ImportedAt: string
  SelectedPackages: SelectedPackage[]
  ProjectVariableSetSnapshotId: string
  ProjectDeploymentProcessSnapshotId: string
}

/** Where an imported release comes from. */
export interface RemoteRelease {
  TrustId: string
  /** The space that made it, as this one calls it. */
  RemoteSpace: string
  SourceReleaseId: string
  /** The version that the source has given it; another than its own where that was taken here. */
  SourceVersion: string
  BundleId: string
  /** Counts up when the source sends the same release with another content. */
  Revision: number
  ContentDigest: string
  ImportedAt: string
  /** What stands here for what it calls by name. Without the pool, feed or team it is not deployed. */
  Mappings: Mapping[]
  /** Deployments made before it came, the newest last. */
  History: ClaimedDeployment[]
  /** What it was before, the oldest first. */
  Revisions: EarlierRevision[]
}

/** A version of a project's software with its process and variables as they were. */
export interface Release {
  Id: string
  SpaceId: string
  ProjectId: string
  ChannelId: string
  Version: string
  ReleaseNotes: string
  Assembled: string
  IgnoreChannelRules: boolean
  SelectedPackages: SelectedPackage[]
  SelectedGitResources: unknown[]
  ProjectVariableSetSnapshotId: string
  LibraryVariableSetSnapshotIds: string[]
  ProjectDeploymentProcessSnapshotId: string
  BuildInformation: ReleaseBuildInformation[]
  VersionControlReference: null
  CustomFields: Record<string, string>
  /** Only of a release that another space has made. */
  Remote?: RemoteRelease
}

/** What differs from `Before` to `After`; what is the same in both is left out. */
export interface ReleaseComparison extends Comparison {
  Before: Pick<Release, 'Id' | 'Version' | 'ProjectId'>
  After: Pick<Release, 'Id' | 'Version' | 'ProjectId'>
}

/** A release as an import brings it. */
export type ReleaseToImport = Pick<
  Release,
  | 'ProjectId'
  | 'Version'
  | 'ReleaseNotes'
  | 'Assembled'
  | 'SelectedPackages'
  | 'BuildInformation'
  | 'CustomFields'
> & {
  spaceId: string
  Id: string
  ProcessSnapshotId: string
  VariablesSnapshotId: string
  Remote: Omit<RemoteRelease, 'ImportedAt' | 'Revisions' | 'Mappings'> & { Mappings?: Mapping[] }
}

/** What a client sends to create a release. */
export interface ReleaseBody {
  ProjectId: string
  /** The next by the project's template when not given. */
  Version?: string
  ChannelId?: string
  ReleaseNotes: string
  /** Packages that are not in it have their latest version that fits the channel's rules. */
  SelectedPackages: SelectedPackage[]
  CustomFields: Record<string, string>
  IgnoreChannelRules?: boolean
}

export interface Defect {
  Id: string
  ReleaseId: string
  Description: string
  Status: 'Unresolved' | 'Resolved'
}

/** An imported release whose defects have changed. */
export interface UntoldRelease {
  Release: Release
  /** The oldest first. */
  Defects: Defect[]
  /** Stands for what was seen of them. */
  Mark: string
}

interface Of {
  spaceId: string
  id: string
}

declare module '#bus' {
  interface Actions {
    'releases.list'(
      params: ListParams & { projectId?: string; channelId?: string; searchByVersion?: string },
    ): Page<Release>
    'releases.get'(params: Of): Release
    'releases.byVersion'(params: { spaceId: string; projectId: string; version: string }): Release
    'releases.create'(
      params: { spaceId: string; ignoreChannelRules?: boolean } & ReleaseBody,
    ): Release
    /** The executions API's command: names, ids or slugs. */
    'releases.createByName'(params: {
      spaceId: string
      ProjectName: string
      ReleaseVersion?: string
      ChannelName?: string
      ReleaseNotes?: string
      /** 'Acme.Web:1.0', 'Deploy:1.0', 'Deploy:Tools:1.0', '*:1.0'. */
      Packages?: string[]
      /** Of packages for which nothing else is said. */
      PackageVersion?: string
      /** A pattern for the pre-release part of packages of which the latest is taken. */
      PackagePrerelease?: string
      GitRef?: string
      GitCommit?: string
      IgnoreIfAlreadyExists?: boolean
      IgnoreChannelRules?: boolean
      CustomFields?: Record<string, string>
    }): { ReleaseId: string; ReleaseVersion: string; AutomaticallyDeployedEnvironments: string }
    'releases.modify'(
      params: Of & {
        Version: string
        ChannelId: string
        ReleaseNotes: string
        CustomFields: Record<string, string>
        /** Packages that are not in it stay as they are. */
        SelectedPackages: SelectedPackage[]
        IgnoreChannelRules?: boolean
      },
    ): Release
    'releases.remove'(params: Of): null
    'releases.removeOf'(params: { spaceId: string; projectId: string }): null
    'releases.snapshotVariables'(params: Of): Release
    'releases.defects'(params: { spaceId: string; releaseId: string }): Page<Defect>
    'releases.reportDefect'(params: {
      spaceId: string
      releaseId: string
      Description: string
    }): Defect
    'releases.resolveDefect'(params: { spaceId: string; releaseId: string }): Defect
    'releases.missingPackages'(params: { spaceId: string; releaseId: string }): {
      Packages: { Id: string; Version: string }[]
    }
    'releases.hasDefect'(params: { spaceId: string; ids: string[] }): Record<string, boolean>
    /** The process of a release as it is frozen: of secrets, whether there is one. */
    'releases.processSnapshot'(params: {
      spaceId: string
      releaseId: string
    }): ReturnType<Actions['processes.get']>
    /** A release compared with another one, which is the `Before`; they may be of different projects. */
    'releases.compare'(params: {
      spaceId: string
      releaseId: string
      otherId: string
    }): ReleaseComparison
    /** The last assembled: of the project, and of its channel. */
    'releases.latest'(params: {
      spaceId: string
      projectId: string
      channelId?: string
    }): Release | null
    /**
     * Makes an imported release, and with the first one its staged project; or gives a release another
     * revision, which changes nothing for deployments that there are. Idempotent by `Id` and `Remote.Revision`:
     * an equal or lower revision changes nothing. A version that another release of the project has is 400.
     * What follows (the project as the release has it, automatic deployments) is made up for after a crash.
     */
    'releases.importRemote'(params: ReleaseToImport): Release
    /** Makes the releases visible that were staged with their project. `projects.commitRemote` calls it. */
    'releases.unstage'(params: { spaceId: string; projectId: string }): null
    'releases.dropStaged'(params: { spaceId: string; projectId: string }): null
    /** Which of these releases are still there: an import whose release is not was `Removed`. */
    'releases.known'(params: { spaceId: string; ids: string[] }): string[]
    /** Releases of a space that came by a trust, by their ids: those after `after`. */
    'releases.ofTrust'(params: {
      spaceId: string
      trustId: string
      after?: string
      take: number
    }): { Id: string; Version: string; ProjectId: string }[]
    /**
     * Gives a release a defect beside those that it has: whoever resolves one of them does not resolve
     * this one too. Idempotent by `Id`. false: it had it before, or is gone.
     */
    'releases.block'(params: {
      spaceId: string
      releaseId: string
      Id: string
      Description: string
    }): { isNew: boolean }
    /** Imported releases of whose defects their source has yet to hear. */
    'releases.untold'(params: { skip: number; take: number }): UntoldRelease[]
    /** Their source has been told; of one that has changed since, nothing is noted. */
    'releases.told'(params: { spaceId: string; id: string; mark: string }): null
    'releases.eraseSpace'(params: { spaceId: string }): null
  }
  interface Events {
    'releases.created': { spaceId: string; id: string }
    /** It wakes only: `releases.untold` says which. */
    'releases.changedDefects': { spaceId: string; id: string }
    /** Releases of another space were deleted here; `releases.known` tells it to who missed this. */
    'releases.removed': { spaceId: string; ids: string[] }
  }
}

/** Where a release is in its lifecycle. */
export interface ReleaseProgression {
  ReleaseId: string
  Phases: PhaseProgress[]
  NextDeployments: string[]
  NextDeploymentsMinimumRequired: number
  HasUnresolvedDefect: boolean
}
