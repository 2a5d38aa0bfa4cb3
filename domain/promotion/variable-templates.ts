/** Declared needs of a value: a process asks for them, and each environment answers for itself. */
import { foldName } from '#domain/name.ts'

/** What the value of a template can be. Of a secret the text, of a worker pool its id. */
export const templateTypes = ['String', 'Sensitive', 'WorkerPool'] as const
export type TemplateType = (typeof templateTypes)[number]

/** A need of a value. The value is that of the variable `Name` in the environment that gives it. */
export interface VariableTemplate {
  Id: string
  Name: string
  /** What people are asked; '' is the name. */
  Label: string
  HelpText: string
  Type: TemplateType
  /** null: none. A secret never has one. */
  DefaultValue: string | null
  /** Without a value there is no deployment to the environment. */
  IsRequired: boolean
}

/** A value as it is stored: of a secret the sealed text alone. */
export interface TemplateValue {
  Value: string | null
  _sealed?: string | null
}

/** The values of one environment, by `foldName` of the template's name. */
export type TemplateValues = Record<string, TemplateValue>

/** The same by the ids of environments. */
export type ValuesByEnvironment = Record<string, TemplateValues>

export type TemplateState = 'filled' | 'default' | 'missing' | 'empty'

/** A template with what an environment has for it; `value` is null where it has nothing. */
export interface ResolvedTemplate {
  template: VariableTemplate
  value: TemplateValue | null
  /** `missing` is required, `empty` is not. */
  state: TemplateState
}

/** What each template has in an environment. A secret that is not sealed is no value. */
export const resolveTemplates = (
  templates: readonly VariableTemplate[],
  values: TemplateValues = {},
): ResolvedTemplate[] => templates.map((template) => resolved(template, givenFor(template, values)))

/** The value that was given for a template, if it has one of its kind. */
function givenFor({ Name, Type }: VariableTemplate, values: TemplateValues): TemplateValue | null {
  const key = foldName(Name)
  const value = Object.hasOwn(values, key) ? values[key] : undefined
  if (!value) return null
  if (Type === 'Sensitive') return value._sealed ? { Value: null, _sealed: value._sealed } : null
  return value.Value === null || value.Value === '' ? null : { Value: value.Value }
}

function resolved(template: VariableTemplate, value: TemplateValue | null): ResolvedTemplate {
  if (value) return { template, value, state: 'filled' }
  const { DefaultValue, IsRequired, Type } = template
  if (Type !== 'Sensitive' && DefaultValue !== null && DefaultValue !== '')
    return { template, value: { Value: DefaultValue }, state: 'default' }
  return { template, value: null, state: IsRequired ? 'missing' : 'empty' }
}

const limits = { templates: 1000, name: 1000 } as const

/** What is wrong with the templates of a set of variables, a sentence each. */
export function faultsOfTemplates(templates: readonly VariableTemplate[]): string[] {
  if (templates.length > limits.templates)
    return [`A set of variables has at most ${limits.templates} templates.`]
  const names = templates.map(({ Name }) => foldName(Name))
  const ids = templates.map(({ Id }) => Id)
  return templates.flatMap(({ Id, Name, Type, DefaultValue }, at) => [
    ...(Name.trim() === '' ? [`Templates: the one at position ${at + 1} needs a name.`] : []),
    ...(Name.length > limits.name
      ? [`Templates: the name '${Name.slice(0, 50)}…' is too long.`]
      : []),
    ...(Name.trim() !== '' && names.indexOf(names[at] ?? '') < at
      ? [`Templates: another one is named '${Name}'.`]
      : []),
    ...(ids.indexOf(Id) < at
      ? [`Templates: two have the id '${Id}': leave the id of a new one empty.`]
      : []),
    ...(templateTypes.includes(Type)
      ? []
      : [`Templates: '${Name}' has the type '${Type}': it must be ${templateTypes.join(', ')}.`]),
    ...(Type === 'Sensitive' && DefaultValue
      ? [`Templates: '${Name}' is a secret, which has no default value.`]
      : []),
  ])
}

/** Why a deployment to an environment cannot be: one sentence for each value that is missing. */
export const missingIn = (environment: string, resolved: readonly ResolvedTemplate[]): string[] =>
  resolved
    .filter(({ state }) => state === 'missing')
    .map(({ template }) => `'${template.Label || template.Name}' needs a value in ${environment}.`)

/** A value as the variable that it is: of the template's name, in that environment alone. */
export interface TemplateVariable {
  Id: string
  Name: string
  Type: TemplateType
  Value: string | null
  _sealed?: string | null
  IsSensitive: boolean
  Scope: { Environment: string[] }
}

/** The variables that templates come to in an environment; what has no value is none. */
export const variablesOf = (
  environmentId: string,
  resolved: readonly ResolvedTemplate[],
): TemplateVariable[] =>
  resolved.flatMap(({ template: { Id, Name, Type }, value }) =>
    value
      ? [
          {
            ...{ Id, Name, Type, ...value },
            IsSensitive: Type === 'Sensitive',
            Scope: { Environment: [environmentId] },
          },
        ]
      : [],
  )
