/** On which worker of a pool a unit runs, and why on none. */

/** A worker as it is now. */
export interface Candidate {
  id: string
  name: string
  isDisabled: boolean
  isDraining: boolean
  /** Whether it was heard lately, and what it said was signed by it. */
  isHeard: boolean
  /** Why it takes nothing new, in a sentence; null when it does. */
  refuses: string | null
  /** How many runs it may have, and has or is about to have. */
  slots: number
  taken: number
  /** How many of the packages that the unit needs are in its cache. */
  packagesThere: number
}

const takesWork = (one: Candidate): boolean =>
  one.isHeard && !one.isDisabled && !one.isDraining && one.refuses === null

/**
 * The worker to try first: the least loaded, of those alike the one with most of the packages, then
 * the one with most free slots. undefined when none has a place.
 */
export function choose(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates
    .filter((one) => takesWork(one) && one.taken < one.slots)
    .toSorted(
      (a, b) =>
        a.taken / a.slots - b.taken / b.slots ||
        b.packagesThere - a.packagesThere ||
        b.slots - b.taken - (a.slots - a.taken),
    )[0]
}

/** Whether any of them would run something, if it had a place. */
export const isHealthy = (candidates: readonly Candidate[]): boolean => candidates.some(takesWork)

/** Why nothing can start in a pool just now, in a sentence that names it. */
export function whyNone(pool: string, candidates: readonly Candidate[]): string {
  const healthy = candidates.filter(takesWork)
  if (healthy.length > 0) {
    const slots = healthy.reduce((sum, one) => sum + one.slots, 0)
    return `Every worker of the pool '${pool}' is busy: all ${slots} slots are taken.`
  }
  if (candidates.length === 0) return `The worker pool '${pool}' has no workers.`
  return `No worker of the pool '${pool}' can run it: ${candidates.map(stateOf).join('; ')}.`
}

function stateOf({ name, isDisabled, isDraining, isHeard, refuses }: Candidate): string {
  if (isDisabled) return `${name} is disabled`
  if (isDraining) return `${name} is draining`
  if (!isHeard) return `${name} is not heard`
  return `${name} takes nothing new (${refuses ?? 'it does not say why'})`
}
