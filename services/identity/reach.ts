import { ensureMay } from '#bus/permitted.ts'
import { mayDo, spacesWith } from '#domain/permissions.ts'
import { type Asking, grantsOfCaller } from './access.ts'
import type { Reach } from './teams.contract.ts'

type Filter = Record<string, unknown>

/** The validator's rules for `Reach`. */
export const reachRules = {
  spaceId: { type: 'string', optional: true },
  spaces: { type: 'array', items: 'string', convert: true, optional: true },
  includeSystem: { type: 'boolean', convert: true, optional: true },
} as const

/** Where the teams, or their roles, may be that the caller asks for and may view. */
export async function filterOf(ctx: Asking, wish: Reach): Promise<Filter> {
  const { spaceId, includeSystem = spaceId === undefined } = wish
  // 'all' is what counts when no space is named.
  const spaces = wish.spaces?.includes('all') ? undefined : wish.spaces
  const grants = await grantsOfCaller(ctx)
  const maySeeServer = !grants || mayDo(grants, 'TeamView')
  const server = includeSystem && maySeeServer ? [null] : []
  if (spaceId !== undefined) {
    await ensureMay(ctx, 'TeamView', spaceId)
    return { SpaceId: { $in: [spaceId, ...server] } }
  }
  // Who may view the teams of the server may view those of each space.
  if (maySeeServer) {
    const some = spaces ? { SpaceId: { $in: [...spaces, ...server] } } : {}
    return includeSystem || spaces ? some : { SpaceId: { $ne: null } }
  }
  const visible = grants ? spacesWith(grants, 'TeamView') : []
  const wished = visible.filter((id) => !spaces || spaces.includes(id))
  return { SpaceId: { $in: wished } }
}

/** Refuses what the caller may not view, as if it were not there. */
export async function ensureVisible(
  ctx: Asking,
  place: string | null,
  what: { kind: string; id: string },
): Promise<void> {
  const grants = await grantsOfCaller(ctx)
  if (!grants || mayDo(grants, 'TeamView')) return
  await ensureMay(ctx, 'TeamView', place, what)
}
