import type { Actions } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import type { Asked } from '#mixins/crud.ts'
import { begin } from './beginning.ts'
import type { StoredPromotion } from './promotion.model.ts'
import { withPackages } from './promotion-news.ts'
import { change, type Promotions } from './promotion-writes.ts'
import { refusalOf, trustFor } from './trust-facts.ts'

type Wish = Parameters<Actions['promotions.create']>[0]

/**
 * Deploys a release to remote environments as its caller, with all checks of a deployment, and
 * gives the promotion that comes of it.
 */
export async function createdBy(
  ctx: Asked,
  promotions: Promotions,
  { spaceId, ReleaseId, TrustId, Environments, IncludePackages }: Wish,
): Promise<StoredPromotion> {
  const system = asSystem(ctx, 'a promotion is asked for')
  const release = await ctx.call('releases.get', { spaceId, id: ReleaseId })
  const trust = await trustFor(system, { spaceId, id: TrustId })
  const refusal = refusalOf(trust)
  if (refusal) throw new RefusedError(refusal)
  const { Items } = await system.call('environments.list', { spaceId, take: ALL })
  const ids = idsOf(Environments, { trust, environments: Items })
  const { DeploymentServerTasks } = await ctx.call('deployments.createByName', {
    ...{ spaceId, ProjectName: release.ProjectId, ReleaseVersion: release.Version },
    EnvironmentNames: ids,
  })
  let made: StoredPromotion | null = null
  for (const [index, environmentId] of ids.entries()) {
    const { DeploymentId: deploymentId = '', ServerTaskId: taskId = '' } =
      DeploymentServerTasks[index] ?? {}
    const about = { spaceId, deploymentId, taskId, releaseId: ReleaseId, environmentId }
    made = await begin(system, promotions, about)
  }
  if (!made) throw new InvalidError(['Environments: name one at least.'])
  if (!IncludePackages) return made
  return (await change(promotions, made._id, withPackages)) ?? made
}

const ALL = 10_000

interface Known {
  trust: { Id: string; Name: string }
  environments: { Id: string; Name: string; Remote?: { TrustId: string; RemoteName: string } }[]
}

/** Ids of remote environments of the trust, by their ids or either of their names. */
function idsOf(wanted: string[], { trust, environments }: Known): string[] {
  const all = environments.filter(({ Remote }) => Remote?.TrustId === trust.Id)
  const found = wanted.map((text) => {
    const name = text.toLowerCase()
    return all.find(
      ({ Id, Name, Remote }) =>
        Id === text || Name.toLowerCase() === name || Remote?.RemoteName.toLowerCase() === name,
    )
  })
  const faults = wanted
    .filter((_text, index) => !found[index])
    .map((text) => `Environments: '${text}' is no remote environment of ${trust.Name}.`)
  if (faults.length > 0) throw new InvalidError(faults)
  return [...new Set(found.flatMap((one) => one?.Id ?? []))]
}
