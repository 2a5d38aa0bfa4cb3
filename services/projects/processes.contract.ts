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

/** What the form for a release asks for. */
export interface ProcessTemplate {
  DeploymentProcessId: string
  Packages: unknown[]
  GitResources: unknown[]
  LastReleaseVersion: string | null
  NextVersionIncrement: string
  VersioningPackageStepName: null
  VersioningPackageReferenceName: null
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
    'processes.template'(params: Of & { channel?: string; releaseId?: string }): ProcessTemplate
    /** Keeps the process as it is now. The same content has the same snapshot. */
    'processes.snapshot'(params: OfProject): { Id: string; Process: Process }
    /** Whether the process is still as it was kept. */
    'processes.isAsKept'(params: OfProject & { snapshotId: string }): boolean
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
