/** Who waits for a slot, in the order in which they came: as many are woken as there are slots. */
interface Waiter {
  /** Who it is: who joins twice keeps the place. */
  key: string
  /** Those of which any would do. */
  workers: readonly string[]
  wake(): void
}

export function waitingLine() {
  const waiters = new Map<string, Waiter>()

  return {
    join(waiter: Waiter) {
      waiters.set(waiter.key, waiter)
    },

    leave(key: string) {
      waiters.delete(key)
    },

    /** So many slots of a worker are free: the first who could use them are woken, and ask for them. */
    freed(worker: string, slots: number) {
      if (waiters.size === 0 || slots <= 0) return
      let left = slots
      for (const { workers, wake } of waiters.values()) {
        if (!workers.includes(worker)) continue
        wake()
        left -= 1
        if (left === 0) return
      }
    },

    wakeAll() {
      for (const { wake } of waiters.values()) wake()
    },

    clear: () => waiters.clear(),
  }
}
