import type { Page } from '#bus/page.ts'
import type { Restriction } from '#domain/permissions.ts'
import type { Role } from '#domain/roles.ts'

/** A role as clients see it. */
export interface UserRole extends Role {
  CanBeDeleted: boolean
  SpacePermissionDescriptions: string[]
  SystemPermissionDescriptions: string[]
  SupportedRestrictions: Restriction[]
}

declare module '#bus' {
  interface Actions {
    'userroles.list'(params: {
      skip?: number
      take?: number
      ids?: string[]
      partialName?: string
      name?: string
    }): Page<UserRole>
    'userroles.get'(params: { id: string }): UserRole
  }
}
