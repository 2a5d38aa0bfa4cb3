import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { insertResource } from '#mixins/changes.ts'
import { publicOf } from '#store/resource.ts'
import type { StoredSpace } from './space.model.ts'
import type { Space, SpaceBody } from './spaces.contract.ts'

type Spaces = Model<StoredSpace>
type Caller = Pick<Bus, 'call'>
interface Managers {
  spaceId: string
  managerIds: string[]
  teamIds: string[]
}

/** The space that every server has from its first start on. */
export const DEFAULT_SPACE = 'Spaces-1'

/** The team of the server's administrators, which is always there. */
const ADMINISTRATORS = 'teams-administrators'

/** What a new space is filled with, by who makes it: each idempotent, and asked again until it is done. */
const parts = {
  teams: (bus: Caller, managers: Managers) => bus.call('teams.populate', managers),
  lifecycles: (bus: Caller, { spaceId }: Managers) => bus.call('lifecycles.populate', { spaceId }),
  projectgroups: (bus: Caller, { spaceId }: Managers) =>
    bus.call('projectgroups.populate', { spaceId }),
  workerpools: (bus: Caller, { spaceId }: Managers) =>
    bus.call('workerpools.populate', { spaceId }),
  machinepolicies: (bus: Caller, { spaceId }: Managers) =>
    bus.call('machinepolicies.populate', { spaceId }),
  feeds: (bus: Caller, { spaceId }: Managers) => bus.call('feeds.populate', { spaceId }),
  retentionpolicies: (bus: Caller, { spaceId }: Managers) =>
    bus.call('retentionpolicies.populate', { spaceId }),
}

/** The services without which no space can be made. */
export const fillers = Object.keys(parts)

/** The team of a space's own managers. */
export const ownTeam = (spaceId: string): string => `teams-spacemanagers-${spaceId}`

/** The managing teams with the space's own one, which is always there. */
export const withOwnTeam = (spaceId: string, teams: string[]): string[] => [
  ...new Set([ownTeam(spaceId), ...teams]),
]

/** Stores a space that still has to be filled. */
export const insertSpace = (spaces: Spaces, Id: string, body: SpaceBody): Promise<Space> =>
  insertResource<Space>(spaces, {
    ...body,
    Id,
    IsDefault: Id === DEFAULT_SPACE,
    SpaceManagersTeams: withOwnTeam(Id, body.SpaceManagersTeams),
    _follow: fillers,
  })

/** Makes the default space, unless it is there. */
export async function ensureDefault(spaces: Spaces): Promise<void> {
  if (await spaces.exists({ _id: DEFAULT_SPACE })) return
  await insertSpace(spaces, DEFAULT_SPACE, {
    Name: 'Default',
    Description: '',
    // Who made the server manages what it begins with.
    SpaceManagersTeams: [ADMINISTRATORS],
    SpaceManagersTeamMembers: [],
    TaskQueueStopped: false,
  }).catch(async (error) => {
    // Another node that starts at the same time may have made it.
    if (!(await spaces.exists({ _id: DEFAULT_SPACE }))) throw error
  })
}

/** Makes what the space still lacks. Each part that is made is not made again, even if it is deleted. */
export async function fill(spaces: Spaces, broker: Caller, spaceId: string): Promise<void> {
  const space = await spaces.findById(spaceId).lean()
  if (!space || space._follow.length === 0) return
  const bus = asSystem(broker, `the space ${spaceId} is filled`)
  const managers = managersOf(publicOf(space) as unknown as Space) // A document of this model.
  const missing = space._follow.filter((part) => part in parts)
  await Promise.all(
    // What is stored under `_follow` are keys of `parts`.
    missing.map((part) => parts[part as keyof typeof parts](bus, managers)),
  )
  await spaces.updateOne({ _id: spaceId }, { $pull: { _follow: { $in: space._follow } } })
}

/** Fills what a crash has left half made. */
export async function fillAll(spaces: Spaces, broker: Caller): Promise<void> {
  const unfilled = await spaces
    .find({ '_follow.0': { $exists: true } })
    .select('_id')
    .lean()
  for (const { _id } of unfilled) await fill(spaces, broker, String(_id))
}

/** Gives a space other managers. */
export async function manage(broker: Caller, space: Space): Promise<void> {
  const bus = asSystem(broker, `the managers of the space ${space.Id} change`)
  await bus.call('teams.populate', managersOf(space))
}

/** Whether two states of a space differ in who manages it. */
export const haveManagersMoved = (before: Space, after: Space): boolean =>
  JSON.stringify(managersOf(before)) !== JSON.stringify(managersOf(after))

const managersOf = (space: Space): Managers => ({
  spaceId: space.Id,
  managerIds: space.SpaceManagersTeamMembers,
  teamIds: space.SpaceManagersTeams.filter((team) => team !== ownTeam(space.Id)),
})
