import { environmentsOf, type Phase } from './lifecycle.ts'

/** How far one release is. Sets of environment ids; `phases` have what is implied filled in (`phasesOf`). */
export interface ProgressionFor {
  phases: readonly Phase[]
  /** Where it has been deployed with success, whatever came later. */
  successes: ReadonlySet<string>
  /** Where any deployment of it was made: queued and failed ones too. */
  deployed: ReadonlySet<string>
  /** An unresolved defect keeps the release from going further. */
  hasDefect: boolean
  /**
   * It came from another space: then a defect keeps it from its first phase too, though it was deployed
   * nowhere. Its source has recalled it, or is trusted no more.
   */
  isImported?: boolean
}

export interface PhaseProgress extends Phase {
  Progress: 'Pending' | 'Current' | 'Complete'
  Blocked: boolean
}

export interface Progression {
  Phases: PhaseProgress[]
  /** Environments of the current phases where it has not succeeded yet. */
  NextDeployments: string[]
  NextDeploymentsMinimumRequired: number
  HasUnresolvedDefect: boolean
  /** Where it may be deployed now, again or for the first time. */
  reachable: string[]
}

/**
 * Walks the phases in order. One is reached when every required phase before it is complete, so
 * an optional phase never keeps another from opening. A release may go wherever is reached.
 */
export function progressionOf(release: ProgressionFor): Progression {
  const { successes, hasDefect } = release
  const Phases = progressed(release)
  const open = Phases.filter((phase) => phase.Progress !== 'Pending' && !phase.Blocked)
  const current = open.filter((phase) => phase.Progress === 'Current')
  const required = current.find((phase) => !phase.IsOptionalPhase) ?? current[0]
  return {
    Phases,
    NextDeployments: distinct(current).filter((id) => !successes.has(id)),
    NextDeploymentsMinimumRequired: required?.MinimumEnvironmentsBeforePromotion ?? 0,
    HasUnresolvedDefect: hasDefect,
    reachable: distinct(open),
  }
}

function progressed(release: ProgressionFor): PhaseProgress[] {
  const { phases, successes, deployed, hasDefect, isImported = false } = release
  let isReached = true
  return phases.map((phase, index) => {
    const isComplete = missingOf(phase, successes) === 0
    const Progress = !isReached ? 'Pending' : isComplete ? 'Complete' : 'Current'
    isReached &&= isComplete || phase.IsOptionalPhase
    const hasSucceeded = environmentsOf(phase).some((id) => successes.has(id))
    const isUntouchedStart = index === 0 && deployed.size === 0 && !isImported
    return { ...phase, Progress, Blocked: hasDefect && !hasSucceeded && !isUntouchedStart }
  })
}

/** How many successes a phase still needs. More than it has environments cannot be asked for. */
function missingOf(phase: Phase, successes: ReadonlySet<string>): number {
  const environments = environmentsOf(phase)
  const { MinimumEnvironmentsBeforePromotion: minimum } = phase
  const needed = minimum === 0 ? environments.length : Math.min(minimum, environments.length)
  return Math.max(0, needed - environments.filter((id) => successes.has(id)).length)
}

const distinct = (phases: readonly Phase[]) => [...new Set(phases.flatMap(environmentsOf))]

/**
 * Where the release is to be deployed now without anybody asking: the automatic environments of
 * the current phase, once each. Optional phases never deploy by themselves.
 */
export function automaticTargets(release: ProgressionFor): string[] {
  const current = progressionOf(release).Phases.filter(
    (phase) => phase.Progress === 'Current' && !phase.IsOptionalPhase && !phase.Blocked,
  )
  const targets = current.flatMap((phase) => phase.AutomaticDeploymentTargets)
  return targets.filter((id) => !release.deployed.has(id))
}

/**
 * Why the release may not be deployed to an environment, for people: 'Production opens when
 * Staging has succeeded.' null when it may. `nameOf` gives the name of an environment's id.
 */
export function whyNotReachable(
  release: ProgressionFor,
  environmentId: string,
  nameOf: (id: string) => string,
): string | null {
  const { Phases, reachable } = progressionOf(release)
  if (reachable.includes(environmentId)) return null
  const name = nameOf(environmentId)
  const index = Phases.findIndex((phase) => environmentsOf(phase).includes(environmentId))
  const phase = Phases[index]
  if (!phase) return `${name} is not in the lifecycle of this release.`
  const missing = Phases.slice(0, index).filter(
    (before) => !before.IsOptionalPhase && missingOf(before, release.successes) > 0,
  )
  if (missing.length === 0)
    return `This release has an unresolved defect: ${name} opens when it is resolved.`
  return `${name} opens when ${conditionOf(missing, release.successes, nameOf)}.`
}

function conditionOf(
  missing: readonly Phase[],
  successes: ReadonlySet<string>,
  nameOf: (id: string) => string,
): string {
  const [only] = missing
  if (!only || missing.length > 1)
    return `the phases ${listOf(missing.map(({ Name }) => Name))} are complete`
  const left = environmentsOf(only).filter((id) => !successes.has(id))
  const count = missingOf(only, successes)
  const names = listOf(left.map(nameOf), count < left.length ? 'or' : 'and')
  if (count === left.length) return `${names} ${count === 1 ? 'has' : 'have'} succeeded`
  return count === 1
    ? `${names} has succeeded`
    : `${count} of ${listOf(left.map(nameOf))} have succeeded`
}

const listOf = (texts: readonly string[], word = 'and') =>
  texts.length > 1 ? `${texts.slice(0, -1).join(', ')} ${word} ${texts.at(-1)}` : texts.join()
