import type { Action, PackageReference, Properties } from './process.ts'
import { textOf } from './process.ts'

/** The properties by which an action names its package in the older form. */
const PACKAGE_ID = 'Octopus.Action.Package.PackageId'
const FEED_ID = 'Octopus.Action.Package.FeedId'
const ON_TARGET = 'Octopus.Action.Package.DownloadOnTentacle'

type Packaged = Pick<Action, 'Packages' | 'Properties'>

/** The package of an action that has no name of its own. */
export const primaryPackage = (
  packages: readonly PackageReference[],
): PackageReference | undefined => packages.find(({ Name }) => Name === '')

/**
 * Makes the two forms in which an action names its primary package agree: the entry without a name
 * in `Packages`, and the older properties. Where they differ, the one that differs from `before`
 * has been changed, and is meant.
 */
export function withPrimaryPackage(
  action: Packaged,
  before: Packaged | undefined,
  newGuid: () => string,
): Packaged {
  const { Packages, Properties } = action
  const PackageId = textOf(Properties, PACKAGE_ID)
  if (PackageId === '') return action
  const primary = primaryPackage(Packages)
  if (primary === undefined) {
    const Id = (before && primaryPackage(before.Packages)?.Id) || newGuid()
    return { Packages: [referenceOf(Properties, Id), ...Packages], Properties }
  }
  if (agree(primary, Properties)) return action
  if (before !== undefined && !isSameForm(Properties, before.Properties)) {
    const FeedId = textOf(Properties, FEED_ID) || primary.FeedId
    const changed = { ...primary, PackageId, FeedId }
    return { Packages: Packages.map((one) => (one === primary ? changed : one)), Properties }
  }
  const told = { [PACKAGE_ID]: primary.PackageId, [FEED_ID]: primary.FeedId ?? '' }
  return { Packages, Properties: { ...Properties, ...told } }
}

const referenceOf = (properties: Properties, Id: string): PackageReference => ({
  Id,
  Name: '',
  PackageId: textOf(properties, PACKAGE_ID),
  FeedId: textOf(properties, FEED_ID) || null,
  AcquisitionLocation:
    textOf(properties, ON_TARGET).toLowerCase() === 'true' ? 'ExecutionTarget' : 'Server',
  Properties: { SelectionMode: 'immediate' },
  Version: null,
  StepPackageInputsReferenceId: null,
})

/** A feed that the properties do not name is no other feed. */
function agree({ PackageId, FeedId }: PackageReference, properties: Properties): boolean {
  const feedId = textOf(properties, FEED_ID)
  return textOf(properties, PACKAGE_ID) === PackageId && (feedId === '' || feedId === FeedId)
}

const isSameForm = (a: Properties, b: Properties): boolean =>
  [PACKAGE_ID, FEED_ID].every((name) => textOf(a, name) === textOf(b, name))
