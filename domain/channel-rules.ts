import { isCalled, type UsedPackage } from './package-references.ts'
import { preReleaseTagOf } from './pre-release-tag.ts'
import { isPackageVersion, versionOrder } from './version.ts'
import { type VersionRange, versionRangeOf } from './version-range.ts'

/** Which versions of some packages may go into a channel; an empty field allows all. */
export interface VersionRule {
  /** As NuGet writes it: '[1.0,2.0)'. */
  VersionRange: string
  /** A regular expression for the pre-release part and the build metadata: '^beta', '^$'. */
  Tag: string
}

export interface PackageRule extends VersionRule {
  /** Action by name, id or slug, and reference by name. */
  ActionPackages: readonly { DeploymentAction: string; PackageReference: string }[]
}

type Named = PackageRule['ActionPackages'][number]

/** Whether a version satisfies the two halves of a rule, and what keeps one from knowing. */
export interface RuleTest {
  SatisfiesVersionRange: boolean
  SatisfiesPreReleaseTag: boolean
  /** There is no rule. */
  IsNull: boolean
  Errors: string[]
}

/** Tries a version on a rule. */
export function testRule(version: string, { VersionRange, Tag }: VersionRule): RuleTest {
  const IsNull = VersionRange === '' && Tag === ''
  const range = versionRangeOf(VersionRange)
  const fitsTag = preReleaseTagOf(Tag)
  const isVersion = isPackageVersion(version)
  return {
    SatisfiesVersionRange:
      VersionRange === '' || (isVersion && !!range && isInRange(version, range)),
    SatisfiesPreReleaseTag: Tag === '' || (isVersion && !!fitsTag?.(version)),
    IsNull,
    Errors: [
      ...faultsOfRule({ VersionRange, Tag }),
      ...(isVersion || IsNull ? [] : [`'${version}' is no version such as 1.2.3 or 1.2.3-beta.`]),
    ],
  }
}

/** What is wrong with a rule, a sentence each. */
export function faultsOfRule({ VersionRange, Tag }: VersionRule): string[] {
  return [
    ...(versionRangeOf(VersionRange) === null
      ? [`'${VersionRange}' is no range of versions such as '[1.0,2.0)', '(,1.5]' or '[1.0]'.`]
      : []),
    ...(preReleaseTagOf(Tag) === null
      ? [
          `'${Tag}' is no pattern for pre-releases such as '^beta' or '^$'. It is a regular expression without back references, which looks ahead at its beginning only.`,
        ]
      : []),
  ]
}

/**
 * The rule of a channel that is about a package; undefined when none is. A rule that names no
 * packages is about all those that no other names.
 */
export const ruleFor = <R extends PackageRule>(
  rules: readonly R[],
  used: UsedPackage,
): R | undefined =>
  rules.find(({ ActionPackages }) => ActionPackages.some((one) => isCalled(used, nameOf(one)))) ??
  rules.find(({ ActionPackages }) => ActionPackages.length === 0)

/**
 * What the rules are about that the process does not have, as the names that they say: after a step
 * was renamed, its rule would let everything in.
 */
export const namesWithoutPackage = (
  rules: readonly PackageRule[],
  packages: readonly UsedPackage[],
): string[] =>
  rules
    .flatMap(({ ActionPackages }) => ActionPackages)
    .filter((one) => !packages.some((used) => isCalled(used, nameOf(one))))
    .map(shownName)

/** Why a version of a package may not go into a channel, as the end of a sentence; null when it may. */
export function whyRefused(version: string, rule: VersionRule): string | null {
  const { SatisfiesVersionRange, SatisfiesPreReleaseTag } = testRule(version, rule)
  const reasons = [
    ...(SatisfiesVersionRange ? [] : [`it must be in the range ${rule.VersionRange}`]),
    ...(SatisfiesPreReleaseTag ? [] : [`its pre-release part must match ${rule.Tag}`]),
  ]
  return reasons.length === 0 ? null : reasons.join(' and ')
}

/** What is wrong with the rules of a channel together: a package is in one of them. */
export function faultsOfRules(rules: readonly PackageRule[]): string[] {
  const names = rules.flatMap(({ ActionPackages }) => ActionPackages.map(shownName))
  const twice = new Set(names.filter((name, index) => names.indexOf(name) < index))
  const forAll = rules.filter(({ ActionPackages }) => ActionPackages.length === 0)
  return [
    ...rules.flatMap((rule) => faultsOfRule(rule).map((fault) => `Rules: ${fault}`)),
    ...[...twice].map((name) => `Rules: the package of ${name} is in two rules.`),
    ...(forAll.length > 1 ? ['Rules: two of them name no packages, and so are about all.'] : []),
  ]
}

function isInRange(version: string, { from, to }: VersionRange): boolean {
  const order = versionOrder(version)
  const isAbove = !from || order > from.order || (from.isIncluded && order === from.order)
  const isBelow = !to || order < to.order || (to.isIncluded && order === to.order)
  return isAbove && isBelow
}

const shownName = ({ DeploymentAction, PackageReference }: Named) =>
  `'${DeploymentAction}'${PackageReference && ` ('${PackageReference}')`}`

const nameOf = (one: Named) => ({
  action: one.DeploymentAction,
  reference: one.PackageReference,
})
