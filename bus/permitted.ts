import type { Context, Middleware } from 'moleculer'
import { type Grants, hasAnyIn, mayDo } from '#domain/permissions.ts'
import { type Caller, SYSTEM_USER, systemCaller } from './caller.ts'
import { ForbiddenError, NotFoundError } from './errors.ts'

/**
 * What an action's schema says under `permission`: the name of one, or
 * `any`: whoever is signed in; `public`: also who is not; `system`: Tako alone.
 */
export type Permission = string

/** Runs before anybody is known, and decides by itself. */
const ENTRANCE = 'api.rest'

/**
 * Checks each action's permission in the space it names. An action that names none is refused
 * to all but Tako itself, so a forgotten line opens nothing.
 */
export const permitted: Middleware = {
  name: 'Permitted',
  localAction(next, action) {
    if (action.name === ENTRANCE || action.name?.startsWith('$node.')) return next
    // An action's schema may have fields of ours, which Moleculer's type does not know.
    const permission = (action as { permission?: Permission }).permission ?? 'system'
    if (permission === 'public') return next
    return async function (ctx) {
      const { caller } = ctx.meta as { caller: Caller }
      if (caller.userId !== SYSTEM_USER) await check(ctx, permission, caller)
      return next.call(this, ctx)
    }
  },
}

async function check(ctx: Context, permission: Permission, caller: Caller): Promise<void> {
  // Not validated yet: what is no text names no space, and is refused in a moment.
  const { spaceId, id } = textsOf(ctx.params as Record<string, unknown>)
  if (permission === 'system') throw new ForbiddenError('AdministerSystem')
  if (permission === 'any' && spaceId === undefined) return
  const grants = await grantsOf(ctx, caller.userId)
  if (spaceId !== undefined && !hasAnyIn(grants, spaceId)) throw new NotFoundError('Space', spaceId)
  if (permission === 'any' || mayDo(grants, permission, spaceId)) return
  // What one may not view does not exist for him; what he may view and not change, he is told.
  if (permission.endsWith('View') && id !== undefined) throw new NotFoundError('Resource', id)
  throw new ForbiddenError(permission)
}

const textsOf = ({ spaceId, id }: Record<string, unknown>) => ({
  spaceId: typeof spaceId === 'string' ? spaceId : undefined,
  id: typeof id === 'string' ? id : undefined,
})

/** The permissions of a user, as identity keeps them. */
export async function grantsOf(ctx: Pick<Context, 'broker'>, userId: string): Promise<Grants> {
  const meta = { caller: systemCaller('a check of permissions') }
  return ctx.broker.call('permissions.of', { userId }, { meta })
}

/** For actions that find out by themselves which space they are about: refuses like the middleware. */
export async function ensureMay(
  ctx: { broker: Context['broker']; meta: { caller: Caller } },
  permission: string,
  spaceId: string | null,
  what?: { kind: string; id: string },
): Promise<void> {
  const { caller } = ctx.meta
  if (caller.userId === SYSTEM_USER) return
  const grants = await grantsOf(ctx, caller.userId)
  if (mayDo(grants, permission, spaceId ?? undefined)) return
  if (what) throw new NotFoundError(what.kind, what.id)
  throw new ForbiddenError(permission)
}
