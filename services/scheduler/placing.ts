/** Finds a worker for what is to start, or says why there is none yet. */
import { type Candidate, choose, isHealthy, whyNone } from '#domain/placement.ts'
import type { Directory, Known } from './directory.ts'
import type { Roster } from './roster.ts'
import { waitingLine } from './waiting-line.ts'
import { BUILT_IN, type Target } from './workers-bus.ts'

export interface Wanted {
  spaceId: string
  pool: { Id: string; Name: string; IsDefault: boolean }
  runId: string
  /** Digests of the packages that it needs. */
  packages: readonly string[]
  /** Called when it is worth asking again. */
  wake(): void
}

export type Placed =
  | { worker: Target }
  /** `isHopeless`: not even one that is busy. */
  | { why: string; isHopeless: boolean }

export interface Placing {
  /** A worker, whose slot is then reserved for the run. Ask again when woken. */
  place(wanted: Wanted): Promise<Placed>
  /** It is not wanted any more: its place in the line is free, and what was reserved for it. */
  leave(runId: string, worker?: string): void
  /** Workers or their pools have changed: everybody asks again. */
  changed(): void
  stop(): void
}

export function placingBy(directory: Directory, roster: Roster): Placing {
  const line = waitingLine()
  /** Answers that are on their way, by pool. */
  const asked = new Map<string, ReturnType<Directory['ofPool']>>()
  const stopListening = roster.onChange((worker) => {
    const { slots, taken } = roster.standing(worker)
    line.freed(worker, slots - taken)
  })

  /** Many units of a pool are placed at once: its workers are looked up once for all of them. */
  function ofPool(spaceId: string, poolId: string): ReturnType<Directory['ofPool']> {
    const key = `${spaceId}/${poolId}`
    const found = asked.get(key) ?? directory.ofPool({ spaceId, poolId })
    if (!asked.has(key)) {
      asked.set(key, found)
      const forget = () => asked.delete(key)
      found.then(forget, forget)
    }
    return found
  }

  async function workersOf({ spaceId, pool }: Wanted): Promise<Known[]> {
    const { workers, hasAny } = await ofPool(spaceId, pool.Id)
    if (hasAny || !pool.IsDefault) return workers
    const builtIn = directory.builtIn()
    return builtIn ? [builtIn] : []
  }

  return {
    async place(wanted) {
      const workers = await workersOf(wanted)
      // From here on without a pause: two that ask at once do not get one slot.
      const candidates = workers.map((one) => candidateOf(one, roster, wanted.packages))
      const chosen = choose(candidates)
      if (!chosen) {
        line.join({ key: wanted.runId, workers: workers.map(({ Id }) => Id), wake: wanted.wake })
        return { why: whyNone(wanted.pool.Name, candidates), isHopeless: !isHealthy(candidates) }
      }
      line.leave(wanted.runId)
      roster.reserve(chosen.id, wanted.runId)
      return { worker: { id: chosen.id, name: chosen.name } }
    },

    leave(runId, worker) {
      line.leave(runId)
      if (worker) roster.free(worker, runId)
    },

    changed: line.wakeAll,

    stop() {
      stopListening()
      line.clear()
    },
  }
}

function candidateOf(
  { Id, Name, SpaceId, IsDisabled, IsDraining }: Known,
  roster: Roster,
  packages: readonly string[],
): Candidate {
  const { isHeard, refuses, slots, taken, packagesThere } = roster.standing(Id)
  return {
    id: Id,
    name: SpaceId === null ? BUILT_IN : Name,
    ...{ isDisabled: IsDisabled, isDraining: IsDraining, isHeard, refuses, slots, taken },
    packagesThere: packagesThere(packages),
  }
}
