import { asSystem } from '#bus/caller.ts'
import { RefusedError } from '#bus/errors.ts'
import { takeAll } from '#domain/page.ts'
import type { Asked } from '#mixins/crud.ts'
import type { Trust } from './trusts.contract.ts'

const MOST_NAMES = 10

/** Refuses while something still tells by this trust which space it is about. */
export async function checkUnused(ctx: Asked, { SpaceId: spaceId, Id: trustId, Name }: Trust) {
  const system = asSystem(ctx.broker, 'the deletion of a trust')
  const [{ Items }, projects] = await Promise.all([
    system.call('environments.list', { spaceId, take: takeAll }),
    system.call('projects.using', { spaceId, trustId }),
  ])
  const environments = Items.filter(({ Remote }) => Remote?.TrustId === trustId)
  const used = [...environments, ...projects]
  if (used.length === 0) return
  const names = used.slice(0, MOST_NAMES).map((one) => `'${one.Name}'`)
  throw new RefusedError(`The trust '${Name}' is needed by ${names.join(', ')}.`)
}
