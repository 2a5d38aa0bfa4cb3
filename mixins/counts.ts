/** Counts of tries, by which who tries too often is refused. */

/** So long tries count, from the first on. */
export const WINDOW_SECONDS = 300
/** More are not remembered: each takes some hundred bytes. */
const MOST_REMEMBERED = 20_000

/** Counts tries for five minutes from the first. */
export interface Counts {
  /** Counts one more try: how many there are now, and for how many seconds they count yet. */
  add(key: string, now: number): Promise<{ count: number; seconds: number }>
  forget(key: string): Promise<void>
  close(): Promise<void>
}

/** The counts of this process alone. */
export function memoryCounts(): Counts {
  const entries = new Map<string, { count: number; until: number }>()
  return {
    async add(key, now) {
      const known = entries.get(key)
      const isOpen = known !== undefined && known.until > now
      const entry = isOpen ? known : { count: 0, until: now + WINDOW_SECONDS * 1_000 }
      entry.count += 1
      if (!isOpen) {
        // Set anew, so that the first in the map is the oldest.
        entries.delete(key)
        entries.set(key, entry)
        const oldest = entries.keys().next().value
        if (entries.size > MOST_REMEMBERED && oldest !== undefined) entries.delete(oldest)
      }
      return { count: entry.count, seconds: Math.ceil((entry.until - now) / 1_000) }
    },
    async forget(key) {
      entries.delete(key)
    },
    async close() {
      entries.clear()
    },
  }
}
