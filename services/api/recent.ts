/** What was found out lately, for as long as it may be believed: a cache with a limit. */
export interface Recent<T> {
  get(key: string, now: number): T | undefined
  set(key: string, value: T, now: number): void
  forget(): void
}

/** Keeps at most `most` values, each for `milliseconds`; when full, it begins anew. */
export function recent<T>(milliseconds: number, most = 10_000): Recent<T> {
  const values = new Map<string, { value: T; until: number }>()
  return {
    get(key, now) {
      const known = values.get(key)
      return known && known.until > now ? known.value : undefined
    },
    set(key, value, now) {
      if (values.size >= most) values.clear()
      values.set(key, { value, until: now + milliseconds })
    },
    forget: () => values.clear(),
  }
}
