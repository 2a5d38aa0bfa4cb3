const EACH_MS = 60_000

/**
 * What may come very often is told at most once a minute, with how many were passed over since:
 * a flood of bad messages does not become a flood in the log.
 */
export function seldom<T extends object>(
  tell: (told: T & { passedOver: number }) => void,
  now: () => number = () => performance.now(),
) {
  let next = Number.NEGATIVE_INFINITY
  let passedOver = 0
  return (about: T) => {
    if (now() < next) {
      passedOver += 1
      return
    }
    next = now() + EACH_MS
    tell({ ...about, passedOver })
    passedOver = 0
  }
}
