import type { Page } from '#bus/page.ts'
import type { OverwriteMode, PackageIdentity } from './packages.contract.ts'

export interface Commit {
  Id: string
  LinkUrl: string
  Comment: string
}

export interface WorkItem {
  Id: string
  LinkUrl: string
  Source: string
  Description: string
}

/** What a build tells of a version of a package, as the API shows it. */
export interface BuildInformation {
  Id: string
  SpaceId: string
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
  /** An ISO date. */
  Created: string
  Commits: Commit[]
  WorkItems: WorkItem[]
  IncompleteDataWarning: string
}

/** What a build sends. */
export interface BuildInformationBody {
  BuildEnvironment: string
  BuildNumber: string
  BuildUrl: string
  Branch: string
  VcsType: string
  VcsRoot: string
  VcsCommitNumber: string
  Commits: { Id: string; Comment: string }[]
}

declare module '#bus' {
  interface Actions {
    'buildinformation.list'(params: {
      spaceId: string
      skip?: number
      take?: number
      /** The exact id of a package, in any case. */
      packageId?: string
      /** A part of the id of a package. */
      filter?: string
      /** Only that of the latest version of each package. */
      latest?: boolean
    }): Page<BuildInformation>
    'buildinformation.get'(params: { spaceId: string; id: string }): BuildInformation
    'buildinformation.create'(params: {
      spaceId: string
      overwriteMode?: OverwriteMode
      OverwriteMode?: OverwriteMode
      PackageId: string
      Version: string
      OctopusBuildInformation: BuildInformationBody
    }): BuildInformation
    'buildinformation.remove'(params: { spaceId: string; id: string }): null
    /** Unknown ids are dropped. */
    'buildinformation.removeMany'(params: { spaceId: string; ids: string[] }): null
    /** That of these versions, in no order; nothing for those that have none. */
    'buildinformation.of'(params: {
      spaceId: string
      packages: PackageIdentity[]
    }): BuildInformation[]
    'buildinformation.eraseSpace'(params: { spaceId: string }): null
  }
}
