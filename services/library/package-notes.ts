import type { Model } from 'mongoose'
import type { StoredPackage } from './package.model.ts'
import { packageIdOf } from './package-view.ts'
import type { PackageIdentity, PackageNotes } from './packages.contract.ts'

/** Notes of versions by their ids, with or without what ids begin with; each id has its answer. */
export async function notesFor(
  packages: Model<StoredPackage>,
  asked: { spaceId: string; feedId: string; packageIds: string[] },
): Promise<PackageNotes[]> {
  const ids = asked.packageIds.map((id) => (id.startsWith('packages-') ? id : `packages-${id}`))
  const where = { _id: { $in: ids.map((id) => `${asked.spaceId}/${id}`) } }
  const found = await packages.find(where).lean<StoredPackage[]>()
  const byId = new Map(found.map((one) => [packageIdOf(one), one]))
  return ids.map((id) => {
    const name = id.slice('packages-'.length)
    const one = byId.get(id)
    return notesIn(asked.feedId, one ?? { PackageId: name, Version: '' }, one ?? null)
  })
}

/** What there is to read about a version. A file of the built-in feed comes without notes. */
export const notesIn = (
  FeedId: string,
  { PackageId, Version }: PackageIdentity,
  found: StoredPackage | null,
): PackageNotes => ({
  FeedId,
  PackageId: found?.PackageId ?? PackageId,
  Version: found?.Version ?? Version,
  Notes: {
    Succeeded: found !== null,
    Notes: found ? '' : null,
    FailureReason: found ? null : `The package '${PackageId} ${Version}' was not found.`,
    DisplayMessage: null,
  },
})
