import type { Page } from '#bus/page.ts'
import type { Reach } from './teams.contract.ts'

/** A role that a team holds: in a space, or on the server when `SpaceId` is null. */
export interface ScopedUserRole {
  Id: string
  TeamId: string
  UserRoleId: string
  SpaceId: string | null
  /** Empty lists narrow nothing. A role that is narrowed grants nothing as yet. */
  ProjectIds: string[]
  ProjectGroupIds: string[]
  EnvironmentIds: string[]
  TenantIds: string[]
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** What a client sends to give a role, or to change what it is narrowed to. */
export type ScopedUserRoleBody = Omit<
  ScopedUserRole,
  'Id' | 'SpaceId' | 'LastModifiedOn' | 'LastModifiedBy'
> & { SpaceId?: string }

declare module '#bus' {
  interface Actions {
    'scopeduserroles.list'(
      params: Reach & { skip?: number; take?: number; ids?: string[] },
    ): Page<ScopedUserRole>
    'scopeduserroles.get'(params: { spaceId?: string; id: string }): ScopedUserRole
    'scopeduserroles.create'(params: { spaceId?: string } & ScopedUserRoleBody): ScopedUserRole
    'scopeduserroles.modify'(
      params: { spaceId?: string; id: string } & ScopedUserRoleBody,
    ): ScopedUserRole
    'scopeduserroles.remove'(params: { spaceId?: string; id: string }): null
  }
}
