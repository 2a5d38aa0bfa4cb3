/**
 * Work that is never done twice at once: who asks while it is done gets the end of one more round,
 * which begins after he has asked.
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | null = null
  let next: Promise<void> | null = null
  const begin = (): Promise<void> => {
    const round = work().finally(() => {
      current = null
    })
    current = round
    return round
  }
  return () => {
    if (!current) return begin()
    next ??= current
      .catch(() => {
        // Who asked for that round was told.
      })
      .then(() => {
        next = null
        return begin()
      })
    return next
  }
}
