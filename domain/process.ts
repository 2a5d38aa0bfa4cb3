import { foldName } from './name.ts'

/** A sensitive text as clients send and get it: it is never told, `NewValue` only sets it. */
export interface SensitiveValue {
  HasValue: boolean
  NewValue: string | null
  Hint: string | null
}

/** A sensitive text as it is stored; null is one that has been cleared. */
export interface SealedValue {
  _sealed: string | null
}

export type PropertyValue = string | SensitiveValue | SealedValue
export type Properties = Record<string, PropertyValue>

export const stepConditions = ['Success', 'Failure', 'Always', 'Variable'] as const
export const actionConditions = ['Success', 'Variable'] as const
export const startTriggers = ['StartAfterPrevious', 'StartWithPrevious'] as const
export const packageRequirements = [
  'LetOctopusDecide',
  'BeforePackageAcquisition',
  'AfterPackageAcquisition',
] as const

export interface PackageReference {
  Id: string
  /** '' for the primary package. */
  Name: string
  PackageId: string
  FeedId: string | null
  /** Server, ExecutionTarget, NotAcquired, or an expression. */
  AcquisitionLocation: string
  Properties: Record<string, string>
  Version: string | null
  StepPackageInputsReferenceId: string | null
}

export interface Action {
  Id: string
  Name: string
  Slug: string
  ActionType: string
  Notes: string | null
  IsDisabled: boolean
  IsRequired: boolean
  CanBeUsedForProjectVersioning: boolean
  WorkerPoolId: string | null
  WorkerPoolVariable: string | null
  Container: {
    Image: string | null
    FeedId: string | null
    GitUrl: string | null
    Dockerfile: string | null
  }
  Environments: string[]
  ExcludedEnvironments: string[]
  Channels: string[]
  TenantTags: string[]
  Packages: PackageReference[]
  GitDependencies: Record<string, unknown>[]
  Condition: (typeof actionConditions)[number]
  Properties: Properties
  StepPackageVersion: string | null
  Inputs: Record<string, unknown> | null
}

export interface Step {
  Id: string
  Name: string
  Slug: string
  PackageRequirement: (typeof packageRequirements)[number]
  Properties: Properties
  Condition: (typeof stepConditions)[number]
  StartTrigger: (typeof startTriggers)[number]
  Actions: Action[]
}

/** As it is shown to people: '2' for the only action of the second step, '3.1' for one of several. */
export const actionNumber = (step: number, action: number, actions: number): string =>
  actions > 1 ? `${step + 1}.${action + 1}` : `${step + 1}`

/** The text of a property; sensitive ones and those not set are ''. */
export function textOf(properties: Properties, name: string): string {
  const value = Object.hasOwn(properties, name) ? properties[name] : undefined
  return typeof value === 'string' ? value : ''
}

const limits = { steps: 500, actions: 1000, name: 200, key: 500, text: 8_000_000 }

/** What is wrong with the steps of a process, a sentence each. The steps are complete. */
export function faultsOfProcess(steps: readonly Step[]): string[] {
  const actions = steps.flatMap((step) => step.Actions)
  const tooBig = faultsOfSize(steps, actions)
  if (tooBig.length > 0) return tooBig
  return [
    ...faultsOfNames('step', steps),
    ...faultsOfNames('action', actions),
    ...faultsOfIds([...steps, ...actions]),
    ...steps.flatMap(faultsOfStep),
    ...actions.flatMap(faultsOfAction),
  ]
}

function faultsOfNames(kind: string, things: readonly { Name: string }[]): string[] {
  const names = things.map(({ Name }) => foldName(Name))
  return [
    ...things.flatMap(({ Name }, index) =>
      Name === '' ? [`The ${kind} number ${index + 1} needs a name.`] : [],
    ),
    ...things
      .filter(({ Name }) => Name.length > limits.name)
      .map(({ Name }) => `The name '${Name.slice(0, 50)}…' is over ${limits.name} characters.`),
    ...things
      .filter(({ Name }, index) => Name !== '' && names.indexOf(foldName(Name)) < index)
      .map(({ Name }) => `Another ${kind} is named '${Name}'.`),
  ]
}

const faultsOfIds = (things: readonly { Id: string; Name: string }[]): string[] =>
  repeated(things.map(({ Id }) => Id)).map(
    (id) => `The id '${id}' occurs twice: leave the id of a new step or action empty.`,
  )

const repeated = (texts: string[]): string[] => [
  ...new Set(texts.filter((text, index) => texts.indexOf(text) < index)),
]

function faultsOfStep(step: Step): string[] {
  return [
    ...oneOf(`The condition of the step '${step.Name}'`, step.Condition, stepConditions),
    ...oneOf(`The start trigger of the step '${step.Name}'`, step.StartTrigger, startTriggers),
    ...oneOf(
      `The package requirement of the step '${step.Name}'`,
      step.PackageRequirement,
      packageRequirements,
    ),
    ...(step.Actions.length === 0 ? [`The step '${step.Name}' needs an action.`] : []),
  ]
}

function faultsOfAction(action: Action): string[] {
  const references = action.Packages.map(({ Name }) => foldName(Name))
  return [
    ...oneOf(`The condition of the action '${action.Name}'`, action.Condition, actionConditions),
    ...(action.ActionType === '' ? [`The action '${action.Name}' needs an action type.`] : []),
    ...(action.Packages.some(({ PackageId }) => PackageId === '')
      ? [`A package of the action '${action.Name}' needs a package id.`]
      : []),
    ...(action.Packages.some(({ PackageId }) => PackageId.length > limits.name)
      ? [`A package id of the action '${action.Name}' is over ${limits.name} characters.`]
      : []),
    ...repeated(references).map((name) =>
      name === ''
        ? `Two packages of the action '${action.Name}' have no name.`
        : `Two packages of the action '${action.Name}' are named '${name}'.`,
    ),
  ]
}

const oneOf = (what: string, value: string, allowed: readonly string[]): string[] =>
  allowed.includes(value) ? [] : [`${what} is '${value}': it must be ${listOf(allowed)}.`]

const listOf = (texts: readonly string[]) =>
  texts.length > 1 ? `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}` : texts.join()

function faultsOfSize(steps: readonly Step[], actions: readonly Action[]): string[] {
  const entries = [...steps, ...actions].flatMap(({ Properties }) => Object.entries(Properties))
  const size = entries.reduce((sum, [, value]) => sum + sizeOf(value), 0)
  const longKeys = entries.filter(([key]) => key.length > limits.key)
  return [
    ...(steps.length > limits.steps ? [`A process has at most ${limits.steps} steps.`] : []),
    ...(actions.length > limits.actions
      ? [`A process has at most ${limits.actions} actions.`]
      : []),
    ...longKeys.map(([key]) => `The property '${key.slice(0, 50)}…' has too long a name.`),
    ...(size > limits.text
      ? [`The scripts and properties of a process have at most ${limits.text} characters.`]
      : []),
  ]
}

const sizeOf = (value: PropertyValue): number =>
  typeof value === 'string' ? value.length : 'NewValue' in value ? (value.NewValue?.length ?? 0) : 0
