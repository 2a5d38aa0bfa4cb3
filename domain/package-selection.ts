import { foldName } from './name.ts'
import { overrideFor, type PackageOverride, unusedOverrides } from './package-override.ts'
import { calledInMessages, isCalled, type UsedPackage } from './package-references.ts'

/** The version of a package that a release has, by what the package is called in the process. */
export interface SelectedPackage {
  ActionName: string
  /** '' for the primary package of the action. */
  PackageReferenceName: string
  StepName: string
  Version: string
  /** Lower-case hex, of an imported release: a run takes no other file. null where it takes none. */
  Sha256?: string | null
}

/** What is wished for the packages of a release. */
export interface SelectionWish {
  selected: readonly SelectedPackage[]
  overrides?: readonly PackageOverride[]
  /** For all packages for which nothing else is said. */
  defaultVersion?: string | null
}

export interface ChosenPackage {
  used: UsedPackage
  /** Null: the latest that fits. */
  version: string | null
}

/** What is selected for a package; older clients name the step alone. */
export const selectedFor = (
  { action, step, reference }: UsedPackage,
  selected: readonly SelectedPackage[],
): SelectedPackage | undefined =>
  selected.find(({ ActionName, StepName, PackageReferenceName }) => {
    // By names alone: one step's slug may be another's name.
    const names = ActionName === '' ? [action.Name, step.Name] : [action.Name]
    const owner = foldName(ActionName || StepName)
    return (
      names.some((name) => foldName(name) === owner) &&
      foldName(reference.Name) === foldName(PackageReferenceName)
    )
  })

/** Which version each package takes by what is wished. The process itself may have said it already. */
export const choose = (
  packages: readonly UsedPackage[],
  { selected, overrides = [], defaultVersion = null }: SelectionWish,
): ChosenPackage[] =>
  packages.map((used) => ({
    used,
    version:
      used.reference.Version ??
      selectedFor(used, selected)?.Version ??
      overrideFor(used, overrides)?.version ??
      defaultVersion,
  }))

/** What is wrong with a wish for the packages of a process, a sentence each. */
export function faultsOfWish(
  packages: readonly UsedPackage[],
  { selected, overrides = [] }: SelectionWish,
): string[] {
  const owners = selected.map((one) => packages.find((used) => selectedFor(used, [one])))
  return [
    ...selected.flatMap((one, index) =>
      faultsOfSelected(one, owners[index], owners.slice(0, index)),
    ),
    ...unusedOverrides(overrides, packages).map(
      ({ text }) => `Packages: the process has no package that '${text}' is about.`,
    ),
    ...packages.flatMap((used) => {
      const { Version } = used.reference
      const wish = overrideFor(used, overrides)
      if (Version === null || !wish || wish.owner === '' || wish.version === Version) return []
      return [`Packages: ${isFixed(used, Version)}`]
    }),
  ]
}

function faultsOfSelected(
  { ActionName, StepName, PackageReferenceName, Version }: SelectedPackage,
  owner: UsedPackage | undefined,
  others: readonly (UsedPackage | undefined)[],
): string[] {
  const name = PackageReferenceName && ` '${PackageReferenceName}'`
  if (!owner)
    return [`SelectedPackages: the step '${ActionName || StepName}' has no package${name}.`]
  if (others.includes(owner))
    return [`SelectedPackages: ${calledInMessages(owner)} is selected twice.`]
  const fixed = owner.reference.Version
  if (fixed === null || fixed === Version) return []
  return [`SelectedPackages: ${isFixed(owner, fixed)}`]
}

const isFixed = (used: UsedPackage, version: string) =>
  `${calledInMessages(used)} has the version ${version} by the process: it cannot have another.`

/** How the releases of a project get their versions. */
interface Versioning {
  Template: string | null
  DonorPackage: { DeploymentAction: string; PackageReference: string | null } | null
  /** The id of an action, in the older form. */
  DonorPackageStepId: string | null
}

/** Whether the version of a package is that of the release. */
export const hasDonor = ({ Template, DonorPackage, DonorPackageStepId }: Versioning): boolean =>
  !Template && (DonorPackage !== null || DonorPackageStepId !== null)

/** The package whose version a release takes; undefined when there is none. */
export function donorAmong<T extends UsedPackage>(
  packages: readonly T[],
  strategy: Versioning,
): T | undefined {
  if (!hasDonor(strategy)) return undefined
  const { DonorPackage, DonorPackageStepId } = strategy
  const name = {
    action: DonorPackage?.DeploymentAction ?? DonorPackageStepId ?? '',
    reference: DonorPackage?.PackageReference ?? '',
  }
  return packages.find((used) => isCalled(used, name))
}
