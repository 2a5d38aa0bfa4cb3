/**
 * A package that a release of a process freezes, as the form's template has it.
 * @typedef {{ StepName: string, ActionName: string, PackageReferenceName: string, PackageId: string, FeedId: string, FeedName: string,
 *   IsResolvable: boolean, VersionSelectedLastRelease: string | null, FixedVersion: string | null }} TemplatePackage
 * @typedef {{ Version: string, Published?: string }} PackageVersion
 * @typedef {Map<string, PackageVersion[]> | null} Versions by `keyOf`, the latest first; null when they may not be seen:
 *   then the server takes the latest
 * @typedef {Record<string, any> & { VersionRange?: string, Tag?: string,
 *   ActionPackages?: { DeploymentAction: string, PackageReference?: string | null }[] }} ChannelRule
 */

/** What a package is called in its process. @param {Pick<TemplatePackage, 'ActionName' | 'PackageReferenceName'>} one */
export const keyOf = ({ ActionName, PackageReferenceName }) =>
  `${ActionName}\n${PackageReferenceName}`.toLowerCase()

/** The rule of a channel for a package. @param {TemplatePackage} one @param {ChannelRule[]} rules */
export const ruleFor = (one, rules) =>
  rules.find(({ ActionPackages = [] }) =>
    ActionPackages.some(
      ({ DeploymentAction, PackageReference }) =>
        keyOf({ ActionName: DeploymentAction, PackageReferenceName: PackageReference ?? '' }) ===
        keyOf(one),
    ),
  )

/**
 * The version of a package: the one that was chosen, else the one that the process names, else the latest.
 * @param {TemplatePackage} one
 * @param {Map<string, string>} chosen by `keyOf`
 * @param {Versions} versions
 */
export const versionOf = (one, chosen, versions) =>
  one.FixedVersion ?? chosen.get(keyOf(one)) ?? versions?.get(keyOf(one))?.[0]?.Version ?? ''

/** Whether the choice is left to the server. @param {TemplatePackage} one @param {Versions} versions */
export const isLeft = ({ IsResolvable }, versions) => versions === null && IsResolvable

/**
 * Why no release can be made with these packages; '' when one can.
 * @param {TemplatePackage[]} packages
 * @param {Map<string, string>} chosen
 * @param {Versions} versions
 */
export function missingOf(packages, chosen, versions) {
  const one = packages.find(
    (each) => !isLeft(each, versions) && !versionOf(each, chosen, versions).trim(),
  )
  return one ? `${one.PackageId || 'A package'} has no version.` : ''
}

/**
 * What the release is to freeze, as the API takes it. What the process itself names is not chosen again.
 * @param {TemplatePackage[]} packages
 * @param {Map<string, string>} chosen
 * @param {Versions} versions
 */
export const selectedOf = (packages, chosen, versions) =>
  packages
    .filter((one) => !one.FixedVersion && !isLeft(one, versions))
    .map((one) => ({
      ActionName: one.ActionName,
      StepName: one.StepName,
      PackageReferenceName: one.PackageReferenceName,
      Version: versionOf(one, chosen, versions).trim(),
    }))
