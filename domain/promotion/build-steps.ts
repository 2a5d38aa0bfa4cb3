import type { Secret } from '#domain/bundle/secrets.ts'
import { isBuiltIn, isExpression } from '#domain/package-references.ts'
import type { Action, PackageReference, Properties, Step } from '#domain/process.ts'
import { textOf } from '#domain/process.ts'
import { isSealed } from '#domain/process-secrets.ts'
import type { ActionDoc, FeedDoc, PackageReferenceDoc, StepDoc } from './content.ts'
import type { Places } from './remote-places.ts'
import { propertyPath } from './secret-paths.ts'
import type { SourceState } from './source-state.ts'
import { keptInGroups } from './step-groups.ts'
import { feedProperty, isKnownType, teamProperties, whatIsUnsupported } from './step-rules.ts'
import { kindOfId, type Unsupported } from './unsupported.ts'

/** What becomes of a thing on the way. */
export interface StepFate {
  Name: string
  Fate: 'Crosses' | 'Stays'
  /** '' for what crosses as it is. */
  Reason: string
}

export interface BuiltSteps {
  steps: StepDoc[]
  secrets: Secret[]
  /** For each action. */
  fates: StepFate[]
  unsupported: Unsupported[]
}

type Around = Pick<SourceState, 'channel' | 'workerPools' | 'feeds' | 'teams' | 'trust'> & {
  places: (ids: readonly string[]) => Places
  open: (sealed: string) => string
}

/** The steps of a process that are for the target, as documents, and why the others stay. */
export function buildSteps(steps: readonly Step[], around: Around): BuiltSteps {
  const built: BuiltSteps = { steps: [], secrets: [], fates: [], unsupported: [] }
  const docs = steps.map((step) => ({
    kept: stepDoc(step, around, built),
    trigger: step.StartTrigger,
  }))
  built.steps = keptInGroups(docs).map(({ kept, trigger }) => ({ ...kept, startTrigger: trigger }))
  return built
}

/** null where none of its actions is for the target. */
function stepDoc(
  step: Step,
  around: Around,
  built: BuiltSteps,
): Omit<StepDoc, 'startTrigger'> | null {
  const actions = step.Actions.filter((action) => {
    const reason = whyStays(action, around)
    built.fates.push({ Name: action.Name, Fate: reason ? 'Stays' : 'Crosses', Reason: reason })
    return reason === ''
  })
  if (actions.length === 0) return null
  built.unsupported.push(...idsIn(step.Name, step.Properties))
  return {
    ...{ id: step.Id, name: step.Name, slug: step.Slug, condition: step.Condition },
    packageRequirement: step.PackageRequirement,
    ...propertiesDoc(step.Properties, (key) => propertyPath(step.Id, null, key), around, built),
    actions: actions.map((action) => actionDoc(action, step, around, built)),
  }
}

/** Why an action is not for the target, as a sentence; '' when it is. */
function whyStays(action: Action, { channel, places, trust }: Around): string {
  if (action.Channels.length > 0 && !action.Channels.includes(channel.Id))
    return `It does not run for releases of the channel '${channel.Name}'.`
  if (action.Environments.length > 0) {
    const { isWhole, names } = places(action.Environments)
    if (!isWhole && names.length === 0)
      return `It runs only in environments that are not in '${trust.Name}'.`
  }
  if (places(action.ExcludedEnvironments).isWhole) return `It does not run in '${trust.Name}'.`
  if (action.IsDisabled && !isKnownType(action.ActionType))
    return `It is disabled, and of the kind '${action.ActionType}', which Tako does not know.`
  return ''
}

function actionDoc(action: Action, step: Step, around: Around, built: BuiltSteps): ActionDoc {
  const { places, workerPools } = around
  built.unsupported.push(...whatIsUnsupported(action))
  const limited = places(action.Environments)
  const pool = workerPools.find(({ Id }) => Id === action.WorkerPoolId)
  if (action.WorkerPoolId !== null && !pool)
    built.unsupported.push(
      lost('WorkerPool', action.WorkerPoolId, `The worker pool of the step '${action.Name}'`),
    )
  const path = (key: string) => propertyPath(step.Id, action.Id, key)
  const { teams, rest } = withoutTeams(action, around, built)
  built.unsupported.push(...idsIn(action.Name, rest))
  return {
    ...{ id: action.Id, name: action.Name, slug: action.Slug, type: action.ActionType },
    ...{ notes: action.Notes, isDisabled: action.IsDisabled, isRequired: action.IsRequired },
    condition: action.Condition,
    workerPool: pool && !pool.IsDefault ? pool.Name : null,
    workerPoolVariable: action.WorkerPoolVariable,
    environments: limited.isWhole ? [] : limited.names,
    excludedEnvironments: places(action.ExcludedEnvironments).names,
    tenantTags: action.TenantTags,
    teams,
    packages: action.Packages.map((one) => packageReferenceDoc(one, action, around, built)),
    ...propertiesDoc(rest, path, around, built),
  }
}

function packageReferenceDoc(
  reference: PackageReference,
  { Name }: Action,
  { feeds }: Around,
  { unsupported }: BuiltSteps,
): PackageReferenceDoc {
  const { PackageId, FeedId } = reference
  const feed = feedDocOf(FeedId, feeds)
  if (!feed)
    unsupported.push(
      lost('Feed', FeedId ?? '', `The feed of the package '${PackageId}' of the step '${Name}'`),
    )
  if (isExpression(PackageId))
    unsupported.push({
      kind: 'Package',
      name: PackageId,
      reason: `The step '${Name}' says only when it runs which package '${PackageId}' is.`,
    })
  return {
    ...{ id: reference.Id, name: reference.Name, packageId: PackageId },
    feed: feed ?? { kind: '', name: '' },
    acquisitionLocation: reference.AcquisitionLocation,
    properties: reference.Properties,
    version: reference.Version,
  }
}

/** The feed with this id; no id is the built-in one. */
export function feedDocOf(feedId: string | null, feeds: SourceState['feeds']): FeedDoc | undefined {
  const builtIn = feeds.find(({ FeedType }) => FeedType === 'BuiltIn')
  const feed = isBuiltIn(feedId, builtIn?.Id ?? '')
    ? builtIn
    : feeds.find(({ Id }) => Id === feedId)
  return feed && { kind: feed.FeedType, name: feed.Name }
}

/** The teams that an action names, and its properties without them and without the feed, which its package names. */
function withoutTeams(
  { Name, Properties, Packages }: Action,
  { teams, feeds }: Around,
  { unsupported }: BuiltSteps,
) {
  const found: Record<string, string[]> = {}
  for (const property of teamProperties) {
    const ids = textOf(Properties, property)
      .split(',')
      .map((id) => id.trim())
      .filter(Boolean)
    const named = ids.map((id) => teams.find((team) => team.Id === id)?.Name)
    unsupported.push(
      ...ids
        .filter((_, at) => named[at] === undefined)
        .map((id) => lost('Team', id, `A team of the step '${Name}'`)),
    )
    if (ids.length > 0) found[property] = named.filter((name) => name !== undefined)
  }
  const feedId = textOf(Properties, feedProperty)
  if (feedId !== '' && Packages.length === 0 && !feedDocOf(feedId, feeds))
    unsupported.push(lost('Feed', feedId, `The feed of the step '${Name}'`))
  const dropped = new Set<string>([...teamProperties, feedProperty])
  const rest = Object.entries(Properties).filter(([key]) => !dropped.has(key))
  return { teams: found, rest: Object.fromEntries(rest) as Properties }
}

function propertiesDoc(
  properties: Properties,
  path: (key: string) => string,
  { open }: Around,
  { secrets }: BuiltSteps,
) {
  const texts: [string, string][] = []
  const secretProperties: string[] = []
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'string') texts.push([key, value])
    else {
      secretProperties.push(key)
      if (isSealed(value) && value._sealed !== null)
        secrets.push({ path: path(key), value: open(value._sealed) })
    }
  }
  return { properties: Object.fromEntries(texts), secretProperties }
}

/** Properties that name something of this server by its id. */
const idsIn = (owner: string, properties: Properties): Unsupported[] =>
  Object.entries(properties).flatMap(([key, value]): Unsupported[] => {
    const kind = typeof value === 'string' ? kindOfId(value) : undefined
    if (kind === undefined) return []
    const reason = `The step '${owner}' names '${value}' by its id, in the property '${key}'.`
    return [{ kind, name: String(value), reason }]
  })

const lost = (kind: Unsupported['kind'], id: string, what: string): Unsupported => ({
  ...{ kind, name: id },
  reason: `${what} was not found: '${id}'.`,
})
