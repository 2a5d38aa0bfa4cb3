import type { Secret } from '#domain/bundle/secrets.ts'
import { foldName } from '#domain/name.ts'
import type { Scope } from '#domain/variable-scope.ts'
import type { TemplateDoc, ValueKind, VariableDoc } from './content.ts'
import type { FrozenVariable } from './frozen.ts'
import type { Places } from './remote-places.ts'
import { variablePath } from './secret-paths.ts'
import type { SourceState } from './source-state.ts'
import { kindOfId, type Unsupported } from './unsupported.ts'
import type { TemplateType, VariableTemplate } from './variable-templates.ts'

/** What becomes of one value. Names may repeat: a name can have several values. */
export interface VariableFate {
  Name: string
  Fate: 'Crosses' | 'Stays' | 'Template'
  /** '' for what crosses as it is. */
  Reason: string
}

export interface BuiltVariables {
  variables: VariableDoc[]
  templates: TemplateDoc[]
  secrets: Secret[]
  fates: VariableFate[]
  warnings: string[]
  unsupported: Unsupported[]
}

type Around = Pick<
  SourceState,
  'variables' | 'templates' | 'channel' | 'workerPools' | 'project' | 'trust'
> & {
  places: (ids: readonly string[]) => Places
  open: (sealed: string) => string
  /** The names of the actions that cross, by their ids. */
  actions: ReadonlyMap<string, string>
}

/** The variables that cross, those that are asked for in the target instead, and why the others stay. */
export function buildVariables(around: Around): BuiltVariables {
  const built: BuiltVariables = {
    variables: [],
    templates: around.templates.map(templateDoc),
    ...{ secrets: [], fates: [], warnings: [], unsupported: [] },
  }
  const crossing: { variable: FrozenVariable; doc: VariableDoc }[] = []
  for (const variable of around.variables) {
    const { Name } = variable
    const reason = whyStays(variable.Scope, around)
    if (reason !== '') {
      built.fates.push({ Name, Fate: 'Stays', Reason: reason })
      continue
    }
    const kind = kindOf(variable, around)
    if (typeof kind !== 'string') built.unsupported.push(kind)
    else if (variable.NotPromoted === true) askFor(variable, kind, built)
    else {
      built.fates.push({ Name, Fate: 'Crosses', Reason: '' })
      crossing.push({ variable, doc: variableDoc(variable, kind, around) })
    }
  }
  for (const { variable, doc } of inOrder(crossing)) {
    built.variables.push(doc)
    if (doc.kind === 'secret' && variable._sealed)
      built.secrets.push({ path: variablePath(doc.id), value: around.open(variable._sealed) })
    if (doc.kind === 'text' && doc.value !== null && kindOfId(doc.value) !== undefined)
      built.warnings.push(
        `The value of '${doc.name}' is the id '${doc.value}', which means nothing in '${around.trust.Name}'.`,
      )
  }
  return built
}

/** Why a value is not for the target, as a sentence; '' when it is. */
function whyStays(scope: Scope, { places, actions, channel, project, trust }: Around): string {
  const { Environment = [], Machine = [], Action = [], Channel = [], ProcessOwner = [] } = scope
  if (ProcessOwner.length > 0 && !ProcessOwner.includes(project.Id))
    return 'It is for runbooks alone.'
  if (Channel.length > 0 && !Channel.includes(channel.Id))
    return `It is not for releases of the channel '${channel.Name}'.`
  if (Machine.length > 0) return 'It is for deployment targets of this space.'
  if (Action.length > 0 && !Action.some((id) => actions.has(id)))
    return 'The steps that it is for do not cross.'
  const { isWhole, names } = places(Environment)
  if (Environment.length > 0 && !isWhole && names.length === 0)
    return `It is for environments that are not in '${trust.Name}'.`
  return ''
}

const accounts = /Account$/

function kindOf(
  { Name, Type, IsSensitive, Value }: FrozenVariable,
  { workerPools }: Around,
): ValueKind | Unsupported {
  if (IsSensitive || Type === 'Sensitive') return 'secret'
  if (Type === 'String') return 'text'
  if (Type === 'WorkerPool') {
    if (!Value) return 'text'
    if (workerPools.some(({ Id }) => Id === Value)) return 'workerPool'
    const reason = `The worker pool of the variable '${Name}' was not found: '${Value}'.`
    return { kind: 'WorkerPool', name: Value, reason }
  }
  const [kind, what] = accounts.test(Type)
    ? (['Account', 'an account'] as const)
    : Type === 'Certificate'
      ? (['Certificate', 'a certificate'] as const)
      : (['VariableType', `of the type '${Type}'`] as const)
  return {
    kind,
    name: Name,
    reason: `The variable '${Name}' is ${what}, which cannot be promoted.`,
  }
}

/** A value that stays, and that the target is asked for. One need for all values of a name. */
function askFor({ Id, Name, Description }: FrozenVariable, kind: ValueKind, built: BuiltVariables) {
  const isAsked = built.templates.some((template) => foldName(template.name) === foldName(Name))
  const Reason = `It is not promoted: the target is asked for it.`
  built.fates.push({ Name, Fate: 'Template', Reason })
  if (isAsked) return
  const types: Record<ValueKind, TemplateType> = {
    ...{ text: 'String', secret: 'Sensitive', workerPool: 'WorkerPool' },
  }
  built.templates.push({
    ...{ id: Id, name: Name, label: '', helpText: Description ?? '', type: types[kind] },
    ...{ defaultValue: null, isRequired: true },
  })
}

const templateDoc = (template: VariableTemplate): TemplateDoc => ({
  ...{ id: template.Id, name: template.Name, label: template.Label, type: template.Type },
  helpText: template.HelpText,
  // A default that is an id of this server means nothing in another.
  defaultValue: template.Type === 'String' ? template.DefaultValue : null,
  isRequired: template.IsRequired,
})

function variableDoc(variable: FrozenVariable, kind: ValueKind, around: Around): VariableDoc {
  const { Prompt, Scope } = variable
  const { isWhole, names } = around.places(Scope.Environment ?? [])
  return {
    ...{ id: variable.Id, name: variable.Name, kind, type: variable.Type },
    value: writtenValue(variable, kind, around),
    ...{ description: variable.Description, isEditable: variable.IsEditable },
    prompt: Prompt && {
      ...{ label: Prompt.Label, description: Prompt.Description, isRequired: Prompt.Required },
      displaySettings: Prompt.DisplaySettings,
    },
    scope: {
      environments: isWhole ? [] : names,
      roles: Scope.Role ?? [],
      actions: (Scope.Action ?? []).flatMap((id) => around.actions.get(id) ?? []),
      tenantTags: Scope.TenantTag ?? [],
    },
  }
}

function writtenValue({ Value }: FrozenVariable, kind: ValueKind, { workerPools }: Around) {
  if (kind === 'secret') return null
  if (kind === 'text') return Value
  const pool = workerPools.find(({ Id }) => Id === Value)
  // Without a name: the default pool of the target.
  return pool && !pool.IsDefault ? pool.Name : null
}

/**
 * Where values apply alike, the first is taken. A scope that is dropped has made a value more specific
 * than those without it: it goes before them, so that what it was chosen for still gets it.
 */
function inOrder<T extends { variable: FrozenVariable; doc: VariableDoc }>(crossing: T[]): T[] {
  const weight = ({ variable: { Scope }, doc }: T) =>
    Number(isGiven(Scope.Environment) && doc.scope.environments.length === 0) * 4 +
    Number(isGiven(Scope.Channel)) * 2 +
    Number(isGiven(Scope.ProcessOwner))
  return crossing.toSorted((one, other) => weight(other) - weight(one))
}

const isGiven = (entries: readonly string[] | undefined) => (entries?.length ?? 0) > 0
