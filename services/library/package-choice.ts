import type { Model } from 'mongoose'
import { InvalidError } from '#bus/errors.ts'
import { foldName, patternOf } from '#domain/name.ts'
import { preReleaseTagOf } from '#domain/pre-release-tag.ts'
import { compareVersions, versionKey } from '#domain/version.ts'
import { type VersionRange, versionRangeOf } from '#domain/version-range.ts'
import type { StoredPackage } from './package.model.ts'
import type { PackageModels } from './package-pushing.ts'
import { identityKey } from './package-view.ts'
import type { PackageIdentity, PackageWish } from './packages.contract.ts'

/** What all that is looked at has: enough to choose by. */
type Candidate = Pick<
  StoredPackage,
  'PackageId' | 'Version' | '_packageId' | '_version' | '_order' | '_isRelease'
>
const choosing = { PackageId: 1, Version: 1, _packageId: 1, _version: 1, _order: 1, _isRelease: 1 }

/** The pattern by which release rules ask for versions without a pre-release part. */
const RELEASES_ALONE = '^$'

/** For each wish the version that fits, by three questions for all of them together. */
export async function resolveWishes(
  { Package, PackageHead }: PackageModels,
  SpaceId: string,
  wishes: readonly PackageWish[],
): Promise<(PackageIdentity | null)[]> {
  const exact = wishes.filter(isExact)
  const open = wishes.filter((wish) => !isExact(wish) && !isNarrow(wish))
  const heads =
    open.length === 0
      ? []
      : await PackageHead.find({ SpaceId, _packageId: { $in: open.map(foldedIdOf) } }).lean()
  const headOf = new Map(heads.map((head) => [head._packageId, head]))
  const latestFor = (wish: PackageWish): PackageIdentity | null => {
    const head = headOf.get(foldedIdOf(wish))
    const latest = wantsReleases(wish) ? head?.latestRelease : head?.latest
    return head && latest ? { PackageId: head.PackageId, Version: latest.Version } : null
  }
  // A release with build metadata is the latest, and no pattern for releases alone finds it.
  const isSettled = (wish: PackageWish): boolean => {
    if (isNarrow(wish)) return false
    const latest = latestFor(wish)
    return latest === null || tagTest(wish.Tag ?? '')(latest.Version)
  }
  const narrow = wishes.filter((wish) => !isExact(wish) && !isSettled(wish))
  const [versions, inRanges] = await Promise.all([
    versionsOf(Package, SpaceId, exact),
    candidatesFor(Package, SpaceId, narrow),
  ])
  const byVersion = new Map(versions.map((one) => [identityKey(one), one]))
  const byId = Map.groupBy(inRanges, ({ _packageId }) => _packageId)

  return wishes.map((wish) => {
    if (isExact(wish)) return identityOf(byVersion.get(identityKey(wish)))
    if (isSettled(wish)) return latestFor(wish)
    return identityOf(latestFit(byId.get(foldedIdOf(wish)) ?? [], wish))
  })
}

/** The documents of exact versions, in no order. */
export const versionsOf = async (
  packages: Model<StoredPackage>,
  SpaceId: string,
  identities: readonly { PackageId: string; Version: string }[],
): Promise<StoredPackage[]> => {
  if (identities.length === 0) return []
  const $or = identities.map(({ PackageId, Version }) => ({
    _packageId: foldName(PackageId),
    _version: versionKey(Version),
  }))
  return packages.find({ SpaceId, $or }).lean<StoredPackage[]>()
}

/** What a list of versions is narrowed to. */
export interface VersionFilter {
  packageId: string
  includePreRelease?: boolean
  versionRange?: string
  preReleaseTag?: string
  filter?: string
}

/** As a filter for the store; the pattern of a tag is not in it. */
export const filterOfVersions = (wish: VersionFilter): Record<string, unknown> => ({
  _packageId: foldName(wish.packageId),
  ...inRange(rangeOf(wish.versionRange ?? '')),
  ...(wish.includePreRelease === false && { _isRelease: true }),
  ...(wish.filter && { Version: { $regex: patternOf(wish.filter), $options: 'i' } }),
})

/** Refuses what is no pattern. */
export function tagTest(pattern: string): (version: string) => boolean {
  const test = preReleaseTagOf(pattern)
  if (!test) {
    throw new InvalidError([`The pre-release tag '${pattern}' is no regular expression.`])
  }
  return test
}

function rangeOf(text: string): VersionRange {
  const range = versionRangeOf(text)
  if (range) return range
  throw new InvalidError([`'${text}' is no range of versions such as [1.0,2.0).`])
}

function inRange({ from, to }: VersionRange): Record<string, unknown> {
  if (!from && !to) return {}
  return {
    _order: {
      ...(from && { [from.isIncluded ? '$gte' : '$gt']: from.order }),
      ...(to && { [to.isIncluded ? '$lte' : '$lt']: to.order }),
    },
  }
}

async function candidatesFor(
  packages: Model<StoredPackage>,
  SpaceId: string,
  wishes: readonly PackageWish[],
): Promise<Candidate[]> {
  if (wishes.length === 0) return []
  const $or = wishes.map((wish) =>
    filterOfVersions({
      packageId: wish.PackageId,
      versionRange: wish.VersionRange ?? '',
      includePreRelease: !wantsReleases(wish),
    }),
  )
  return packages.find({ SpaceId, $or }, choosing).lean<Candidate[]>()
}

/** Several wishes may be about one package: what has been read for one is not for the other. */
function latestFit(candidates: readonly Candidate[], wish: PackageWish): Candidate | undefined {
  const { from, to } = rangeOf(wish.VersionRange ?? '')
  const isTagged = tagTest(wish.Tag ?? '')
  return candidates
    .filter(({ _order, _isRelease, Version }) => {
      if (from && (from.isIncluded ? _order < from.order : _order <= from.order)) return false
      if (to && (to.isIncluded ? _order > to.order : _order >= to.order)) return false
      return (_isRelease || !wantsReleases(wish)) && isTagged(Version)
    })
    .toSorted((a, b) => compareVersions(a.Version, b.Version))
    .at(-1)
}

type Exact = PackageWish & { Version: string }
const isExact = (wish: PackageWish): wish is Exact => Boolean(wish.Version)
const wantsReleases = ({ IncludePreRelease, Tag }: PackageWish) =>
  IncludePreRelease === false || Tag === RELEASES_ALONE
const isNarrow = ({ VersionRange, Tag }: PackageWish) =>
  Boolean(VersionRange) || (Boolean(Tag) && Tag !== RELEASES_ALONE)
const foldedIdOf = ({ PackageId }: PackageWish) => foldName(PackageId)

const identityOf = (found: PackageIdentity | undefined): PackageIdentity | null =>
  found ? { PackageId: found.PackageId, Version: found.Version } : null
