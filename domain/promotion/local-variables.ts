import { foldName } from '#domain/name.ts'
import type { Scope } from '#domain/variable-scope.ts'
import type { VariableDoc } from './content.ts'
import type { FrozenVariable } from './frozen.ts'
import { localId } from './local-ids.ts'
import type { LocalNames } from './local-names.ts'
import { variablePath } from './secret-paths.ts'
import type { TargetState } from './target-state.ts'

interface Around {
  projectId: string
  names: LocalNames
  target: TargetState
  /** The sealed secret of a path; null where it has no text. */
  sealed: (path: string) => string | null
  /** The ids of the actions that are there, by `foldName` of their names. */
  actions: ReadonlyMap<string, string>
}

/** The values in the terms of the target, without those for environments and steps that were left out. */
export function localVariables(
  docs: readonly VariableDoc[],
  around: Around,
): { variables: FrozenVariable[]; leftOut: string[] } {
  const leftOut: string[] = []
  const variables = docs.flatMap((doc) => {
    const scope = localScope(doc, around)
    if (scope) return [localVariable(doc, scope, around)]
    leftOut.push(`A value of '${doc.name}' is for environments or steps that are left out.`)
    return []
  })
  return { variables, leftOut }
}

/** null where nothing is left of a kind that restricts the value. */
function localScope({ scope }: VariableDoc, { names, actions }: Around): Scope | null {
  const kinds: [keyof Scope, before: readonly string[], after: string[]][] = [
    ['Environment', scope.environments, names.environments(scope.environments)],
    ['Action', scope.actions, scope.actions.flatMap((name) => actions.get(foldName(name)) ?? [])],
    ['Role', scope.roles, scope.roles],
    ['TenantTag', scope.tenantTags, scope.tenantTags],
  ]
  if (kinds.some(([, before, after]) => before.length > 0 && after.length === 0)) return null
  return Object.fromEntries(
    kinds.filter(([, before]) => before.length > 0).map(([kind, , after]) => [kind, after]),
  )
}

function localVariable(doc: VariableDoc, Scope: Scope, around: Around): FrozenVariable {
  const { names, target, sealed, projectId } = around
  const isSecret = doc.kind === 'secret'
  const defaultPool = target.workerPools.find(({ IsDefault }) => IsDefault)?.Id ?? null
  return {
    Id: localId('variable', projectId, doc.id),
    Name: doc.name,
    Value: doc.kind === 'workerPool' ? (names.workerPool(doc.value) ?? defaultPool) : doc.value,
    Description: doc.description,
    Type: typeOf(doc),
    ...{ IsSensitive: isSecret, IsEditable: doc.isEditable },
    Prompt: doc.prompt && {
      ...{ Label: doc.prompt.label, Description: doc.prompt.description },
      ...{ Required: doc.prompt.isRequired, DisplaySettings: doc.prompt.displaySettings },
    },
    Scope,
    ...(isSecret ? { _sealed: sealed(variablePath(doc.id)) } : {}),
  }
}

/** By what the value is, not by what it is called: a text is never taken for an id of the target. */
function typeOf({ kind, type, value }: VariableDoc): string {
  if (kind === 'secret') return 'Sensitive'
  if (kind === 'workerPool') return 'WorkerPool'
  return type === 'WorkerPool' && !value ? type : 'String'
}
