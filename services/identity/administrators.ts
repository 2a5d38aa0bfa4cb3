import { RefusedError } from '#bus/errors.ts'
import { builtInRoles } from '#domain/roles.ts'
import { EVERYONE } from './built-in-teams.ts'
import type { Holdings } from './held.ts'

const administering = builtInRoles
  .filter((role) => role.GrantedSystemPermissions.includes('AdministerSystem'))
  .map(({ Id }) => Id)

/** What is about to be taken away. */
export interface Loss {
  /** A user who goes, or may not sign in any more. */
  userId?: string
  teamId?: string
  /** The team's members after the change; without it the team goes as a whole. */
  members?: string[]
  /** A role that a team holds. */
  scopedRoleId?: string
}

/** The active people who may administer the server, without those lost. Programs do not count. */
export async function administratorsWithout(models: Holdings, loss: Loss = {}): Promise<string[]> {
  const held = await models.ScopedUserRole.find({ UserRoleId: { $in: administering } }).lean()
  const teamIds = held.filter(({ _id }) => _id !== loss.scopedRoleId).map(({ TeamId }) => TeamId)
  const teams = await models.Team.find({ _id: { $in: teamIds } }).lean()
  const left = teams.flatMap(({ _id, MemberUserIds }) =>
    _id === loss.teamId ? (loss.members ?? []) : MemberUserIds,
  )
  const isEverybody = teams.some(({ _id }) => _id === EVERYONE)
  const people = await models.User.find({
    IsActive: true,
    IsService: false,
    ...(!isEverybody && { _id: { $in: left } }),
  })
    .select('_id')
    .lean()
  return people.map(({ _id }) => _id).filter((id) => id !== loss.userId)
}

let last: Promise<unknown> = Promise.resolve()

/**
 * Makes a change unless nobody could administer the server after it. One at a time, since two
 * administrators may remove each other at the same moment.
 */
export function keepingAnAdministrator<T>(
  models: Holdings,
  loss: Loss,
  change: () => Promise<T>,
): Promise<T> {
  const made = last.then(async () => {
    if ((await administratorsWithout(models, loss)).length === 0) {
      throw new RefusedError('The last administrator must stay: make another one first.')
    }
    return change()
  })
  // Who comes next does not care how this one ends.
  last = made.catch(() => undefined)
  return made
}
