import { foldName } from './name.ts'
import { withPrimaryPackage } from './primary-package.ts'
import type { Action, PackageReference, Properties, PropertyValue, Step } from './process.ts'
import { slugOf } from './slug.ts'

/** A part of a request: any field may be missing or null, which means the same. */
type Loose<T> = { [Key in keyof T]?: unknown }

export type StepBody = Loose<Step>

const text = { type: 'string', optional: true, nullable: true } as const
const flag = { type: 'boolean', optional: true, nullable: true, convert: true } as const
const texts = { type: 'array', items: 'string', optional: true, nullable: true } as const
const property = { type: 'any', optional: true, nullable: true } as const
const properties = {
  type: 'record',
  key: 'string',
  value: property,
  optional: true,
  nullable: true,
} as const
const object = { type: 'object', optional: true, nullable: true } as const

const packageRule = {
  ...object,
  props: {
    ...{ Id: text, Name: text, PackageId: text, FeedId: text, AcquisitionLocation: text },
    ...{ Properties: properties, Version: text, StepPackageInputsReferenceId: text },
  },
} as const

const actionRule = {
  type: 'object',
  props: {
    ...{ Id: text, Name: text, Slug: text, ActionType: text, Notes: text },
    ...{ IsDisabled: flag, IsRequired: flag, WorkerPoolId: text, WorkerPoolVariable: text },
    Container: { ...object, props: { Image: text, FeedId: text, GitUrl: text, Dockerfile: text } },
    ...{ Environments: texts, ExcludedEnvironments: texts, Channels: texts, TenantTags: texts },
    Packages: { type: 'array', items: packageRule, optional: true, nullable: true },
    GitDependencies: { type: 'array', items: 'object', optional: true, nullable: true },
    ...{ Condition: text, Properties: properties, StepPackageVersion: text, Inputs: object },
  },
} as const

/** What the steps of a request must be, for the validator; `completeSteps` takes what it lets through. */
export const stepsRule = {
  type: 'array',
  items: {
    type: 'object',
    props: {
      ...{ Id: text, Name: text, Slug: text, PackageRequirement: text, Condition: text },
      ...{ StartTrigger: text, Properties: properties },
      Actions: { type: 'array', items: actionRule, optional: true, nullable: true },
    },
  },
} as const

/**
 * Gives the steps of a request all their fields: defaults, ids, slugs. What comes without an id
 * is the step or action of that name in `previous`, or else new.
 */
export function completeSteps(
  bodies: readonly StepBody[],
  previous: readonly Step[],
  newGuid: () => string,
): Step[] {
  const before = previous.flatMap((step) => step.Actions)
  const past = new Map(before.map((action) => [action.Id, action]))
  const asked = bodies.map((body) => ({ body, actions: objects(body.Actions) }))
  const steps = identities(
    asked.map(({ body }) => body),
    previous,
    newGuid,
  )
  const actions = identities(
    asked.flatMap(({ body, actions }) =>
      // One action looks like its step: it may go by the step's name.
      actions.map((action) =>
        actions.length === 1 ? { Name: body.Name, ...given(action) } : action,
      ),
    ),
    before,
    newGuid,
  )
  return asked.map(({ body, actions: mine }, index) => {
    // biome-ignore lint/style/noNonNullAssertion: there is an identity for each body, in order
    const identity = steps[index]!
    const named = actions.splice(0, mine.length)
    return {
      ...identity,
      // Texts that are no such thing are faults, told by `faultsOfProcess`.
      PackageRequirement: textOr(body.PackageRequirement, 'LetOctopusDecide'),
      Properties: completeProperties(body.Properties),
      Condition: textOr(body.Condition, 'Success'),
      StartTrigger: textOr(body.StartTrigger, 'StartAfterPrevious'),
      Actions: mine.map((action, at) => {
        // biome-ignore lint/style/noNonNullAssertion: as above
        const identity = named[at]!
        return { ...identity, ...completeAction(action, past.get(identity.Id), newGuid) }
      }),
    } as Step
  })
}

interface Identity {
  Id: string
  Name: string
  Slug: string
}

function identities(
  bodies: readonly Loose<Identity>[],
  previous: readonly Identity[],
  newGuid: () => string,
): Identity[] {
  const ids = new Set(bodies.map(({ Id }) => textOr(Id, '')))
  const byName = new Map(previous.map((thing) => [foldName(thing.Name), thing]))
  const byId = new Map(previous.map((thing) => [thing.Id, thing]))
  const slugs = new Set(bodies.map(({ Slug }) => textOr(Slug, '')))
  const freeSlug = slugMaker(slugs)
  return bodies.map((body) => {
    const Name = textOr(body.Name, '').trim()
    const namesake = byName.get(foldName(Name))
    const heir = namesake && !ids.has(namesake.Id) ? namesake.Id : ''
    const Id = textOr(body.Id, '') || heir || newGuid()
    ids.add(Id)
    const kept = byId.get(Id)?.Slug ?? ''
    const Slug = textOr(body.Slug, '') || (kept !== '' && !slugs.has(kept) ? kept : freeSlug(Name))
    slugs.add(Slug)
    return { Id, Name, Slug }
  })
}

/** Makes slugs that none of `taken` is: 'deploy', then 'deploy-2'. */
function slugMaker(taken: ReadonlySet<string>): (name: string) => string {
  const numbers = new Map<string, number>()
  return (name) => {
    const slug = slugOf(name) || 'step'
    let number = numbers.get(slug) ?? 1
    while (taken.has(number === 1 ? slug : `${slug}-${number}`)) number++
    numbers.set(slug, number)
    return number === 1 ? slug : `${slug}-${number}`
  }
}

function completeAction(
  body: Loose<Action>,
  before: Action | undefined,
  newGuid: () => string,
): Omit<Action, keyof Identity> {
  const container = objectOr(body.Container)
  const ids = new Map(before?.Packages.map(({ Name, Id }) => [foldName(Name), Id]))
  const Packages = objects(body.Packages).map((one) => completePackage(one, ids, newGuid))
  const Properties = completeProperties(body.Properties)
  const packaged = withPrimaryPackage({ Packages, Properties }, before, newGuid)
  return {
    ActionType: textOr(body.ActionType, ''),
    Notes: textOrNull(body.Notes),
    IsDisabled: body.IsDisabled === true,
    IsRequired: body.IsRequired === true,
    CanBeUsedForProjectVersioning: packaged.Packages.length > 0,
    WorkerPoolId: textOrNull(body.WorkerPoolId),
    WorkerPoolVariable: textOrNull(body.WorkerPoolVariable),
    Container: {
      Image: textOrNull(container.Image),
      FeedId: textOrNull(container.FeedId),
      GitUrl: textOrNull(container.GitUrl),
      Dockerfile: textOrNull(container.Dockerfile),
    },
    Environments: textsOf(body.Environments),
    ExcludedEnvironments: textsOf(body.ExcludedEnvironments),
    Channels: textsOf(body.Channels),
    TenantTags: textsOf(body.TenantTags),
    Packages: packaged.Packages,
    GitDependencies: objects(body.GitDependencies),
    // Told by `faultsOfProcess` when it is no condition.
    Condition: textOr(body.Condition, 'Success') as Action['Condition'],
    Properties: packaged.Properties,
    StepPackageVersion: textOrNull(body.StepPackageVersion),
    Inputs: isObject(body.Inputs) ? body.Inputs : null,
  }
}

/** What comes without an id is the reference of that name in `ids`, or else new. */
function completePackage(
  body: Loose<PackageReference>,
  ids: ReadonlyMap<string, string>,
  newGuid: () => string,
): PackageReference {
  const properties = Object.entries(objectOr(body.Properties))
  const Name = textOr(body.Name, '').trim()
  return {
    Id: textOr(body.Id, '') || ids.get(foldName(Name)) || newGuid(),
    Name,
    PackageId: textOr(body.PackageId, '').trim(),
    FeedId: textOrNull(body.FeedId),
    AcquisitionLocation: textOr(body.AcquisitionLocation, '') || 'Server',
    Properties: Object.fromEntries(
      properties.flatMap(([key, value]) => (isScalar(value) ? [[key, plain(value)]] : [])),
    ),
    Version: textOrNull(body.Version),
    StepPackageInputsReferenceId: textOrNull(body.StepPackageInputsReferenceId),
  }
}

/** A property that is null is not there: clients take a null inside for an empty secret. */
function completeProperties(body: unknown): Properties {
  const entries = Object.entries(objectOr(body)).flatMap(
    ([key, value]): [string, PropertyValue][] => {
      if (isScalar(value)) return [[key, plain(value)]]
      return isObject(value) ? [[key, sensitive(value)]] : []
    },
  )
  return Object.fromEntries(entries)
}

/** A `_sealed` from outside is never taken: it would let one read a secret by moving it. */
function sensitive(body: Record<string, unknown>): PropertyValue {
  const fields = Object.entries(body).map(([key, value]) => [key.toLowerCase(), value] as const)
  const { newvalue, hasvalue } = Object.fromEntries(fields)
  const NewValue = typeof newvalue === 'string' && newvalue !== '' ? newvalue : null
  return { HasValue: NewValue !== null || hasvalue === true, NewValue, Hint: null }
}

const plain = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)

const isScalar = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value)
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const objectOr = (value: unknown) => (isObject(value) ? value : {})
const objects = (value: unknown) => (Array.isArray(value) ? value.filter(isObject) : [])
const textOr = (value: unknown, other: string) => (typeof value === 'string' ? value : other)
const textOrNull = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)
const textsOf = (value: unknown) =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
const given = (body: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== ''))
