import { holdRole, insertTeam, managersTeam, SPACE_MANAGER } from './built-in-teams.ts'
import type { Holdings } from './held.ts'

/** Who manages a space: the members of its own team, and other teams. */
export interface Managers {
  spaceId: string
  managerIds: string[]
  teamIds: string[]
}

/** Makes it so. Users and teams that are gone are left out: the space may still name them. */
export async function populateManagers(
  models: Holdings,
  { spaceId, managerIds, teamIds }: Managers,
): Promise<void> {
  const team = managersTeam(spaceId)
  const known = await models.User.find({ _id: { $in: managerIds } })
    .select('_id')
    .lean()
  const MemberUserIds = known.map(({ _id }) => _id)
  await insertTeam(models, {
    _id: team,
    Name: 'Space managers',
    Description: 'They may do everything in the space.',
    SpaceId: spaceId,
    MemberUserIds,
  })
  await models.Team.updateOne({ _id: team }, { $set: { MemberUserIds } })
  const teams = await models.Team.find({ _id: { $in: teamIds } })
    .select('_id')
    .lean()
  const managing = [team, ...teams.map(({ _id }) => _id)]
  for (const TeamId of managing) {
    await holdRole(models, { TeamId, UserRoleId: SPACE_MANAGER, SpaceId: spaceId })
  }
  await models.ScopedUserRole.deleteMany({
    SpaceId: spaceId,
    _manages: true,
    TeamId: { $nin: managing },
  })
}
