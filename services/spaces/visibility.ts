import type { Context } from 'moleculer'
import { type Caller, SYSTEM_USER } from '#bus/caller.ts'
import { grantsOf } from '#bus/permitted.ts'
import { hasAnyIn, mayDo } from '#domain/permissions.ts'

type Asking = Pick<Context<unknown, { caller: Caller }>, 'broker' | 'meta'>

/** The ids of the spaces that the caller may know of; null: of all. */
export async function visibleTo(ctx: Asking): Promise<string[] | null> {
  const { userId } = ctx.meta.caller
  if (userId === SYSTEM_USER) return null
  const grants = await grantsOf(ctx, userId)
  if (mayDo(grants, 'SpaceView') || mayDo(grants, 'AdministerSystem')) return null
  return Object.keys(grants.spaces).filter((spaceId) => hasAnyIn(grants, spaceId))
}

/** Whether the caller may do anything in this space: only then a route through it exists. */
export async function isOpenTo(ctx: Asking, spaceId: string): Promise<boolean> {
  const { userId } = ctx.meta.caller
  return userId === SYSTEM_USER || hasAnyIn(await grantsOf(ctx, userId), spaceId)
}
