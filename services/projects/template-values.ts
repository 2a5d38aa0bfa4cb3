/** How the values of templates are changed, and how they are shown. */
import { foldName } from '#domain/name.ts'
import {
  resolveTemplates,
  type TemplateValue,
  type TemplateValues,
  type ValuesByEnvironment,
  type VariableTemplate,
} from '#domain/promotion/variable-templates.ts'
import { seal } from '#store/encryption.ts'
import type {
  BroughtTemplateValue,
  ShownTemplateValue,
  TemplateValueChanges,
} from './templatevalues.contract.ts'

interface Reference {
  Id: string
  Name: string
}
export interface Known {
  templates: readonly VariableTemplate[]
  environments: readonly Reference[]
  pools: readonly Reference[]
}

const MOST_CHARACTERS = 8_000_000

/** What is wrong with changes, a sentence each. */
export function faultsOfChanges(
  changes: readonly TemplateValueChanges[],
  { templates, environments, pools }: Known,
): string[] {
  const byName = new Map(templates.map((template) => [foldName(template.Name), template]))
  return changes.flatMap(({ EnvironmentId, Values }) => [
    ...(environments.some(({ Id }) => Id === EnvironmentId)
      ? []
      : [`Environments: the environment '${EnvironmentId}' was not found.`]),
    ...Values.flatMap(({ Name, Value }) => {
      const template = byName.get(foldName(Name))
      if (!template) return [`Values: the project has no template '${Name}'.`]
      if (template.Type !== 'WorkerPool' || !Value || pools.some(({ Id }) => Id === Value))
        return []
      return [`Values: '${Name}' is the worker pool '${Value}', which was not found.`]
    }),
  ])
}

/** The values after changes. Throws nothing: what is wrong with them was told before. */
export function changedValues(
  before: ValuesByEnvironment,
  changes: readonly TemplateValueChanges[],
  templates: readonly VariableTemplate[],
): ValuesByEnvironment {
  const secrets = new Set(
    templates.filter(({ Type }) => Type === 'Sensitive').map(({ Name }) => foldName(Name)),
  )
  const after = { ...before }
  for (const { EnvironmentId, Values } of changes) {
    const values: TemplateValues = { ...after[EnvironmentId] }
    for (const { Name, Value, HasValue } of Values) {
      const key = foldName(Name)
      const isKept = secrets.has(key) && !Value && HasValue !== false
      if (isKept) continue
      if (!Value) delete values[key]
      else values[key] = secrets.has(key) ? { Value: null, _sealed: seal(Value) } : { Value }
    }
    if (before[EnvironmentId] || Object.keys(values).length > 0) after[EnvironmentId] = values
  }
  return after
}

/** The values that an import brings, by environment. */
export function broughtValues(brought: readonly BroughtTemplateValue[]): ValuesByEnvironment {
  const values: ValuesByEnvironment = {}
  for (const { EnvironmentId, Name, Value, _sealed } of brought) {
    const value: TemplateValue = _sealed ? { Value: null, _sealed } : { Value }
    values[EnvironmentId] = { ...values[EnvironmentId], [foldName(Name)]: value }
  }
  return values
}

/** What the one has, and what the other has goes before it. */
export const mergedValues = (
  one: ValuesByEnvironment,
  other: ValuesByEnvironment,
): ValuesByEnvironment => ({
  ...one,
  ...Object.fromEntries(
    Object.entries(other).map(([id, values]) => [id, { ...one[id], ...values }]),
  ),
})

/** Whether they are more than a document should hold. */
export const isTooMuch = (values: ValuesByEnvironment): boolean =>
  JSON.stringify(values).length > MOST_CHARACTERS

/** The templates with what an environment has for them. */
export const shownValues = (
  templates: readonly VariableTemplate[],
  values: TemplateValues | undefined,
): ShownTemplateValue[] =>
  resolveTemplates(templates, values).map(({ template: { Name }, value, state }) => ({
    Name,
    Value: state === 'filled' ? (value?.Value ?? null) : null,
    HasValue: state === 'filled',
    State: state,
  }))
