import { foldName } from '#domain/name.ts'
import { type Scope, scopeKinds } from '#domain/variable-scope.ts'
import {
  differences,
  type Field,
  type FieldDifference,
  type Fields,
  flag,
} from './compare-fields.ts'
import type { NameOf } from './compare-steps.ts'
import type { FrozenVariable } from './frozen.ts'

/** A name whose values are not as they were. */
export interface VariableComparison {
  Name: string
  Change: 'Added' | 'Removed' | 'Changed'
  /** Those that differ. */
  Values: ValueComparison[]
}

export interface ValueComparison {
  Change: 'Added' | 'Removed' | 'Changed'
  /** Where it applies, by names: 'Environment: Production'. '' where it applies everywhere. */
  Scope: string
  Differences: FieldDifference[]
}

/** The names that differ, by name. */
export function compareVariables(
  before: readonly FrozenVariable[],
  after: readonly FrozenVariable[],
  nameOf: NameOf,
): VariableComparison[] {
  const group = (all: readonly FrozenVariable[]) => Map.groupBy(all, ({ Name }) => foldName(Name))
  const [was, is] = [group(before), group(after)]
  const names = [...new Set([...was.keys(), ...is.keys()])].sort()
  return names.flatMap((name): VariableComparison[] => {
    const [old = [], now = []] = [was.get(name), is.get(name)]
    const Values = compareValues(old, now, nameOf)
    if (Values.length === 0) return []
    const Change = old.length === 0 ? 'Added' : now.length === 0 ? 'Removed' : 'Changed'
    return [{ Name: (now[0] ?? old[0])?.Name ?? '', Change, Values }]
  })
}

function compareValues(
  before: readonly FrozenVariable[],
  after: readonly FrozenVariable[],
  nameOf: NameOf,
): ValueComparison[] {
  const scoped = (variable: FrozenVariable) => ({
    variable,
    scope: scopeText(variable.Scope, nameOf),
  })
  const [old, now] = [before.map(scoped), after.map(scoped)]
  const used = new Set<(typeof old)[number]>()
  const take = (test: (one: (typeof old)[number]) => boolean) => {
    const found = old.find((one) => !used.has(one) && test(one))
    if (found) used.add(found)
    return found
  }
  const byId = now.map(({ variable }) => take((one) => one.variable.Id === variable.Id))
  const pairs = now.map((one, at) => ({
    was: byId[at] ?? take(({ scope }) => scope === one.scope),
    is: one,
  }))
  return [
    ...pairs.flatMap(({ was, is }): ValueComparison[] => {
      const Differences = differences('', fieldsOf(was), fieldsOf(is))
      if (was && Differences.length === 0) return []
      return [{ Change: was ? 'Changed' : 'Added', Scope: is.scope, Differences }]
    }),
    ...old
      .filter((one) => !used.has(one))
      .map(
        (one): ValueComparison => ({
          ...{ Change: 'Removed', Scope: one.scope },
          Differences: differences('', fieldsOf(one), new Map()),
        }),
      ),
  ]
}

function fieldsOf(one: { variable: FrozenVariable; scope: string } | undefined): Fields {
  if (!one) return new Map()
  const { Value, _sealed, IsSensitive, Type, Description, Prompt, NotPromoted } = one.variable
  return new Map<string, Field>([
    ['Value', IsSensitive ? { secret: _sealed ?? null } : (Value ?? '')],
    ['Type', Type],
    ['Scope', one.scope],
    ['Description', Description ?? ''],
    ['Prompt', Prompt ? JSON.stringify(Prompt, null, 2) : ''],
    ['NotPromoted', flag(NotPromoted === true)],
  ])
}

/** 'Environment: Dev, Test; Role: web'; '' for none. */
export const scopeText = (scope: Scope, nameOf: NameOf): string =>
  scopeKinds
    .filter((kind) => (scope[kind]?.length ?? 0) > 0)
    .map((kind) => `${kind}: ${scope[kind]?.map(nameOf).sort().join(', ')}`)
    .join('; ')
