import { DEFAULT_TAKE, type Page } from '#bus/page.ts'
import { foldName, patternOf } from '#domain/name.ts'
import { type Filter, listPage } from '#mixins/listing.ts'
import type { StoredPackage } from './package.model.ts'
import { filterOfVersions, tagTest, type VersionFilter } from './package-choice.ts'
import type { PackageModels } from './package-pushing.ts'
import { packageIdOf } from './package-view.ts'
import type { PackageDescription, PackageVersion } from './packages.contract.ts'
import type { VersionHead } from './version-head.model.ts'

interface Window {
  skip?: number
  take?: number
}

/** By id, each with its latest version first. */
const inOrder = { _packageId: 1, _order: -1 } as const
const latestFirst = { _order: -1 } as const

/** What a list of packages is narrowed to. */
export interface PackageFilter extends Window {
  spaceId: string
  nuGetPackageId?: string
  filter?: string
  latest?: boolean
}

/** A page of versions of all packages, or of the latest version of each. */
export async function pageOfPackages(
  { Package, PackageHead }: PackageModels,
  { spaceId, nuGetPackageId, filter, latest, ...window }: PackageFilter,
): Promise<Page<StoredPackage>> {
  const where = {
    SpaceId: spaceId,
    ...(nuGetPackageId && { _packageId: foldName(nuGetPackageId) }),
    ...(filter && { $and: [{ _packageId: { $regex: patternOf(foldName(filter)) } }] }),
  }
  if (!latest) return slice(Package, where, window, inOrder)
  const heads = await pageOfHeads(PackageHead, where, window)
  const ids = heads.Items.flatMap((head) => (head.latest ? [head.latest.id] : []))
  const found = await Package.find({ _id: { $in: ids } }).lean<StoredPackage[]>()
  const byId = new Map(found.map((one) => [one._id, one]))
  return { ...heads, Items: ids.flatMap((id) => byId.get(id) ?? []) }
}

/** Packages by a part of their id, each once with its latest version. */
export async function pageOfSearch(
  { PackageHead }: PackageModels,
  { spaceId, feedId, term, ...window }: Window & { spaceId: string; feedId: string; term?: string },
): Promise<Page<PackageDescription>> {
  const where = {
    SpaceId: spaceId,
    ...(term && { _packageId: { $regex: patternOf(foldName(term)) } }),
  }
  const page = await pageOfHeads(PackageHead, where, window)
  return {
    ...page,
    Items: page.Items.map((head) => ({
      Id: head.PackageId,
      SpaceId: spaceId,
      FeedId: feedId,
      Name: head.PackageId,
      Description: '',
      LatestVersion: head.latest?.Version ?? '',
    })),
  }
}

/** Versions of one package, the latest first. */
export async function pageOfVersions(
  { Package }: PackageModels,
  { spaceId, ...wish }: Window & VersionFilter & { spaceId: string },
): Promise<Page<PackageVersion>> {
  const where = { SpaceId: spaceId, ...filterOfVersions(wish) }
  const page = wish.preReleaseTag
    ? await tagged(Package, where, wish, wish.preReleaseTag)
    : await slice(Package, where, wish, latestFirst)
  return { ...page, Items: page.Items.map(versionOf) }
}

/** Only here is the pattern known, so all versions are looked at, by what they are called alone. */
async function tagged(
  packages: PackageModels['Package'],
  where: Filter,
  { skip: Skip = 0, take }: Window,
  pattern: string,
): Promise<Page<StoredPackage>> {
  const isTagged = tagTest(pattern)
  const ItemsPerPage = take || DEFAULT_TAKE
  const named = await packages.find(where, { Version: 1 }).sort(latestFirst).lean()
  const fit = named.filter(({ Version }) => isTagged(Version)).map(({ _id }) => _id)
  const ids = fit.slice(Skip, Skip + ItemsPerPage)
  const Items = await packages
    .find({ _id: { $in: ids } })
    .sort(latestFirst)
    .lean<StoredPackage[]>()
  return { Items, TotalResults: fit.length, ItemsPerPage, Skip }
}

/** As they are stored: a list of `listPage` has lost what is not the API's. */
async function slice(
  packages: PackageModels['Package'],
  where: Filter,
  { skip: Skip = 0, take }: Window,
  sort: Record<string, 1 | -1>,
): Promise<Page<StoredPackage>> {
  const ItemsPerPage = take || DEFAULT_TAKE
  const [Items, TotalResults] = await Promise.all([
    packages.find(where).sort(sort).skip(Skip).limit(ItemsPerPage).lean<StoredPackage[]>(),
    packages.countDocuments(where),
  ])
  return { Items, TotalResults, ItemsPerPage, Skip }
}

const pageOfHeads = (heads: PackageModels['PackageHead'], where: Filter, window: Window) =>
  listPage<VersionHead>(heads, window, {
    where: { ...where, latest: { $ne: null } },
    sort: { _packageId: 1 },
  })

const versionOf = (stored: StoredPackage): PackageVersion => ({
  Id: packageIdOf(stored),
  SpaceId: stored.SpaceId,
  PackageId: stored.PackageId,
  FeedId: stored.FeedId,
  Version: stored.Version,
  Published: stored.Published,
  SizeBytes: stored.PackageSizeBytes,
  Title: stored.PackageId,
  ReleaseNotes: null,
})
