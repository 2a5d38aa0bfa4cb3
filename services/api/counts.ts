import type { ActionName, Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { takeAll } from '#domain/page.ts'

/** How much there is of each kind, in the spaces that the caller may see. */
export async function countsFor(bus: Pick<Bus, 'call'>, broker: Pick<Bus, 'call'>) {
  const { Items: spaces } = await bus.call('spaces.list', { take: takeAll })
  // Only numbers of what the caller sees the existence of: the lists themselves may be more private.
  const system = asSystem(broker, 'the counts of the server')

  async function total(action: 'teams.list' | 'users.list') {
    const { TotalResults } = await system.call(action, { take: 1 })
    return TotalResults
  }
  async function inSpaces(action: ListOfSpace) {
    let sum = 0
    for (const { Id: spaceId } of spaces) {
      sum += (await system.call(action, { spaceId, take: 1 })).TotalResults
    }
    return sum
  }

  return {
    Global: {
      Spaces: spaces.length,
      Teams: await total('teams.list'),
      Users: await total('users.list'),
    },
    Infrastructure: {
      DeploymentTargets: await inSpaces('machines.list'),
      Environments: await inSpaces('environments.list'),
      Tenants: 0,
      WorkerPools: await inSpaces('workerpools.list'),
      Workers: await inSpaces('workers.list'),
    },
    Library: { Certificates: 0, Packages: await inSpaces('packages.list'), VariableSets: 0 },
    Project: {
      Deployments: await inSpaces('deployments.list'),
      Projects: await inSpaces('projects.list'),
      Releases: await inSpaces('releases.list'),
      RunbookRuns: 0,
      Runbooks: 0,
    },
  }
}

type ListOfSpace = ActionName &
  (
    | 'machines.list'
    | 'environments.list'
    | 'workerpools.list'
    | 'workers.list'
    | 'deployments.list'
    | 'projects.list'
    | 'releases.list'
    | 'packages.list'
  )
