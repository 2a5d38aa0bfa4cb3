import type { Page } from '#bus/page.ts'
import type { PermissionName } from '#domain/permissions.ts'

/** Somebody, or a program, who may sign in or send API keys. */
export interface User {
  Id: string
  /** Unique on the server, whatever its case. */
  Username: string
  DisplayName: string
  EmailAddress: string
  /** Who is not active can neither sign in nor use keys. */
  IsActive: boolean
  /** A program: it has keys and no password. */
  IsService: boolean
  /** Whether it is the caller himself. */
  IsRequestor: boolean
  CanPasswordBeEdited: boolean
  /** Always empty: there are no other providers of identities yet. */
  Identities: never[]
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** What a client sends to create a user, or to change one. */
export interface UserBody {
  /** When left out, a new user's is the name to display, and a known one's stays. */
  Username?: string
  DisplayName: string
  EmailAddress: string
  /** When left out, the password stays as it is. */
  Password?: string
  IsActive: boolean
  IsService: boolean
}

export interface UserListParams {
  skip?: number
  take?: number
  ids?: string[]
  partialName?: string
  name?: string
  /** A part of the username, the name to display or the email address. */
  filter?: string
}

/** A team of a user, as the answers about users have it. */
export interface TeamOfUser {
  Id: string
  Name: string
  SpaceId: string | null
  IsDirectlyAssigned: boolean
  ExternalSecurityGroups: never[]
}

/** Where a permission is granted; empty lists narrow nothing. */
export interface GrantedPermission {
  SpaceId: string
  RestrictedToEnvironmentIds: string[]
  RestrictedToProjectIds: string[]
  RestrictedToProjectGroupIds: string[]
  RestrictedToTenantIds: string[]
}

export interface UserPermissions {
  Id: string
  IsPermissionsComplete: boolean
  IsTeamsComplete: boolean
  SpacePermissions: Partial<Record<PermissionName, GrantedPermission[]>>
  SystemPermissions: PermissionName[]
  Teams: TeamOfUser[]
}

export interface UserAuthentication {
  AuthenticationProviders: {
    Name: string
    IdentityType: string
    FormsLoginEnabled: boolean
    CSSLinks: never[]
    JavascriptLinks: never[]
  }[]
  CanCurrentUserEditIdentitiesForUser: boolean
}

interface OfUser {
  id: string
  /** Only what concerns these spaces. */
  spaces?: string[]
  /** false leaves out what concerns the server. */
  includeSystem?: boolean
}

declare module '#bus' {
  interface Actions {
    'users.list'(params: UserListParams): Page<User>
    'users.get'(params: { id: string }): User
    'users.me'(params: Record<never, never>): User
    'users.create'(params: UserBody): User
    'users.modify'(params: { id: string } & UserBody): User
    'users.remove'(params: { id: string }): null
    'users.permissions'(params: OfUser): UserPermissions
    /** The spaces in which the user may do anything. */
    'users.spaces'(params: { id: string }): ReturnType<Actions['spaces.get']>[]
    'users.teams'(params: OfUser): TeamOfUser[]
    /** How one can sign in. */
    'users.authentication'(params: { userId?: string }): UserAuthentication
    /** The administrator made by this start with a password that nobody knows yet. */
    'users.firstAdministrator'(
      params: Record<never, never>,
    ): { username: string; password: string } | null
  }
}
