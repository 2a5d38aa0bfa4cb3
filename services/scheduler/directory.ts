/** Which workers there are and whom they serve, as their owner tells it. */
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import type { PublicKeys } from '#bus/messages.ts'

export interface Known {
  Id: string
  Name: string
  SpaceId: string | null
  IsDisabled: boolean
  IsDraining: boolean
  Keys: PublicKeys
}

export interface Directory {
  /** One that may be believed: approved, or built in; as its owner says now. */
  known(id: string): Promise<Known | null>
  /** The same as it was a moment ago: for what comes often. */
  lately(id: string): Promise<Known | null>
  /** The workers of a pool that are approved, and whether it has any at all. */
  ofPool(pool: { spaceId: string; poolId: string }): Promise<{ workers: Known[]; hasAny: boolean }>
  /** This node's built-in worker has started. */
  hasBuiltIn(worker: Known): Promise<void>
  builtIn(): Known | null
  /** A worker was changed, or all may have been. */
  forget(id?: string): void
}

/** So long what was known counts, in ms, when no event says otherwise. */
const LATELY_MS = 5_000
/** Whoever claims to be a worker is remembered as nobody: so many names at the most. */
const MOST_REMEMBERED = 10_000

export function directoryOf(broker: Pick<Bus, 'call'>, node: string): Directory {
  const system = asSystem(broker, 'the scheduler')
  const remembered = new Map<string, { until: number; known: Promise<Known | null> }>()
  let builtIn: Known | null = null

  const known = async (id: string): Promise<Known | null> =>
    builtIn?.Id === id ? builtIn : system.call('workers.known', { id })

  return {
    known,

    lately(id) {
      const now = Date.now()
      const found = remembered.get(id)
      if (found && found.until > now) return found.known
      if (remembered.size >= MOST_REMEMBERED) remembered.clear()
      const asked: Promise<Known | null> = known(id).catch((error) => {
        // What could not be asked is asked again next time; while the store is away, nobody is removed.
        if (remembered.get(id)?.known === asked) remembered.delete(id)
        if (!found) throw error
        remembered.set(id, { ...found, until: 0 })
        return found.known
      })
      remembered.set(id, { until: now + LATELY_MS, known: asked })
      return asked
    },

    ofPool: (pool) => system.call('workers.ofPool', pool),

    async hasBuiltIn(worker) {
      builtIn = worker
      await system.call('workers.builtIn', { Id: worker.Id, Node: node, Keys: worker.Keys })
    },
    builtIn: () => builtIn,

    forget(id) {
      if (id === undefined) remembered.clear()
      else remembered.delete(id)
    },
  }
}
