import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import type { Authority } from './authority.ts'
import type { DoorContext } from './exchange.ts'
import { recent } from './recent.ts'

const BELIEVED_FOR = 3_000 // ms

export interface SpaceBook {
  /** The id of the space that an address names, or of the default one. Fails when it is not for the caller. */
  idOf(space: string | undefined, ctx: DoorContext, authority: Authority): Promise<string>
  /** The default space, whoever asks; undefined where there is none. */
  defaultId(): Promise<string | undefined>
  /** A space or a permission has changed. */
  forget(): void
}

/** Finds spaces by id, slug or name: for each caller those that he may see. */
export function spaceBook(bus: Pick<Bus, 'call'>): SpaceBook {
  const ids = recent<string>(BELIEVED_FOR)
  const system = asSystem(bus, 'the default space')

  async function keep(key: string, find: () => Promise<string>): Promise<string> {
    const now = Date.now()
    const known = ids.get(key, now)
    if (known !== undefined) return known
    const id = await find()
    ids.set(key, id, now)
    return id
  }
  const ofDefault = () => keep('', () => system.call('spaces.default', {}))

  return {
    idOf(space, ctx, { caller }) {
      if (space === undefined) return ofDefault()
      const resolve = async () => (await ctx.call('spaces.resolve', { space })).Id
      return keep(`${caller.userId}\n${space}`, resolve)
    },

    async defaultId() {
      try {
        return await ofDefault()
      } catch (error) {
        // A server may be without one; its document then has the links of the server alone.
        if (error instanceof Error && 'code' in error && error.code === 404) return undefined
        throw error
      }
    },

    forget: ids.forget,
  }
}
