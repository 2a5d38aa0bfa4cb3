import type { Page } from '#bus/page.ts'
import type { ScopedUserRole } from './scopeduserroles.contract.ts'

/** A group of a directory outside. */
export interface ExternalGroup {
  Id: string
  DisplayName: string
  DisplayIdAndName: boolean
}

/** Users who hold the same roles. */
export interface Team {
  Id: string
  Name: string
  Description: string
  /** Of teams-everyone it is empty, and everybody is in it. */
  MemberUserIds: string[]
  ExternalSecurityGroups: ExternalGroup[]
  /** null: it is the server's, and can hold roles in many spaces. */
  SpaceId: string | null
  CanBeDeleted: boolean
  CanBeRenamed: boolean
  CanChangeRoles: boolean
  CanChangeMembers: boolean
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** What a client sends to create a team, or to change one. */
export type TeamBody = Pick<
  Team,
  'Name' | 'Description' | 'MemberUserIds' | 'ExternalSecurityGroups'
>

/** Teams and their roles are asked for in a space, or on the whole server. */
export interface Reach {
  /** Without it: wherever the caller may view teams. */
  spaceId?: string
  spaces?: string[]
  /** Whether what belongs to the server counts; without it, only where no space is named. */
  includeSystem?: boolean
}

interface TeamListParams extends Reach {
  skip?: number
  take?: number
  ids?: string[]
  partialName?: string
  name?: string
}

declare module '#bus' {
  interface Actions {
    'teams.list'(params: TeamListParams): Page<Team>
    'teams.get'(params: { spaceId?: string; id: string }): Team
    'teams.create'(params: { spaceId?: string; SpaceId?: string } & TeamBody): Team
    'teams.modify'(params: { spaceId?: string; id: string } & TeamBody): Team
    'teams.remove'(params: { spaceId?: string; id: string }): null
    'teams.scopeduserroles'(params: {
      spaceId?: string
      id: string
      skip?: number
      take?: number
    }): Page<ScopedUserRole>
    /** Makes or changes who manages a space: the members of its own team, and these teams. Idempotent. */
    'teams.populate'(params: { spaceId: string; managerIds: string[]; teamIds: string[] }): null
    /** Takes away the teams of a space, and what teams may do in it. */
    'teams.eraseSpace'(params: { spaceId: string }): null
  }
}
