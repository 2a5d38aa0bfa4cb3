import { foldName } from './name.ts'

export const retentionUnits = ['Days', 'Items'] as const
export const retentionStrategies = ['Default', 'Forever', 'Count'] as const

/** How long releases, or files on machines, are kept. */
export interface Retention {
  QuantityToKeep: number
  ShouldKeepForever: boolean
  Unit: (typeof retentionUnits)[number]
  Strategy: (typeof retentionStrategies)[number]
}

export interface Phase {
  Id: string
  Name: string
  /** Deployed to as soon as the phase opens. */
  AutomaticDeploymentTargets: string[]
  /** Deployed to by hand. */
  OptionalDeploymentTargets: string[]
  /** How many must have succeeded before the next phase opens; 0 is all of them. */
  MinimumEnvironmentsBeforePromotion: number
  IsOptionalPhase: boolean
  IsPriorityPhase: boolean
  /** null: as the lifecycle has it. */
  ReleaseRetentionPolicy: Retention | null
  TentacleRetentionPolicy: Retention | null
}

export interface LifecycleRules {
  Phases: Phase[]
  ReleaseRetentionPolicy: Retention
  TentacleRetentionPolicy: Retention
}

type RetentionBody = { [Key in keyof Retention]?: Retention[Key] | null | undefined }
type PhaseBody = {
  [Key in keyof Phase]?: Phase[Key] | RetentionBody | null | undefined
}

/** A lifecycle as it comes in a request. */
export interface LifecycleBody {
  Phases?: readonly PhaseBody[] | null | undefined
  ReleaseRetentionPolicy?: RetentionBody | null | undefined
  TentacleRetentionPolicy?: RetentionBody | null | undefined
}

/** Fills in the fields that a request leaves out; a phase without an id gets one. */
export function completeLifecycle(body: LifecycleBody, newGuid: () => string): LifecycleRules {
  return {
    Phases: (body.Phases ?? []).map((phase) => completePhase(phase, newGuid)),
    ReleaseRetentionPolicy: completeRetention(body.ReleaseRetentionPolicy ?? {}),
    TentacleRetentionPolicy: completeRetention(body.TentacleRetentionPolicy ?? {}),
  }
}

function completePhase(body: PhaseBody, newGuid: () => string): Phase {
  // The validator has seen to the types; what is left is whether a field is given.
  const phase = body as Partial<Phase>
  return {
    Id: phase.Id || newGuid(),
    Name: (phase.Name ?? '').trim(),
    AutomaticDeploymentTargets: phase.AutomaticDeploymentTargets ?? [],
    OptionalDeploymentTargets: phase.OptionalDeploymentTargets ?? [],
    MinimumEnvironmentsBeforePromotion: phase.MinimumEnvironmentsBeforePromotion ?? 0,
    IsOptionalPhase: phase.IsOptionalPhase ?? false,
    IsPriorityPhase: phase.IsPriorityPhase ?? false,
    ReleaseRetentionPolicy: inherited(phase.ReleaseRetentionPolicy),
    TentacleRetentionPolicy: inherited(phase.TentacleRetentionPolicy),
  }
}

const inherited = (body: RetentionBody | null | undefined) =>
  body ? completeRetention(body) : null

/** A strategy is kept as sent; without one, no number to keep means for ever. */
export function completeRetention(body: RetentionBody): Retention {
  const QuantityToKeep = body.QuantityToKeep ?? 0
  const isForever = body.ShouldKeepForever === true || QuantityToKeep === 0
  const Strategy = body.Strategy ?? (isForever ? 'Forever' : 'Count')
  return {
    QuantityToKeep,
    ShouldKeepForever: body.ShouldKeepForever ?? Strategy === 'Forever',
    Unit: body.Unit ?? 'Days',
    Strategy,
  }
}

/** The environments of a phase, those it deploys to by itself first. */
export const environmentsOf = (
  phase: Pick<Phase, 'AutomaticDeploymentTargets' | 'OptionalDeploymentTargets'>,
): string[] => [...phase.AutomaticDeploymentTargets, ...phase.OptionalDeploymentTargets]

/** Whether deployments to an environment go before those to others: one of its phases says so. */
export const isPriorityFor = (phases: readonly Phase[], environmentId: string): boolean =>
  phases.some((phase) => phase.IsPriorityPhase && environmentsOf(phase).includes(environmentId))

const phasesMax = 200

/** What is wrong with a lifecycle in a space that has these environments, a sentence each. */
export function faultsOfLifecycle(
  { Phases, ...retentions }: LifecycleRules,
  environmentIds: readonly string[],
): string[] {
  if (Phases.length > phasesMax) return [`A lifecycle has at most ${phasesMax} phases.`]
  const names = Phases.map(({ Name }) => foldName(Name))
  const known = new Set(environmentIds)
  const named = Phases.flatMap(environmentsOf)
  return [
    ...Phases.flatMap(({ Name }, index) =>
      Name === '' ? [`The phase number ${index + 1} needs a name.`] : [],
    ),
    ...Phases.filter(({ Name }, at) => Name !== '' && names.indexOf(foldName(Name)) < at).map(
      ({ Name }) => `Another phase is named '${Name}'.`,
    ),
    ...repeated(Phases.map(({ Id }) => Id)).map((id) => `Two phases have the id '${id}'.`),
    ...repeated(named).map((id) => `The environment '${id}' occurs twice: once is the most.`),
    ...[...new Set(named)]
      .filter((id) => !known.has(id))
      .map((id) => `The environment '${id}' was not found.`),
    ...Phases.flatMap(faultsOfMinimum),
    ...[retentions, ...Phases].flatMap(faultsOfRetentions),
  ]
}

function faultsOfMinimum(phase: Phase): string[] {
  const { Name, MinimumEnvironmentsBeforePromotion: minimum } = phase
  const count = environmentsOf(phase).length
  if (!Number.isInteger(minimum) || minimum < 0)
    return [`The phase '${Name}' needs a minimum of environments that is 0 or more.`]
  // A phase without environments has whichever the space has at the time.
  return count > 0 && minimum > count
    ? [`The phase '${Name}' asks for ${minimum} environments and has ${count}.`]
    : []
}

function faultsOfRetentions(
  owner: Pick<Phase, 'ReleaseRetentionPolicy' | 'TentacleRetentionPolicy'>,
): string[] {
  return [owner.ReleaseRetentionPolicy, owner.TentacleRetentionPolicy].flatMap((retention) => {
    if (!retention) return []
    const { QuantityToKeep: quantity, Strategy, Unit } = retention
    const isCount = Number.isInteger(quantity) && quantity >= 0
    return [
      ...(isCount ? [] : ['How much is kept must be a whole number, 0 or more.']),
      ...(isCount && Strategy === 'Count' && quantity === 0
        ? ['To keep a number of days or items, say how many.']
        : []),
      ...(retentionStrategies.includes(Strategy)
        ? []
        : [`'${Strategy}' is no retention strategy: use ${retentionStrategies.join(', ')}.`]),
      ...(retentionUnits.includes(Unit)
        ? []
        : [`'${Unit}' is no unit of retention: use ${retentionUnits.join(' or ')}.`]),
    ]
  })
}

const repeated = (ids: readonly string[]): string[] => {
  const seen = new Set<string>()
  return [...new Set(ids.filter((id) => seen.has(id) || !seen.add(id)))]
}

/**
 * The phases with what is implied filled in. `environments` are those of the space in sort order:
 * without phases each is one; a phase without environments has all that no phase names.
 */
export function phasesOf(
  { Phases }: Pick<LifecycleRules, 'Phases'>,
  environments: readonly { Id: string; Name: string }[],
): Phase[] {
  if (Phases.length === 0) return environments.map(phaseFor)
  const named = new Set(Phases.flatMap(environmentsOf))
  const others = environments.map(({ Id }) => Id).filter((id) => !named.has(id))
  return Phases.map((phase) =>
    environmentsOf(phase).length > 0 ? phase : { ...phase, OptionalDeploymentTargets: others },
  )
}

/** Whether the environments of the space make a difference to `phasesOf`. */
export const isImplicit = ({ Phases }: Pick<LifecycleRules, 'Phases'>): boolean =>
  Phases.length === 0 || Phases.some((phase) => environmentsOf(phase).length === 0)

const phaseFor = ({ Id, Name }: { Id: string; Name: string }): Phase => ({
  Id: `phase-${Id}`,
  Name,
  AutomaticDeploymentTargets: [],
  OptionalDeploymentTargets: [Id],
  MinimumEnvironmentsBeforePromotion: 0,
  IsOptionalPhase: false,
  IsPriorityPhase: false,
  ReleaseRetentionPolicy: null,
  TentacleRetentionPolicy: null,
})
