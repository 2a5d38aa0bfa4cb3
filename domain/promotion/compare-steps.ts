import type { Action, Properties, Step } from '#domain/process.ts'
import { isSealed } from '#domain/process-secrets.ts'
import {
  differences,
  type Field,
  type FieldDifference,
  type Fields,
  flag,
} from './compare-fields.ts'
import { keptInOrder, paired } from './pairs.ts'

/** A step that is not as it was. */
export interface StepComparison {
  Name: string
  Change: 'Added' | 'Removed' | 'Changed' | 'Moved'
  /** Its places among the steps, from 1; null where it is not there. */
  BeforeNumber: number | null
  AfterNumber: number | null
  /** Whether it has another place among the steps that both have. */
  IsMoved: boolean
  Differences: FieldDifference[]
}

/** Gives the name of something by its id; the id itself where it has none. */
export type NameOf = (id: string) => string

/** The steps that differ, in their new order, those that are gone after them. */
export function compareSteps(
  before: readonly Step[],
  after: readonly Step[],
  nameOf: NameOf,
): StepComparison[] {
  const pairs = paired(before, after)
  const places = new Map(before.map((step, at) => [step, at]))
  const common = pairs.filter(({ before: was, after: is }) => was && is)
  const kept = keptInOrder(common.map(({ before: was }) => (was && places.get(was)) ?? -1))
  const moved = new Set(common.filter((_, at) => !kept.has(at)))
  return pairs.flatMap((pair): StepComparison[] => {
    const { before: was, after: is } = pair
    const Differences = differencesOfStep(was, is, nameOf)
    const IsMoved = moved.has(pair)
    if (was && is && Differences.length === 0 && !IsMoved) return []
    return [
      {
        Name: (is ?? was)?.Name ?? '',
        Change: !was ? 'Added' : !is ? 'Removed' : Differences.length > 0 ? 'Changed' : 'Moved',
        BeforeNumber: was ? before.indexOf(was) + 1 : null,
        AfterNumber: is ? after.indexOf(is) + 1 : null,
        ...{ IsMoved, Differences },
      },
    ]
  })
}

function differencesOfStep(
  before: Step | undefined,
  after: Step | undefined,
  nameOf: NameOf,
): FieldDifference[] {
  return [
    ...differences('', fieldsOfStep(before), fieldsOfStep(after)),
    ...paired(before?.Actions ?? [], after?.Actions ?? []).flatMap(({ before: was, after: is }) =>
      differences((is ?? was)?.Name ?? '', fieldsOfAction(was, nameOf), fieldsOfAction(is, nameOf)),
    ),
  ]
}

const fieldsOfStep = (step: Step | undefined): Fields =>
  new Map<string, Field>(
    step
      ? [
          ['Name', step.Name],
          ['Condition', step.Condition],
          ['StartTrigger', step.StartTrigger],
          ['PackageRequirement', step.PackageRequirement],
          ...propertyFields(step.Properties),
        ]
      : [],
  )

function fieldsOfAction(action: Action | undefined, nameOf: NameOf): Fields {
  if (!action) return new Map()
  const names = (ids: readonly string[]) => ids.map(nameOf).sort().join(', ')
  const { Image, FeedId, GitUrl, Dockerfile } = action.Container
  return new Map<string, Field>([
    ['Name', action.Name],
    ['ActionType', action.ActionType],
    ['Notes', action.Notes ?? ''],
    ['IsDisabled', flag(action.IsDisabled)],
    ['IsRequired', flag(action.IsRequired)],
    ['Condition', action.Condition],
    ['WorkerPool', action.WorkerPoolId === null ? '' : nameOf(action.WorkerPoolId)],
    ['WorkerPoolVariable', action.WorkerPoolVariable ?? ''],
    ['Container', [Image, FeedId && nameOf(FeedId), GitUrl, Dockerfile].filter(Boolean).join('\n')],
    ['Environments', names(action.Environments)],
    ['ExcludedEnvironments', names(action.ExcludedEnvironments)],
    ['Channels', names(action.Channels)],
    ['TenantTags', action.TenantTags.toSorted().join(', ')],
    ['GitDependencies', jsonOf(action.GitDependencies)],
    ['Inputs', jsonOf(action.Inputs ?? {})],
    ...action.Packages.flatMap(({ Name, ...reference }): [string, Field][] => {
      const field = (what: string) => `Packages[${Name}].${what}`
      return [
        [field('PackageId'), reference.PackageId],
        [field('Feed'), reference.FeedId ? nameOf(reference.FeedId) : ''],
        [field('AcquisitionLocation'), reference.AcquisitionLocation],
        [field('Version'), reference.Version ?? ''],
        ...Object.entries(reference.Properties).map(([key, value]): [string, Field] => [
          ...([field(key), value] as const),
        ]),
      ]
    }),
    ...propertyFields(action.Properties, nameOf),
  ])
}

const jsonOf = (value: object) =>
  Object.keys(value).length === 0 ? '' : JSON.stringify(value, null, 2)

/** Ids in properties are told by name, as everywhere. */
const propertyFields = (properties: Properties, nameOf: NameOf = (id) => id): [string, Field][] =>
  Object.entries(properties).map(([key, value]) => [
    key,
    typeof value !== 'string'
      ? { secret: isSealed(value) ? value._sealed : null }
      : /Id$/.test(key)
        ? nameOf(value)
        : /Ids$/.test(key)
          ? value
              .split(',')
              .map((id) => nameOf(id.trim()))
              .join(', ')
          : value,
  ])
