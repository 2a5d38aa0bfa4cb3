import type { ListParams, Page } from '#bus/page.ts'
import type { Remote } from '#domain/promotion/remote-news.ts'

/** A place that releases are deployed to, such as production. */
export interface Environment {
  Id: string
  SpaceId: string
  Name: string
  Description: string
  Slug: string
  /** Its place among the environments of the space: on the dashboard, in lifecycles without phases. */
  SortOrder: number
  UseGuidedFailure: boolean
  AllowDynamicInfrastructure: boolean
  EnvironmentTags: string[]
  ExtensionSettings: { ExtensionId: string; Values?: unknown }[]
  /** Where releases are promoted to when they are deployed to it; absent from an environment of this space. */
  Remote?: Remote
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** What a client sends to create an environment, or to change one. */
export type EnvironmentBody = Pick<
  Environment,
  | 'Description'
  | 'UseGuidedFailure'
  | 'AllowDynamicInfrastructure'
  | 'EnvironmentTags'
  | 'ExtensionSettings'
> &
  Partial<Pick<Environment, 'Slug' | 'SortOrder'>> & {
    /** Of a remote environment it may follow from `Remote`. */
    Name?: string
    /** Not given in a change: as it is. Without a `RemoteName`, a whole space has its own. */
    Remote?: Omit<Remote, 'RemoteName'> & { RemoteName?: string }
  }

/** An environment with what is in it. */
export interface EnvironmentSummary {
  Environment: Environment
  TotalMachines: number
  MachineIdsForHealthStatus: Record<string, string[]>
}

interface Of {
  spaceId: string
  id: string
}

declare module '#bus' {
  interface Actions {
    'environments.list'(params: ListParams): Page<Environment>
    /** Of the kinds that were asked for, each with its own. There is one kind so far. */
    'environments.listOfKinds'(
      params: ListParams & { type?: string[] },
    ): Page<Environment & { Type: 'Static' }>
    'environments.get'(params: Of): Environment
    'environments.names'(params: { spaceId: string; ids?: string[] }): {
      Id: string
      Name: string
    }[]
    'environments.create'(params: { spaceId: string } & EnvironmentBody): Environment
    'environments.modify'(params: Of & EnvironmentBody): Environment
    'environments.remove'(params: Of): null
    'environments.eraseSpace'(params: { spaceId: string }): null
    /** Gives the environments this order; those not named keep theirs, after these. */
    'environments.sort'(params: { spaceId: string; ids: string[] }): Environment[]
    'environments.summary'(params: { spaceId: string; ids?: string[]; partialName?: string }): {
      TotalMachines: number
      EnvironmentSummaries: EnvironmentSummary[]
    }
  }
}
