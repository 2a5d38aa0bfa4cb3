/** What a bundle calls by name, and what that means in the target. */
import { foldName } from '#domain/name.ts'
import type { BundleContent } from './content.ts'
import type { TargetState } from './target-state.ts'

export const mappingKinds = ['Environment', 'WorkerPool', 'Feed', 'Team'] as const
export type MappingKind = (typeof mappingKinds)[number]

/** A decision of the target's people. It is remembered for the next bundle of the project. */
export interface Mapping {
  Kind: MappingKind
  /** As the bundle calls it. */
  Name: string
  /** null: an environment that this space does not have, and will not have. */
  TargetId: string | null
}

/**
 * `Chosen` and `LeftOut` were decided by people, `SameName` is an environment that is called so here
 * too, `Needed` waits for a decision, and what was chosen is `Gone`.
 */
export type MappingState = 'Chosen' | 'LeftOut' | 'SameName' | 'Needed' | 'Gone'

export interface NeededMapping {
  Kind: MappingKind
  Name: string
  /** Of a feed, which kind of feed it must be; null for everything else. */
  FeedType: string | null
  /** Sentences: where the bundle names it. */
  UsedBy: string[]
  State: MappingState
  TargetId: string | null
  /** null where it is not decided. */
  TargetName: string | null
  /** Things of this space that are called the same. */
  Suggestions: { Id: string; Name: string }[]
}

interface Use {
  Kind: MappingKind
  Name: string
  FeedType: string | null
  usedBy: string
}

/** All that a bundle names, each once. The default pool and the built-in feed are themselves everywhere. */
export function neededMappings(
  content: Pick<BundleContent, 'process' | 'variables'>,
  { wanted, mappings, target }: { wanted: readonly string[] } & Context,
): NeededMapping[] {
  const uses = [
    ...wanted.map((Name) => use('Environment', Name, 'The sender wants the release there.')),
    ...content.process.steps.flatMap((step) => step.actions.flatMap(usesOfAction)),
    ...content.variables.variables.flatMap((variable) => [
      ...variable.scope.environments.map((Name) =>
        use('Environment', Name, `A value of '${variable.name}' is for it.`),
      ),
      ...(variable.kind === 'workerPool' && variable.value !== null
        ? [use('WorkerPool', variable.value, `It is a value of '${variable.name}'.`)]
        : []),
    ]),
  ]
  const byName = Map.groupBy(uses, ({ Kind, Name }) => keyOf(Kind, Name))
  const order = (kind: MappingKind) => mappingKinds.indexOf(kind)
  return [...byName.values()]
    .flatMap((group) => (group[0] ? [needed(group[0], group, { mappings, target })] : []))
    .sort((one, other) => order(one.Kind) - order(other.Kind))
}

interface Context {
  mappings: readonly Mapping[]
  target: TargetState
}

function usesOfAction(action: BundleContent['process']['steps'][number]['actions'][number]): Use[] {
  const { name, environments, excludedEnvironments, workerPool, teams, packages } = action
  return [
    ...environments.map((Name) => use('Environment', Name, `The step '${name}' runs there.`)),
    ...excludedEnvironments.map((Name) =>
      use('Environment', Name, `The step '${name}' does not run there.`),
    ),
    ...(workerPool === null
      ? []
      : [use('WorkerPool', workerPool, `The step '${name}' runs in it.`)]),
    ...Object.values(teams)
      .flat()
      .map((Name) => use('Team', Name, `The step '${name}' asks it.`)),
    ...packages
      .filter(({ feed }) => feed.kind !== 'BuiltIn')
      .map(({ feed, packageId }) =>
        use('Feed', feed.name, `The package '${packageId}' of '${name}' is from it.`, feed.kind),
      ),
  ]
}

const use = (
  Kind: MappingKind,
  Name: string,
  usedBy: string,
  FeedType: string | null = null,
): Use => ({ Kind, Name, FeedType, usedBy })

const keyOf = (kind: MappingKind, name: string) => `${kind}\n${foldName(name)}`

function needed(
  { Kind, Name, FeedType }: Use,
  uses: readonly Use[],
  { mappings, target }: Context,
): NeededMapping {
  const choices = choicesFor(Kind, FeedType, target)
  const Suggestions = choices
    .filter((one) => foldName(one.Name) === foldName(Name))
    .map(({ Id, Name }) => ({ Id, Name }))
  const about = {
    ...{ Kind, Name, FeedType, Suggestions },
    UsedBy: [...new Set(uses.map(({ usedBy }) => usedBy))],
  }
  const mapping = mappings.find((one) => keyOf(one.Kind, one.Name) === keyOf(Kind, Name))
  if (mapping?.TargetId === null && Kind === 'Environment')
    return { ...about, State: 'LeftOut', TargetId: null, TargetName: null }
  if (mapping && mapping.TargetId !== null) {
    const chosen = choices.find(({ Id }) => Id === mapping.TargetId)
    const TargetId = mapping.TargetId
    return {
      ...about,
      State: chosen ? 'Chosen' : 'Gone',
      TargetId,
      TargetName: chosen?.Name ?? null,
    }
  }
  const [same] = Suggestions
  // A name is all that an environment is known by; who may use a pool, a feed or a team is for people to say.
  if (Kind === 'Environment' && same)
    return { ...about, State: 'SameName', TargetId: same.Id, TargetName: same.Name }
  return { ...about, State: 'Needed', TargetId: null, TargetName: null }
}

function choicesFor(
  kind: MappingKind,
  feedType: string | null,
  { environments, workerPools, feeds, teams }: TargetState,
): readonly { Id: string; Name: string }[] {
  if (kind === 'Environment') return environments
  if (kind === 'WorkerPool') return workerPools
  if (kind === 'Team') return teams
  return feeds.filter(({ FeedType }) => FeedType === feedType)
}

/** Whether a decision is missing: nothing can be imported before it. */
export const isOpenMapping = ({ State }: NeededMapping): boolean =>
  State === 'Needed' || State === 'Gone'

export type MappingCode = 'MappingUnknown' | 'MappingTwice' | 'MappingGone' | 'MappingNotAllowed'

export interface MappingFault {
  Code: MappingCode
  Kind: MappingKind
  Name: string
  /** A sentence. */
  Message: string
}

/** What is wrong with decisions that somebody sends about a bundle: each must be about something that it names. */
export function faultsOfMappings(
  mappings: readonly Mapping[],
  needed: readonly NeededMapping[],
  target: TargetState,
): MappingFault[] {
  const asked = new Map(needed.map((one) => [keyOf(one.Kind, one.Name), one]))
  const seen = new Set<string>()
  return mappings.flatMap(({ Kind, Name, TargetId }): MappingFault[] => {
    const key = keyOf(Kind, Name)
    const need = asked.get(key)
    const fault = (Code: MappingCode, Message: string) => [{ Code, Kind, Name, Message }]
    const thing = `${words[Kind]} '${Name}'`
    if (!need) return fault('MappingUnknown', `The bundle names no ${thing}.`)
    if (seen.has(key)) return fault('MappingTwice', `The ${thing} is mapped twice.`)
    seen.add(key)
    if (TargetId === null)
      return Kind === 'Environment'
        ? []
        : fault('MappingNotAllowed', `The ${thing} needs one of this space: it cannot be left out.`)
    if (choicesFor(Kind, need.FeedType, target).some(({ Id }) => Id === TargetId)) return []
    const isOther = Kind === 'Feed' && target.feeds.some(({ Id }) => Id === TargetId)
    return isOther
      ? fault('MappingNotAllowed', `The ${thing} needs a feed of the kind '${need.FeedType}'.`)
      : [goneFault({ Kind, Name, TargetId })]
  })
}

/** What a space has of all that can be mapped to. */
export type Places = Record<
  'environments' | 'workerPools' | 'feeds' | 'teams',
  readonly { Id: string }[]
>

/** The decisions about an imported release that no longer hold: what was chosen has been deleted since. */
export const lostMappings = (mappings: readonly Mapping[], target: Places): MappingFault[] =>
  mappings
    .filter(({ Kind, TargetId }) => TargetId !== null && !idsFor(Kind, target).has(TargetId))
    .map(goneFault)

const idsFor = (
  kind: MappingKind,
  { environments, workerPools, feeds, teams }: Places,
): ReadonlySet<string> => {
  const all = { Environment: environments, WorkerPool: workerPools, Feed: feeds, Team: teams }
  return new Set(all[kind].map(({ Id }) => Id))
}

const goneFault = ({ Kind, Name, TargetId }: Mapping): MappingFault => ({
  ...{ Code: 'MappingGone', Kind, Name },
  Message: `The ${words[Kind]} '${Name}' is mapped to '${TargetId}', which was not found.`,
})

const words: Record<MappingKind, string> = {
  ...{ Environment: 'environment', WorkerPool: 'worker pool', Feed: 'feed', Team: 'team' },
}

/** What the sender calls an environment of this space, for what is told back to it. */
export const nameAtSource = (
  { Id, Name }: { Id: string; Name: string },
  mappings: readonly Mapping[],
): string =>
  mappings.find(({ Kind, TargetId }) => Kind === 'Environment' && TargetId === Id)?.Name ?? Name
