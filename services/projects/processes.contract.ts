import type { ListParams, Page } from '#bus/page.ts'
import type { Step } from '#domain/process.ts'
import type { StepBody } from '#domain/process-complete.ts'

/** What is done to deploy a project: the steps in order. */
export interface Process {
  /** 'deploymentprocess-' and the project's id. */
  Id: string
  SpaceId: string
  ProjectId: string
  Steps: Step[]
  /** Counts the changes, from 0. */
  Version: number
  LastSnapshotId: string | null
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** A package whose version the form for a release asks for. */
export interface TemplatePackage {
  StepName: string
  ActionName: string
  /** '' for the primary package of the action. */
  PackageReferenceName: string
  PackageId: string
  FeedId: string
  /** The id of a feed that Tako does not have. */
  FeedName: string
  NuGetPackageId: string
  NuGetFeedId: string
  NuGetFeedName: string
  /** Whether the server can say which versions there are; otherwise one must be given. */
  IsResolvable: boolean
  VersionSelectedLastRelease: string | null
  /** The version that the process itself says; then no other can be selected. */
  FixedVersion: string | null
}

/** What the form for a release asks for. */
export interface ProcessTemplate {
  DeploymentProcessId: string
  Packages: TemplatePackage[]
  GitResources: unknown[]
  LastReleaseVersion: string | null
  /** '' where the version of a package is the release's. */
  NextVersionIncrement: string
  /** The action whose package gives the release its version. */
  VersioningPackageStepName: string | null
  VersioningPackageReferenceName: string | null
}

interface Of {
  spaceId: string
  id: string
}
type Either = { spaceId: string; id?: string; projectId?: string }
type OfProject = { spaceId: string; projectId: string }

declare module '#bus' {
  interface Actions {
    'processes.list'(params: ListParams): Page<Process>
    /** By its own id or its project's. */
    'processes.get'(params: Either): Process
    /** With a `Version` that is no longer the last it fails. */
    'processes.modify'(params: Either & { Version?: number; Steps: StepBody[] }): Process
    /** By the process as it is now, or as `releaseId` has it; `channel` is an id or a name. */
    'processes.template'(params: Either & { channel?: string; releaseId?: string }): ProcessTemplate
    /** Keeps the process as it is now. The same content has the same snapshot. */
    'processes.snapshot'(params: OfProject): { Id: string; Process: Process }
    /** Whether the process is still as it was kept. */
    'processes.isAsKept'(params: OfProject & { snapshotId: string }): boolean
    /**
     * Keeps the steps that another space has frozen, complete, secrets sealed by this server. Nothing of it
     * shows until a release names the snapshot. The same steps have the same snapshot.
     */
    'processes.putRemote'(params: OfProject & { Steps: Step[] }): { SnapshotId: string }
    /** Makes the process of a remote project what a snapshot has. */
    'processes.adopt'(params: OfProject & { snapshotId: string }): null
    /** A kept process; its secrets are still sealed. */
    'processes.ofSnapshot'(params: Of): Process
    /** Ids and names of the actions of a project's process. */
    'processes.actions'(params: OfProject): { Id: string; Name: string }[]
    /** Makes the empty process of a new project, unless it has one. */
    'processes.populate'(params: OfProject): null
    /** Gives a project the steps of another, with ids of their own; `ids` says what became what. */
    'processes.copy'(params: {
      spaceId: string
      from: string
      to: string
      ids: Record<string, string>
    }): Record<string, string>
    'processes.removeOf'(params: OfProject): null
    'processes.eraseSpace'(params: { spaceId: string }): null
  }
}
