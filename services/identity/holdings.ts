/** What a user holds, in the forms in which clients ask for it. */
import { builtInRoles, grantsOf } from '#domain/roles.ts'
import type { StoredScopedUserRole } from './scoped-user-role.model.ts'
import type { StoredTeam } from './team.model.ts'
import type { GrantedPermission, TeamOfUser, UserPermissions } from './users.contract.ts'

interface Held {
  teams: StoredTeam[]
  roles: StoredScopedUserRole[]
}
interface Wish {
  spaces?: string[]
  includeSystem?: boolean
}

const isWished = (spaceId: string | null, { spaces, includeSystem = true }: Wish) =>
  spaceId === null ? includeSystem : !spaces || spaces.includes(spaceId)

/** The teams of a user, everybody's among them. */
export const teamsOf = ({ teams }: Held, userId: string, wish: Wish = {}): TeamOfUser[] =>
  teams
    .filter(({ SpaceId }) => isWished(SpaceId, wish))
    .map(({ _id, Name, SpaceId, MemberUserIds }) => ({
      Id: _id,
      Name,
      SpaceId,
      IsDirectlyAssigned: MemberUserIds.includes(userId),
      ExternalSecurityGroups: [],
    }))

/** The permissions of a user: on the server, and each with the spaces in which he has it. */
export function permissionsOf(held: Held, userId: string, wish: Wish): Omit<UserPermissions, 'Id'> {
  const { system, spaces } = grantsOf(held.roles, builtInRoles)
  const SpacePermissions: UserPermissions['SpacePermissions'] = {}
  for (const [SpaceId, names] of Object.entries(spaces)) {
    if (!isWished(SpaceId, wish)) continue
    for (const name of names) {
      SpacePermissions[name] = [...(SpacePermissions[name] ?? []), unrestricted(SpaceId)]
    }
  }
  return {
    IsPermissionsComplete: true,
    IsTeamsComplete: true,
    SpacePermissions,
    SystemPermissions: isWished(null, wish) ? system : [],
    Teams: teamsOf(held, userId, wish),
  }
}

const unrestricted = (SpaceId: string): GrantedPermission => ({
  SpaceId,
  RestrictedToEnvironmentIds: [],
  RestrictedToProjectIds: [],
  RestrictedToProjectGroupIds: [],
  RestrictedToTenantIds: [],
})
