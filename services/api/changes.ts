/** Something has changed, as its service tells all nodes. */
export interface Change {
  /** null: it is the server's. */
  spaceId: string | null
  Kind: string
  Id: string
  ProjectId?: string
  EnvironmentId?: string
  TaskId?: string
}

/** A change with its place in the order in which this node heard of it, such as 'm4x1-17'. */
export interface Heard {
  id: string
  change: Change
}

export interface Changes {
  tell(change: Change): void
  /** Those after `lastId`; null when some of them are not known any more. */
  since(lastId: string): Heard[] | null
  /** Hears every change from now on, until the answer is called; null when some went by unheard. */
  listen(listener: (heard: Heard | null) => void): () => void
  /** Other nodes may have changed something that this one was not told of. */
  missed(): void
  /** The id of the last change. */
  last(): string
}

const REMEMBERED = 2_000

/** The latest changes of the server, for those who follow them live. */
export function recentChanges(era: string): Changes {
  const kept: Heard[] = []
  const listeners = new Set<(heard: Heard | null) => void>()
  let count = 0
  const idOf = (number: number) => `${era}-${number}`

  return {
    tell(change) {
      count += 1
      const heard = { id: idOf(count), change }
      kept.push(heard)
      if (kept.length > REMEMBERED) kept.shift()
      for (const listener of listeners) listener(heard)
    },

    missed() {
      // No id from before is followed by all that came after it.
      count += 1
      kept.length = 0
      for (const listener of listeners) listener(null)
    },

    since(lastId) {
      const cut = lastId.lastIndexOf('-')
      const number = Number(lastId.slice(cut + 1))
      const missed = count - number
      // Another node, or this one before its start, counted otherwise.
      const isKnown = lastId.slice(0, cut) === era && missed >= 0 && missed <= kept.length
      if (!isKnown) return null
      return missed === 0 ? [] : kept.slice(-missed)
    },

    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    last: () => idOf(count),
  }
}
