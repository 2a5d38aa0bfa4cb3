import type { Actions } from '#bus'
import type { ListParams, Page } from '#bus/page.ts'
import type { SelectedPackage } from '#domain/package-selection.ts'
import type { PhaseProgress } from '#domain/progression.ts'

/** What a build has told of a package of a release, as it was when the release was made. */
export type ReleaseBuildInformation = Omit<
  ReturnType<Actions['buildinformation.of']>[number],
  'Id' | 'SpaceId' | 'Created'
>

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
    /** The last assembled: of the project, and of its channel. */
    'releases.latest'(params: {
      spaceId: string
      projectId: string
      channelId?: string
    }): Release | null
    'releases.eraseSpace'(params: { spaceId: string }): null
  }
  interface Events {
    'releases.created': { spaceId: string; id: string }
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
