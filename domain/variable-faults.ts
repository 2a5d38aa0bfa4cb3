import { foldName } from './name.ts'
import { referencesOf } from './substitute.ts'
import { mayMeet, type Scope, type ScopeKind, scopeKinds } from './variable-scope.ts'

export interface VariableDraft {
  Name: string
  /** A text; anything else, as a sealed value, is not looked into. */
  Value: unknown
  /** As a client has sent it. */
  Scope: Record<string, unknown>
}

/** A library set knows no steps, channels and processes. */
const notForLibrary: readonly ScopeKind[] = ['Action', 'Channel', 'ProcessOwner']

/** What is wrong with the variables of a set, in sentences; none when it may be stored. */
export function faultsOfVariables(
  drafts: readonly VariableDraft[],
  { isLibrary = false } = {},
): string[] {
  const faults = drafts.flatMap((draft, index) => faultsOf(draft, { index, isLibrary }))
  return faults.length > 0 ? faults : loopsOf(drafts)
}

function faultsOf(
  { Name, Scope }: VariableDraft,
  { index, isLibrary }: { index: number; isLibrary: boolean },
): string[] {
  const faults: string[] = []
  if (Name.trim() === '') faults.push(`The variable at position ${index + 1} needs a name.`)
  for (const [kind, entries] of Object.entries(Scope)) {
    const known = scopeKinds.find((name) => name === kind)
    if (!known) {
      const kinds = scopeKinds.join(', ')
      faults.push(`The scope of '${Name}' has the unknown kind '${kind}'; kinds are ${kinds}.`)
    } else if (!isTexts(entries)) {
      faults.push(`The ${kind} scope of '${Name}' must be a list of texts.`)
    } else if (isLibrary && notForLibrary.includes(known) && entries.length > 0) {
      faults.push(`'${Name}' is in a library set, where no value has the scope ${kind}.`)
    }
  }
  return faults
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

interface Node {
  name: string
  scope: Scope
  references: string[]
}

/** One sentence for each set of variables whose values refer to themselves somewhere. */
function loopsOf(drafts: readonly VariableDraft[]): string[] {
  const nodes = drafts.flatMap(({ Name, Value, Scope }): Node[] => {
    const references = typeof Value === 'string' ? referencesOf(Value).map(foldName) : []
    // Its lists have been checked, one by one, by `faultsOf`.
    return references.length > 0 ? [{ name: Name, scope: Scope as Scope, references }] : []
  })
  const byName = Map.groupBy(nodes, ({ name }) => foldName(name))
  const found = new Map<string, string>()
  for (const node of nodes) {
    const loop = loopFrom(node, byName)
    if (!loop) continue
    const members = [...new Set(loop.map(foldName))].sort().join('\n')
    const path = loop.map((name) => `'${name}'`).join(' → ')
    if (!found.has(members)) found.set(members, `Variables refer to themselves: ${path}.`)
  }
  return [...found.values()]
}

/** A way from a value back to its own name, over values that can apply where it does. */
function loopFrom(start: Node, byName: Map<string, Node[]>): string[] | null {
  const seen = new Set([start])
  const ways: { node: Node; names: string[] }[] = [{ node: start, names: [start.name] }]
  for (const { node, names } of ways) {
    for (const reference of node.references) {
      if (reference === foldName(start.name)) return [...names, start.name]
      for (const next of byName.get(reference) ?? []) {
        if (seen.has(next) || !mayMeet(next.scope, start.scope)) continue
        if (!mayMeet(next.scope, node.scope)) continue
        seen.add(next)
        ways.push({ node: next, names: [...names, next.name] })
      }
    }
  }
  return null
}
