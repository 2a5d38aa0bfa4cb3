import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import type { Caller } from '#bus/caller.ts'
import { NotFoundError } from '#bus/errors.ts'
import { foldName } from '#domain/name.ts'
import { versionOrder } from '#domain/version.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import { blobs } from '#store/blobs.ts'
import type { StoredPackage } from './package.model.ts'
import type { PackageModels } from './package-pushing.ts'
import { packagesOf } from './package-view.ts'
import { changeVersions } from './version-heads.ts'

/** The id that the built-in feed goes by in every space. */
const BUILT_IN = 'feeds-builtin'

export async function findPackage(
  packages: Model<StoredPackage>,
  { spaceId, id }: { spaceId: string; id: string },
): Promise<StoredPackage> {
  const found = await packages.findById(`${spaceId}/${id}`).lean<StoredPackage | null>()
  if (!found) throw new NotFoundError('Package', id)
  return found
}

/** The newest version below another, or else the newest of all others: the most like it. */
export async function baseFor(
  packages: Model<StoredPackage>,
  asked: { spaceId: string; packageId: string; version: string },
): Promise<StoredPackage> {
  const { spaceId: SpaceId, packageId, version } = asked
  const latest = (order: object) =>
    packages
      .findOne({ SpaceId, _packageId: foldName(packageId), _order: order })
      .sort({ _order: -1 })
      .lean<StoredPackage | null>()
  const order = versionOrder(version)
  const base = (await latest({ $lt: order })) ?? (await latest({ $gt: order }))
  if (!base) throw new NotFoundError('Package', `${packageId} before ${version}`)
  return base
}

/** Deletes versions: first what tells of each, so that nobody is sent to a file that is gone. How many were there. */
export async function removePackages(
  service: Audit & { models: PackageModels },
  ctx: Pick<Bus, 'call'> & { meta: { caller: Caller } },
  spaceId: string,
  stored: readonly StoredPackage[],
): Promise<number> {
  const { Package, PackageHead } = service.models
  const models = { versions: Package, heads: PackageHead }
  const shown = await packagesOf(ctx, spaceId, stored)
  let removed = 0
  for (const [index, one] of stored.entries()) {
    const gone = await changeVersions(models, one, () =>
      Package.findOneAndDelete({ _id: one._id }).lean<StoredPackage | null>(),
    )
    // Somebody else has deleted it meanwhile, and told of it.
    if (!gone) continue
    removed += 1
    await blobs.remove(gone._blob)
    const before = shown[index]
    await service.audited(ctx, {
      category: 'Deleted',
      kind: 'Package',
      spaceId,
      ...(before && { before }),
      message: `Package ${one.PackageId} ${one.Version} was deleted`,
    })
  }
  return removed
}

/** The feed that is asked for: refuses one that is not there. There are built-in ones alone. */
export async function feedIdOf(
  ctx: Pick<Bus, 'call'>,
  { spaceId, feedId }: { spaceId: string; feedId: string },
): Promise<string> {
  const { Id } =
    feedId === BUILT_IN
      ? await ctx.call('feeds.builtin', { spaceId })
      : await ctx.call('feeds.get', { spaceId, id: feedId })
  return Id
}
