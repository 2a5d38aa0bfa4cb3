import type { ActionName } from '#bus'
import { NotFoundError } from '#bus/errors.ts'
import type { Exchange, Values } from './exchange.ts'
import type { ActionRoute } from './route.ts'

/** What a part of an address stands for: who answers whether it is there. */
const parents: [param: string, action: ActionName][] = [
  ['environmentId', 'environments.get'],
  ['workerPoolId', 'workerpools.get'],
  ['projectGroupId', 'projectgroups.get'],
  ['projectId', 'projects.get'],
  ['channelId', 'channels.get'],
  ['releaseId', 'releases.get'],
]

/**
 * The exchange with its path made sure: what is below something that is not there is not there
 * either, nor is a channel below another project. A project may be named by its slug.
 */
export async function within(exchange: Exchange, route: ActionRoute): Promise<Exchange> {
  if (exchange.spaceId === undefined || !/:\w+Id\b/.test(route.path)) return exchange
  const { ctx, spaceId } = exchange
  const path: Values = { ...exchange.path }
  for (const [param, action] of parents) {
    if (typeof path[param] !== 'string') continue
    const found = await ctx.call(action, { spaceId, id: path[param] } as never) // Each takes these.
    path[param] = (found as { Id: string }).Id
  }
  await checkChannel(exchange, route, path)
  return { ...exchange, path }
}

async function checkChannel({ ctx, spaceId = '' }: Exchange, route: ActionRoute, path: Values) {
  const id = /\/channels\/:id$/.test(route.path) ? path.id : path.channelId
  if (path.projectId === undefined || id === undefined) return
  const channel = await ctx.call('channels.get', { spaceId, id: String(id) })
  if (channel.ProjectId !== path.projectId) throw new NotFoundError('Channel', String(id))
}
