import type { Bus } from '#bus'
import { foldName } from '#domain/name.ts'
import { versionKey } from '#domain/version.ts'
import type { BuildInformation } from './buildinformation.contract.ts'
import type { StoredPackage } from './package.model.ts'
import type { Package, PackageContent, PackageIdentity } from './packages.contract.ts'

/** Packages as the API shows them, each with what its build has told: one question for all. */
export async function packagesOf(
  bus: Pick<Bus, 'call'>,
  spaceId: string,
  stored: readonly StoredPackage[],
): Promise<Package[]> {
  if (stored.length === 0) return []
  const packages = stored.map(({ PackageId, Version }) => ({ PackageId, Version }))
  const told = await bus.call('buildinformation.of', { spaceId, packages })
  const byVersion = new Map(told.map((one) => [identityKey(one), one]))
  return stored.map((one) => packageOf(one, byVersion.get(identityKey(one)) ?? null))
}

/** What is the same for a version of a package however it is spelled. */
export const identityKey = ({ PackageId, Version }: PackageIdentity): string =>
  `${foldName(PackageId)} ${versionKey(Version)}`

/** The id of a version within its space. */
export const packageIdOf = ({ PackageId, Version }: PackageIdentity): string =>
  `packages-${PackageId}.${Version}`

/** The file of a package, for who sends it. */
export const contentOf = (stored: StoredPackage): PackageContent => ({
  BlobName: stored._blob,
  Size: stored.PackageSizeBytes,
  FileName: `${stored.PackageId}.${stored.Version}${stored.FileExtension}`,
  Sha256: stored._sha256,
})

function packageOf(stored: StoredPackage, build: BuildInformation | null): Package {
  const { SpaceId, PackageId, FeedId, Version, FileExtension, Published } = stored
  return {
    Id: packageIdOf(stored),
    SpaceId,
    PackageId,
    NuGetPackageId: PackageId,
    FeedId,
    NuGetFeedId: FeedId,
    Version,
    FileExtension,
    Title: PackageId,
    Summary: null,
    Description: '',
    Published,
    ReleaseNotes: null,
    PackageSizeBytes: stored.PackageSizeBytes,
    Hash: stored.Hash,
    PackageVersionBuildInformation: build,
  }
}
