import { isDeepStrictEqual } from 'node:util'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import { builtInRoles } from '#domain/roles.ts'
import { replaceResource } from '#mixins/changes.ts'
import { isSame } from '#mixins/crud.ts'
import type { Public } from '#store/resource.ts'
import { type Asking, ensureMayGrant } from './access.ts'
import { keepingAnAdministrator } from './administrators.ts'
import { managedSpace, teamOf } from './built-in-teams.ts'
import type { Holdings } from './held.ts'
import type { StoredTeam } from './team.model.ts'
import type { Team, TeamBody } from './teams.contract.ts'

interface Service {
  models: Holdings
  broker: Pick<Bus, 'call'>
}

/** The space that is meant by address and body together; null: the server. */
export async function placeOf(
  broker: Pick<Bus, 'call'>,
  { spaceId, SpaceId }: { spaceId: string | undefined; SpaceId: string | undefined },
): Promise<string | null> {
  if (spaceId !== undefined && SpaceId !== undefined && spaceId !== SpaceId) {
    throw new InvalidError([`The address is that of another space than '${SpaceId}'.`])
  }
  if (spaceId !== undefined || SpaceId === undefined) return spaceId ?? null
  const { Items } = await asSystem(broker, 'a space is named').call('spaces.list', {
    ids: [SpaceId],
  })
  if (Items.length === 0) throw new InvalidError([`The space '${SpaceId}' was not found.`])
  return SpaceId
}

/** Stores another state of a team, if the caller may give its new members what it holds. */
export async function changeTeam(
  service: Service,
  ctx: Asking,
  before: Team,
  wish: TeamBody,
): Promise<Team> {
  const { models } = service
  if (isSame(before, wish)) return before
  checkAllowed(before, wish)
  const known = await checkNewMembers(models, before.MemberUserIds, wish.MemberUserIds)
  const isMoving = !isDeepStrictEqual([...known].sort(), [...before.MemberUserIds].sort())
  if (isMoving) await ensureMayGrantAll(models, ctx, before.Id)
  const fields = { ...wish, MemberUserIds: known }
  const loss = { teamId: before.Id, members: known }
  const { username } = ctx.meta.caller
  const after = await keepingAnAdministrator(models, loss, () =>
    replaceResource<Public<StoredTeam>>(models.Team, { Id: before.Id }, fields, { username }),
  )
  await tellSpace(service, before, known)
  return teamOf(after)
}

function checkAllowed(before: Team, wish: TeamBody) {
  if (!before.CanBeRenamed && wish.Name !== before.Name) {
    throw new RefusedError(`The team ${before.Name} cannot be renamed.`)
  }
  if (!before.CanChangeMembers && wish.MemberUserIds.length > 0) {
    throw new RefusedError(`Everybody is in the team ${before.Name}.`)
  }
}

/** The members without those who are gone. To name somebody new who is not there is a fault. */
export async function checkNewMembers(
  { User }: Holdings,
  before: string[],
  wish: string[],
): Promise<string[]> {
  const unique = [...new Set(wish)]
  const found = await User.find({ _id: { $in: unique } })
    .select('_id')
    .lean()
  const ids = new Set(found.map(({ _id }) => _id))
  const faults = unique
    .filter((id) => !ids.has(id) && !before.includes(id))
    .map((id) => `The user '${id}' was not found.`)
  if (faults.length > 0) throw new InvalidError(faults)
  return unique.filter((id) => ids.has(id))
}

/** Who joins a team gets all that it holds, and who leaves it loses all: it takes the right to give it. */
export async function ensureMayGrantAll({ ScopedUserRole }: Holdings, ctx: Asking, teamId: string) {
  for (const { UserRoleId, SpaceId } of await ScopedUserRole.find({ TeamId: teamId }).lean()) {
    const role = builtInRoles.find(({ Id }) => Id === UserRoleId)
    if (role) await ensureMayGrant(ctx, role, SpaceId)
  }
}

/** The members of a space's own managers stand in the space too. */
async function tellSpace({ broker }: Service, team: Team, members: string[]): Promise<void> {
  const spaceId = managedSpace(team.Id)
  if (spaceId === null || isDeepStrictEqual(team.MemberUserIds, members)) return
  const system = asSystem(broker, `the team ${team.Id} has changed`)
  const { Id: id, ...space } = await system.call('spaces.get', { id: spaceId })
  await system.call('spaces.modify', { ...space, id, SpaceManagersTeamMembers: members })
}
