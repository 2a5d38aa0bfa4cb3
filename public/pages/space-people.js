import { api } from '../api.js'

/** @typedef {import('../api.js').Resource} Resource */

/** What a member holds in a space: he may see, edit, release, deploy and cancel, not manage. */
const MEMBER_ROLES = [
  'userroles-projectcontributor',
  'userroles-releasecreator',
  'userroles-deploymentcreator',
  'userroles-taskcanceller',
]
const MEMBERS = 'Space members'

/**
 * The team of a space's members, or undefined while there is none.
 * @param {Resource[]} teams of the space
 */
export const membersTeam = (teams) => teams.find(({ Name }) => Name === MEMBERS)

/**
 * Makes these users the members of a space, and the team that they are in, when it is not there.
 * @param {Resource} space
 * @param {Resource | undefined} team
 * @param {string[]} userIds
 */
export async function setMembers(space, team, userIds) {
  if (team) return api.put(`/teams/${team.Id}`, { ...team, MemberUserIds: userIds })
  const made = await api.post(`/${space.Id}/teams`, {
    Name: MEMBERS,
    Description: 'They may see, edit, release, deploy and cancel.',
    SpaceId: space.Id,
    MemberUserIds: userIds,
  })
  for (const UserRoleId of await knownRoles()) {
    await api.post(`/${space.Id}/scopeduserroles`, {
      TeamId: made.Id,
      UserRoleId,
      SpaceId: space.Id,
    })
  }
}

/**
 * Makes these users the managers of a space.
 * @param {Resource} space
 * @param {string[]} userIds
 */
export const setManagers = (space, userIds) =>
  api.put(`/spaces/${space.Id}`, { ...space, SpaceManagersTeamMembers: userIds })

async function knownRoles() {
  /** @type {{ Items: Resource[] }} */
  const { Items } = await api.get(`/userroles?ids=${MEMBER_ROLES.join(',')}&take=100`)
  return Items.map(({ Id }) => Id)
}
