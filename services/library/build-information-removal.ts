import type { Caller } from '#bus/caller.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import { publicOf } from '#store/resource.ts'
import type { StoredBuildInformation } from './build-information.model.ts'
import type { BuildModels } from './build-information-writing.ts'
import { changeVersions } from './version-heads.ts'

/** Deletes what builds have told. How much of it was still there. */
export async function removeBuilds(
  service: Audit & { models: BuildModels },
  ctx: { meta: { caller: Caller } },
  found: readonly StoredBuildInformation[],
): Promise<number> {
  const { BuildInformation, BuildInformationHead } = service.models
  const models = { versions: BuildInformation, heads: BuildInformationHead }
  let removed = 0
  for (const one of found) {
    const { deletedCount } = await changeVersions(models, one, () =>
      BuildInformation.deleteOne({ _id: one._id }),
    )
    // Somebody else has deleted it meanwhile, and told of it.
    if (deletedCount === 0) continue
    removed += 1
    await service.audited(ctx, {
      category: 'Deleted',
      kind: 'BuildInformation',
      spaceId: one.SpaceId,
      before: publicOf(one),
      message: `Build information for ${one.PackageId} ${one.Version} was deleted`,
    })
  }
  return removed
}
