import { randomUUID } from 'node:crypto'
import type { VariableTemplate } from '#domain/promotion/variable-templates.ts'
import { faultsOfVariables } from '#domain/variable-faults.ts'
import { type Scope, scopeKinds } from '#domain/variable-scope.ts'
import { seal } from '#store/encryption.ts'
import type {
  Prompt,
  StoredVariable,
  TemplateBody,
  Variable,
  VariableBody,
} from './variables.contract.ts'

const maybe = { optional: true, nullable: true } as const
const text = { type: 'string', ...maybe, max: 10_000 } as const
const flag = { type: 'boolean', ...maybe } as const

/** The validator's rule for the variables of a set. */
export const variablesRule = {
  type: 'array',
  default: [],
  max: 10_000,
  items: {
    type: 'object',
    props: {
      Id: text,
      Name: { type: 'string', trim: true, min: 1, max: 1_000 },
      Value: { type: 'string', ...maybe },
      Description: text,
      Type: text,
      ...{ IsSensitive: flag, IsEditable: flag },
      Prompt: {
        type: 'object',
        ...maybe,
        props: {
          ...{ Label: text, Description: text, Required: flag },
          DisplaySettings: { type: 'record', key: 'string', value: 'string', ...maybe },
        },
      },
      Scope: { type: 'object', ...maybe },
      NotPromoted: flag,
    },
  },
} as const

/** The validator's rule for the templates of a set; without them, those it has stay. */
export const templatesRule = {
  type: 'array',
  optional: true,
  max: 1_000,
  items: {
    type: 'object',
    props: {
      ...{ Id: text, Label: text, HelpText: text, Type: text },
      Name: { type: 'string', trim: true, min: 1, max: 1_000 },
      DefaultValue: { type: 'string', ...maybe, max: 100_000 },
      IsRequired: flag,
    },
  },
} as const

/** Why a variable cannot have its new text sealed: null is kept, a text is new. */
type Draft = Partial<Omit<Variable, 'Prompt'>> & { Prompt?: Partial<Prompt> | null }

/** The variables of a request as they are stored. A secret without a text keeps the one it has. */
export function completeVariables(
  bodies: readonly VariableBody[],
  previous: readonly StoredVariable[],
): StoredVariable[] {
  const before = new Map(previous.map((variable) => [variable.Id, variable]))
  // The validator has seen to the types; what is left is whether a field is given.
  return (bodies as Draft[]).map((body) => {
    const Id = body.Id || randomUUID()
    const isSecret = body.IsSensitive === true || body.Type === 'Sensitive'
    const isKeptHere = body.NotPromoted ?? before.get(Id)?.NotPromoted ?? false
    const variable: StoredVariable = {
      Id,
      Name: body.Name ?? '',
      Value: isSecret ? null : (body.Value ?? null),
      Description: body.Description ?? null,
      Type: isSecret ? 'Sensitive' : body.Type || 'String',
      IsSensitive: isSecret,
      IsEditable: body.IsEditable ?? true,
      Prompt: body.Prompt ? completePrompt(body.Prompt) : null,
      Scope: completeScope(body.Scope ?? {}),
      // Left out where it is not so: a set of before it was known has the same snapshot.
      ...(isKeptHere && { NotPromoted: true }),
    }
    return isSecret ? { ...variable, _sealed: sealed(body.Value, before.get(Id)) } : variable
  })
}

const sealed = (value: string | null | undefined, before: StoredVariable | undefined) =>
  value ? seal(value) : (before?._sealed ?? null)

/** The templates of a request, complete. */
export const completeTemplates = (bodies: readonly TemplateBody[]): VariableTemplate[] =>
  (bodies as Partial<VariableTemplate>[]).map((body) => ({
    Id: body.Id || randomUUID(),
    Name: body.Name ?? '',
    Label: body.Label ?? '',
    HelpText: body.HelpText ?? '',
    Type: body.Type ?? 'String',
    DefaultValue: body.DefaultValue || null,
    IsRequired: body.IsRequired ?? true,
  }))

const completePrompt = (prompt: Partial<Prompt>): Prompt => ({
  Label: prompt.Label ?? null,
  Description: prompt.Description ?? null,
  Required: prompt.Required ?? false,
  DisplaySettings: prompt.DisplaySettings ?? {},
})

/** An empty kind does not restrict, and is left out; a kind that is no kind is a fault later. */
const completeScope = (scope: object): Scope =>
  Object.fromEntries(Object.entries(scope).filter(([, entries]) => !isEmpty(entries)))

const isEmpty = (entries: unknown) =>
  entries === null || entries === undefined || (Array.isArray(entries) && entries.length === 0)

/** Which ids a scope may name; a kind that is not here may have any text. */
export type Choices = Partial<Record<keyof Scope, readonly string[]>>

/** What is wrong with a set. What was scoped to a thing that is gone since may stay so. */
export function faultsOfSet(
  variables: readonly StoredVariable[],
  previous: readonly StoredVariable[],
  choices: Choices,
): string[] {
  const faults = faultsOfVariables(variables)
  if (faults.length > 0) return faults
  const old = new Set(previous.flatMap(({ Scope }) => Object.values(Scope).flat()))
  const ids = new Set<string>()
  const twice = variables.filter(({ Id }) => ids.has(Id) || !ids.add(Id))
  return [
    ...twice.map(({ Id }) => `Two variables have the id '${Id}': leave the id of a new one empty.`),
    ...variables.flatMap(({ Name, Scope }) =>
      scopeKinds.flatMap((kind) =>
        (Scope[kind] ?? [])
          .filter((id) => choices[kind]?.includes(id) === false && !old.has(id))
          .map((id) => `'${Name}' is scoped to the ${kind} '${id}', which was not found.`),
      ),
    ),
  ]
}

/** A variable as clients get it: of a secret, no text. */
export function shownVariable({ _sealed, NotPromoted, ...variable }: StoredVariable): Variable {
  return { ...variable, NotPromoted: NotPromoted ?? false }
}
