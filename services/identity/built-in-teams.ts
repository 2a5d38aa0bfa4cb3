import type { Model } from 'mongoose'
import { foldName } from '#domain/name.ts'
import type { Public } from '#store/resource.ts'
import { isDuplicateOf } from '#store/taken.ts'
import type { StoredScopedUserRole } from './scoped-user-role.model.ts'
import type { StoredTeam } from './team.model.ts'
import type { Team } from './teams.contract.ts'

export const EVERYONE = 'teams-everyone'
export const ADMINISTRATORS = 'teams-administrators'
export const SPACE_MANAGER = 'userroles-spacemanager'

/** The team of a space's own managers. */
export const managersTeam = (spaceId: string): string => `teams-spacemanagers-${spaceId}`

/** The space whose managers a team is; null for every other team. */
export const managedSpace = (teamId: string): string | null =>
  /^teams-spacemanagers-(.+)$/.exec(teamId)?.[1] ?? null

const isBuiltIn = (id: string) => id.startsWith('teams-')

const onServer = [
  { _id: EVERYONE, Name: 'Everyone', Description: 'All users, without being named.', role: null },
  {
    _id: ADMINISTRATORS,
    Name: 'Administrators',
    Description: 'They administer the server.',
    role: 'userroles-systemadministrator',
  },
  {
    _id: 'teams-managers',
    Name: 'Managers',
    Description: 'They manage users, teams and spaces.',
    role: 'userroles-systemmanager',
  },
]

interface Models {
  Team: Model<StoredTeam>
  ScopedUserRole: Model<StoredScopedUserRole>
}

/** Makes the teams that every server has, as far as they are not there. */
export async function ensureBuiltInTeams(models: Models): Promise<void> {
  for (const { role, ...team } of onServer) {
    await insertTeam(models, { ...team, SpaceId: null, MemberUserIds: [] })
    if (role) await holdRole(models, { TeamId: team._id, UserRoleId: role, SpaceId: null })
  }
}

type NewTeam = Pick<StoredTeam, '_id' | 'Name' | 'Description' | 'SpaceId' | 'MemberUserIds'>

/** Makes a team with an id of its own, unless it is there. */
export async function insertTeam({ Team }: Models, { _id, ...fields }: NewTeam): Promise<void> {
  const team = { ...fields, _name: foldName(fields.Name), ExternalSecurityGroups: [], Version: 1 }
  await Team.updateOne({ _id }, { $setOnInsert: team }, { upsert: true }).catch(madeByAnother)
}

type NewRole = Pick<StoredScopedUserRole, 'TeamId' | 'UserRoleId' | 'SpaceId'>

/** Gives a team a role that the server itself decides on, unless it has it from the server. */
export async function holdRole({ ScopedUserRole }: Models, held: NewRole): Promise<void> {
  const place = held.SpaceId ?? 'server'
  const role = held.UserRoleId.replace(/^userroles-/, '')
  const _id = `scopeduserroles-${held.TeamId}-${role}-${place}`
  const fields = {
    ...held,
    ...{ ProjectIds: [], ProjectGroupIds: [], EnvironmentIds: [], TenantIds: [] },
    _manages: held.SpaceId !== null,
    Version: 1,
  }
  const insertion = { $setOnInsert: fields }
  await ScopedUserRole.updateOne({ _id }, insertion, { upsert: true }).catch(madeByAnother)
}

/** Of two who make the same thing at the same moment, one is told that it is there. */
function madeByAnother(error: Error) {
  if (!isDuplicateOf('_id', error)) throw error
}

/** A team as it is served. */
export function teamOf(team: Public<StoredTeam>): Team {
  const { Id, Name, Description, MemberUserIds, ExternalSecurityGroups, SpaceId } = team
  const { LastModifiedOn, LastModifiedBy } = team
  return {
    ...{ Id, Name, Description, MemberUserIds, ExternalSecurityGroups, SpaceId },
    CanBeDeleted: !isBuiltIn(Id),
    CanBeRenamed: !isBuiltIn(Id),
    CanChangeRoles: managedSpace(Id) === null,
    CanChangeMembers: Id !== EVERYONE,
    ...(LastModifiedOn && { LastModifiedOn }),
    ...(LastModifiedBy && { LastModifiedBy }),
  }
}
