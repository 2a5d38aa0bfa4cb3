/** Checks of what the caller may do, where the answer depends on more than one permission. */
import type { Context } from 'moleculer'
import { type Caller, SYSTEM_USER } from '#bus/caller.ts'
import { ForbiddenError } from '#bus/errors.ts'
import { ensureMay, grantsOf } from '#bus/permitted.ts'
import { type Grants, mayDo } from '#domain/permissions.ts'
import type { Role } from '#domain/roles.ts'

export type Asking = Pick<Context<unknown, { caller: Caller }>, 'broker' | 'meta'>

/** What the caller may do; null: everything, for Tako itself. */
export const grantsOfCaller = async (ctx: Asking): Promise<Grants | null> =>
  ctx.meta.caller.userId === SYSTEM_USER ? null : grantsOf(ctx, ctx.meta.caller.userId)

/** Everybody may do this for himself; for others it takes the permission on the server. */
export async function ensureSelfOr(
  ctx: Asking,
  permission: string,
  userId: string,
  what?: { kind: string; id: string },
): Promise<void> {
  if (ctx.meta.caller.userId !== userId) await ensureMay(ctx, permission, null, what)
}

/** Who can act as another user, or shut him out, must not gain anything on the server by it. */
export async function ensureOutranks(ctx: Asking, userId: string): Promise<void> {
  const own = await grantsOfCaller(ctx)
  if (!own || ctx.meta.caller.userId === userId) return
  const others = await grantsOf(ctx, userId)
  const missing = others.system.find((permission) => !mayDo(own, permission))
  if (missing) throw new ForbiddenError(missing)
}

/**
 * Whether somebody may give a role, or membership in a team that holds it: administrators may,
 * others only what they hold themselves, and a role on the server only if they may edit roles.
 */
export async function ensureMayGrant(
  ctx: Asking,
  role: Pick<Role, 'GrantedSpacePermissions' | 'GrantedSystemPermissions'>,
  spaceId: string | null,
): Promise<void> {
  const own = await grantsOfCaller(ctx)
  if (!own || mayDo(own, 'AdministerSystem')) return
  const { GrantedSystemPermissions: onServer, GrantedSpacePermissions: inSpace } = role
  const missing =
    (onServer.length > 0 && !mayDo(own, 'UserRoleEdit') ? 'UserRoleEdit' : undefined) ??
    onServer.find((permission) => !mayDo(own, permission)) ??
    (spaceId === null ? undefined : inSpace.find((name) => !mayDo(own, name, spaceId)))
  if (missing) throw new ForbiddenError(missing)
}
