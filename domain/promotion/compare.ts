/** What differs between two releases: frozen here, imported, or still in a bundle. */
import { foldName } from '#domain/name.ts'
import { packagesOf } from '#domain/package-references.ts'
import { type SelectedPackage, selectedFor } from '#domain/package-selection.ts'
import type { Properties, Step } from '#domain/process.ts'
import { isSealed } from '#domain/process-secrets.ts'
import { compareSteps, type NameOf, type StepComparison } from './compare-steps.ts'
import { compareVariables, type VariableComparison } from './compare-variables.ts'
import type { FrozenVariable } from './frozen.ts'
import { paired } from './pairs.ts'

/** What a release has frozen. */
export interface Frozen {
  steps: readonly Step[]
  variables: readonly FrozenVariable[]
  /** `Sha256` is known of imported releases. */
  packages: readonly (SelectedPackage & { Sha256?: string | null })[]
}

export interface PackageComparison {
  PackageId: string
  ActionName: string
  /** '' for the primary package. */
  PackageReferenceName: string
  Change: 'Added' | 'Removed' | 'Changed'
  Before: string | null
  After: string | null
  /** Whether it is another file, as far as both are known. */
  IsOtherFile: boolean
}

/** What is the same in both is left out. Secrets are the same or different, no more. */
export interface Comparison {
  Steps: StepComparison[]
  Variables: VariableComparison[]
  Packages: PackageComparison[]
}

/**
 * Compares two releases whose secrets are digests (see `comparable`). `nameOf` gives the names of
 * environments, pools, feeds, teams and channels by their ids.
 */
export function compareContents(before: Frozen, after: Frozen, nameOf: NameOf): Comparison {
  const actions = [...before.steps, ...after.steps].flatMap((step) => step.Actions)
  const names = new Map(actions.map(({ Id, Name }) => [Id, Name]))
  const named: NameOf = (id) => names.get(id) ?? nameOf(id)
  return {
    Steps: compareSteps(before.steps, after.steps, named),
    Variables: compareVariables(before.variables, after.variables, named),
    Packages: comparePackages(before, after),
  }
}

/**
 * The same with each sealed secret replaced by what `digestOf` gives for it. A secret is sealed
 * differently each time: only a digest of its text, made with a key that never leaves the server,
 * tells whether two are the same.
 */
export function comparable(frozen: Frozen, digestOf: (sealed: string) => string): Frozen {
  const digested = <T extends { Properties: Properties }>(one: T): T => ({
    ...one,
    Properties: Object.fromEntries(
      Object.entries(one.Properties).map(([key, value]) => [
        key,
        typeof value !== 'string' && isSealed(value) && value._sealed !== null
          ? { _sealed: digestOf(value._sealed) }
          : value,
      ]),
    ),
  })
  return {
    ...frozen,
    steps: frozen.steps.map((step) => ({ ...digested(step), Actions: step.Actions.map(digested) })),
    variables: frozen.variables.map((variable) =>
      variable._sealed ? { ...variable, _sealed: digestOf(variable._sealed) } : variable,
    ),
  }
}

interface Used {
  key: string
  packageId: string
  action: string
  reference: string
  version: string
  sha256: string | null
}

function usedBy({ steps, packages }: Frozen, sameId: (id: string) => string): Used[] {
  return packagesOf(steps).flatMap((used) => {
    const { reference, action } = used
    const selected = selectedFor(used, packages)
    const version = reference.Version ?? selected?.Version
    if (!version) return []
    const sha256 = packages.find((one) => one === selected)?.Sha256 ?? null
    return [
      {
        ...{
          key: `${sameId(action.Id)}\n${foldName(reference.Name)}`,
          packageId: reference.PackageId,
        },
        ...{ action: action.Name, reference: reference.Name, version, sha256 },
      },
    ]
  })
}

function comparePackages(before: Frozen, after: Frozen): PackageComparison[] {
  const [old, now] = [before, after].map(({ steps }) => steps.flatMap((step) => step.Actions))
  const heirs = new Map(
    paired(old ?? [], now ?? []).map((pair) => [pair.after?.Id, pair.before?.Id]),
  )
  const byKey = (all: Used[]) => new Map(all.map((one) => [one.key, one]))
  const was = byKey(usedBy(before, (id) => id))
  const is = byKey(usedBy(after, (id) => heirs.get(id) ?? id))
  return [...new Set([...is.keys(), ...was.keys()])].flatMap((key): PackageComparison[] => {
    const [old, now] = [was.get(key), is.get(key)]
    const one = now ?? old
    if (!one) return []
    const IsOtherFile = Boolean(old?.sha256 && now?.sha256 && old.sha256 !== now.sha256)
    const isSame = old?.version === now?.version && old?.packageId === now?.packageId
    if (isSame && !IsOtherFile) return []
    return [
      {
        ...{
          PackageId: one.packageId,
          ActionName: one.action,
          PackageReferenceName: one.reference,
        },
        Change: !old ? 'Added' : !now ? 'Removed' : 'Changed',
        ...{ Before: old?.version ?? null, After: now?.version ?? null, IsOtherFile },
      },
    ]
  })
}
