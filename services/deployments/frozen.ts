/** What is kept under the key, or what `read` gives. Nobody may change it: it throws. */
export type Frozen = <T>(key: string, read: () => Promise<T>) => Promise<T>

/** In characters of JSON. */
const MOST_KEPT = 16_000_000

/**
 * Reads what never changes once it is kept, once for the many deployments that ask for it. What was
 * asked for last stays, up to a size.
 */
export function frozenReads(most = MOST_KEPT): Frozen {
  const kept = new Map<string, { value: unknown; size: number }>()
  let total = 0

  function keep(key: string, value: unknown) {
    const size = JSON.stringify(value).length
    if (size > most || kept.has(key)) return
    kept.set(key, { value: deepFrozen(value), size })
    total += size
    for (const [oldest, { size }] of kept) {
      if (total <= most) return
      kept.delete(oldest)
      total -= size
    }
  }

  return async <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const known = kept.get(key)
    if (known) {
      // The last one is at the end.
      kept.delete(key)
      kept.set(key, known)
      return known.value as T // By its key it is what `read` gave.
    }
    const value = await read()
    keep(key, value)
    return value
  }
}

function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const item of Object.values(value)) deepFrozen(item)
  return Object.freeze(value)
}
