/** Deployments to environments of other spaces: whether one may be made, and what it remembers of the place. */
import type { Actions, Bus } from '#bus'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import type { Remote } from '#domain/promotion/remote-news.ts'
import type { DeploymentWishes } from './deployments.contract.ts'

type Environment = ReturnType<Actions['environments.get']>

/** Where a deployment is promoted to, as it was when it was made. */
export interface Destination extends Pick<Remote, 'TrustId' | 'Kind' | 'CountsWhen'> {
  /** As this space calls the other. */
  RemoteSpace: string
}

/** The destination of a deployment to an environment, null when that is of this space. Refuses what cannot be promoted. */
export async function destinationOf(
  system: Pick<Bus, 'call'>,
  { SpaceId: spaceId, Name, Remote }: Pick<Environment, 'SpaceId' | 'Name' | 'Remote'>,
  wishes: DeploymentWishes & { TenantId?: string },
): Promise<Destination | null> {
  if (!Remote) return null
  const faults = [
    ...(wishes.TenantId
      ? [`TenantId: ${Name} is in another space, which has its own tenants.`]
      : []),
    ...(wishes.SkipActions.length > 0
      ? [`SkipActions: a release is promoted to ${Name} with all of its steps.`]
      : []),
  ]
  if (faults.length > 0) throw new InvalidError(faults)
  const { TrustId, Kind, CountsWhen } = Remote
  const trust = await system
    .call('trusts.get', { spaceId, id: TrustId })
    .catch((error: { type?: string }) => {
      if (error.type !== 'NOT_FOUND') throw error
      throw new RefusedError(`${Name} belongs to a trust that has been deleted.`)
    })
  if (trust.State !== 'Active')
    throw new RefusedError(
      `The trust '${trust.Name}' is ${trust.State.toLowerCase()}: nothing can be promoted to ${Name}.`,
    )
  if (!trust.Allow.SendReleases)
    throw new RefusedError(`The trust '${trust.Name}' does not allow to send releases.`)
  return { TrustId, Kind, CountsWhen, RemoteSpace: trust.Name }
}
