import { InvalidError, RefusedError } from '#bus/errors.ts'
import { builtInRoles } from '#domain/roles.ts'
import { type Asking, ensureMayGrant } from './access.ts'
import type { Holdings } from './held.ts'
import type { ScopedUserRole } from './scopeduserroles.contract.ts'

type Holding = Pick<ScopedUserRole, 'TeamId' | 'UserRoleId' | 'SpaceId'>

/** Refuses a role that the team cannot hold there, or that the caller may not give. */
export async function checkHolding(
  models: Holdings,
  ctx: Asking,
  { TeamId, UserRoleId, SpaceId }: Holding,
): Promise<void> {
  const role = builtInRoles.find(({ Id }) => Id === UserRoleId)
  if (!role) throw new InvalidError([`The user role '${UserRoleId}' was not found.`])
  const team = await models.Team.findById(TeamId).lean()
  // A team of another space is as good as none.
  if (!team || (team.SpaceId !== null && team.SpaceId !== SpaceId)) {
    throw new InvalidError([`The team '${TeamId}' was not found.`])
  }
  const isForSpaces = role.GrantedSpacePermissions.length > 0
  if (isForSpaces && SpaceId === null) {
    throw new InvalidError([`The role ${role.Name} is held in a space: name one.`])
  }
  if (!isForSpaces && SpaceId !== null) {
    throw new InvalidError([
      `The role ${role.Name} is held on the server, by a team of the server.`,
    ])
  }
  await ensureMayGrant(ctx, role, SpaceId)
}

/** Who may give a role may take it. */
export async function ensureMayTake(ctx: Asking, held: Holding): Promise<void> {
  const role = builtInRoles.find(({ Id }) => Id === held.UserRoleId)
  if (role) await ensureMayGrant(ctx, role, held.SpaceId)
}

/** Who manages a space is said in the space. */
export async function checkManaged({ ScopedUserRole }: Holdings, id: string): Promise<void> {
  if (!(await ScopedUserRole.exists({ _id: id, _manages: true }))) return
  throw new RefusedError('Change who manages the space in its settings.')
}
