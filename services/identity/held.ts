import type { Model } from 'mongoose'
import type { Grants } from '#domain/permissions.ts'
import { builtInRoles, grantsOf } from '#domain/roles.ts'
import { EVERYONE } from './built-in-teams.ts'
import type { StoredScopedUserRole } from './scoped-user-role.model.ts'
import type { StoredTeam } from './team.model.ts'
import type { StoredUser } from './user.model.ts'

/** The models from which follows who may do what. */
export interface Holdings {
  User: Model<StoredUser>
  Team: Model<StoredTeam>
  ScopedUserRole: Model<StoredScopedUserRole>
}

/** The teams of a user, and the roles that they hold: none when he is unknown or not active. */
export async function heldBy(
  models: Holdings,
  userId: string,
): Promise<{ teams: StoredTeam[]; roles: StoredScopedUserRole[] }> {
  const isActive = await models.User.exists({ _id: userId, IsActive: true })
  if (!isActive) return { teams: [], roles: [] }
  const isIn = { $or: [{ MemberUserIds: userId }, { _id: EVERYONE }] }
  const teams = await models.Team.find(isIn).sort({ _name: 1 }).lean<StoredTeam[]>()
  const ids = teams.map(({ _id }) => _id)
  const roles = await models.ScopedUserRole.find({ TeamId: { $in: ids } }).lean<
    StoredScopedUserRole[]
  >()
  return { teams, roles }
}

/** What a user may do. */
export async function grantsFor(models: Holdings, userId: string): Promise<Grants> {
  const { roles } = await heldBy(models, userId)
  return grantsOf(roles, builtInRoles)
}
