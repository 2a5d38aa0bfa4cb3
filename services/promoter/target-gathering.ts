/** What of this space decides how a bundle is understood here. */
import type { Bus } from '#bus'
import { actionTypes } from '#domain/action-work.ts'
import type { TargetState } from '#domain/promotion/target-state.ts'

const ALL = 10_000

export async function targetOf(system: Pick<Bus, 'call'>, spaceId: string): Promise<TargetState> {
  const [environments, pools, feeds, teams] = await Promise.all([
    system.call('environments.list', { spaceId, take: ALL }),
    system.call('workerpools.list', { spaceId, take: ALL }),
    system.call('feeds.list', { spaceId, take: ALL }),
    system.call('teams.list', { spaceId, take: ALL }),
  ])
  return {
    environments: environments.Items.map(({ Id, Name }) => ({ Id, Name })),
    workerPools: pools.Items.map(({ Id, Name, IsDefault }) => ({ Id, Name, IsDefault })),
    feeds: feeds.Items.map(({ Id, Name, FeedType }) => ({ Id, Name, FeedType })),
    teams: teams.Items.map(({ Id, Name }) => ({ Id, Name })),
    // There are no deployment targets and no tenants yet.
    roles: [],
    tags: [],
    actionTypes,
  }
}
