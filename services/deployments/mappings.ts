/** What an imported release was mapped to must be there when it is deployed. */
import type { Actions, Bus } from '#bus'
import { RefusedError } from '#bus/errors.ts'
import { lostMappings } from '#domain/promotion/mappings.ts'

type Release = ReturnType<Actions['releases.get']>

const ALL = 10_000

/**
 * Refuses a release whose steps need a pool, a feed or a team that has been deleted since it was imported.
 * An environment that is gone takes nothing from the others.
 */
export async function checkMappings(system: Pick<Bus, 'call'>, release: Release): Promise<void> {
  const mappings = (release.Remote?.Mappings ?? []).filter(({ Kind }) => Kind !== 'Environment')
  if (mappings.length === 0) return
  const { SpaceId: spaceId } = release
  const [workerPools, feeds, teams] = await Promise.all([
    system.call('workerpools.names', { spaceId }),
    system.call('feeds.list', { spaceId, take: ALL }),
    system.call('teams.list', { spaceId, take: ALL }),
  ])
  const places = { environments: [], workerPools, feeds: feeds.Items, teams: teams.Items }
  const lost = lostMappings(mappings, places)
  if (lost.length > 0) throw new RefusedError(lost.map(({ Message }) => Message).join(' '))
}
