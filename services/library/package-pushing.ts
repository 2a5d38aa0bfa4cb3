import type { Service } from 'moleculer'
import type { Model } from 'mongoose'
import type { Caller } from '#bus/caller.ts'
import { ConflictError, InvalidError } from '#bus/errors.ts'
import { ensureMay } from '#bus/permitted.ts'
import { foldName } from '#domain/name.ts'
import { type PackageFile, packageFileOf } from '#domain/package-file.ts'
import { preReleaseOf, versionKey, versionOrder } from '#domain/version.ts'
import { blobs } from '#store/blobs.ts'
import type { StoredPackage } from './package.model.ts'
import { packageIdOf } from './package-view.ts'
import type { OverwriteMode, PushOutcome, WrittenBlob } from './packages.contract.ts'
import type { VersionHead } from './version-head.model.ts'
import { changeVersions } from './version-heads.ts'

export interface PackageModels {
  Package: Model<StoredPackage>
  PackageHead: Model<VersionHead>
}

interface Asked {
  broker: Service['broker']
  meta: { caller: Caller }
}

interface Push {
  spaceId: string
  feedId: string
  fileName: string
  overwriteMode: OverwriteMode
  blob: WrittenBlob
}

/** What has become of a push: the package as it is now, and as it was. */
export interface Pushed {
  outcome: PushOutcome
  stored: StoredPackage
  before: StoredPackage | null
}

/** What the name of a file says; refuses a name that says no package. */
export function fileNamed(fileName: string): PackageFile {
  const file = packageFileOf(fileName)
  if (typeof file === 'string') throw new InvalidError([file])
  return file
}

/** The package that is there and that the mode keeps; null when a file of this name is wanted. */
export async function keptOf(
  ctx: Asked,
  { Package }: PackageModels,
  wish: Omit<Push, 'blob' | 'feedId'>,
): Promise<StoredPackage | null> {
  const there = await findVersion(Package, wish.spaceId, fileNamed(wish.fileName))
  if (!there) return null
  return (await isKept(ctx, wish)) ? there : null
}

export const findVersion = (
  packages: Model<StoredPackage>,
  SpaceId: string,
  { PackageId, Version }: { PackageId: string; Version: string },
): Promise<StoredPackage | null> =>
  packages
    .findOne({ SpaceId, _packageId: foldName(PackageId), _version: versionKey(Version) })
    .lean<StoredPackage | null>()

/** Makes a package of a written file, or lets it take the place of the file that is there. */
export async function pushPackage(ctx: Asked, models: PackageModels, push: Push): Promise<Pushed> {
  const file = fileNamed(push.fileName)
  const { Package } = models
  await checkBlob(push)
  // Others may push and delete the same version meanwhile: what the index and the filter say, counts.
  for (;;) {
    const before = await findVersion(Package, push.spaceId, file)
    if (before && (await isKept(ctx, push))) return { outcome: 'kept', stored: before, before }
    const stored = before
      ? await replaceFile(Package, before, file, push)
      : await insertVersion(models, file, push)
    if (!stored) continue
    if (before) await blobs.remove(before._blob)
    return { outcome: before ? 'replaced' : 'new', stored, before }
  }
}

/** Whether what is there stays; refuses when the mode says so, or he may not replace it. */
async function isKept(
  ctx: Asked,
  { spaceId, overwriteMode }: Pick<Push, 'spaceId' | 'overwriteMode'>,
): Promise<boolean> {
  if (overwriteMode === 'IgnoreIfExists') return true
  if (overwriteMode === 'FailIfExists') {
    throw new ConflictError(
      'A package with the same name and version already exists. Push it with another version, or replace the one that is there.',
    )
  }
  await ensureMay(ctx, 'BuiltInFeedAdminister', spaceId)
  return false
}

async function checkBlob({ spaceId, blob }: Push): Promise<void> {
  const isOurs = blob.BlobName.startsWith(`packages/${spaceId}/`)
  const found = isOurs ? await blobs.stat(blob.BlobName) : undefined
  if (found?.size === blob.Size) return
  throw new InvalidError([`The file '${blob.BlobName}' is not there as a whole.`])
}

/** Null when somebody else was first. */
async function insertVersion(
  models: PackageModels,
  file: PackageFile,
  push: Push,
): Promise<StoredPackage | null> {
  const { spaceId: SpaceId, feedId: FeedId } = push
  const { PackageId, Version } = file
  const stored: StoredPackage = {
    _id: `${SpaceId}/${packageIdOf(file)}`,
    SpaceId,
    FeedId,
    PackageId,
    Version,
    ...fileFields(file, push.blob),
    _packageId: foldName(PackageId),
    _version: versionKey(Version),
    _order: versionOrder(Version),
    _isRelease: preReleaseOf(Version) === '',
  }
  const of = { versions: models.Package, heads: models.PackageHead }
  return changeVersions(of, stored, () =>
    models.Package.create(stored).then(
      () => stored,
      (error) => {
        if (error.code === 11000) return null
        throw error
      },
    ),
  )
}

/** In one write, so that no reader gets a file with another's digest. Null when it was another by then. */
const replaceFile = (
  packages: Model<StoredPackage>,
  before: StoredPackage,
  file: PackageFile,
  { blob }: Push,
): Promise<StoredPackage | null> =>
  packages
    .findOneAndUpdate(
      { _id: before._id, _blob: before._blob },
      { $set: fileFields(file, blob) },
      { returnDocument: 'after' },
    )
    .lean<StoredPackage | null>()

const fileFields = ({ FileExtension }: PackageFile, blob: WrittenBlob) => ({
  FileExtension,
  Published: new Date().toISOString(),
  PackageSizeBytes: blob.Size,
  Hash: blob.Sha1,
  _sha256: blob.Sha256,
  _blob: blob.BlobName,
})
