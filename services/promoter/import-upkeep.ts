/** What becomes of imports without anybody deciding: packages come, time passes, crashes are made up for. */
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { mayImportByItself } from '#domain/promotion/auto-import.ts'
import { statesBefore } from '#domain/promotion/import-state.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import { blobs } from '#store/blobs.ts'
import type { StoredImport } from './import.model.ts'
import { importing, tell } from './import-deciding.ts'
import type { Imports } from './import-memory.ts'
import { areComplete, packagesNow } from './import-packages.ts'
import { lastOf, reviewOf } from './import-review.ts'
import { type By, changed } from './import-writes.ts'

export interface KeepsUp extends Audit {
  broker: Pick<Bus, 'call'>
  models: { Import: Imports }
}

const AT_ONCE = 200
/** So long a refused bundle is kept for who looks into it. */
const QUARANTINE_MS = 30 * 86_400_000

/** Looks whether its packages are here. Answers the import as it is then. */
export async function lookForPackages(
  { broker, models }: KeepsUp,
  stored: StoredImport,
): Promise<StoredImport> {
  const system = asSystem(broker, 'packages of imports')
  const Packages = await packagesNow(system, stored)
  const State = areComplete(Packages) ? 'AwaitingReview' : 'AwaitingPackages'
  const isSame = JSON.stringify(Packages) === JSON.stringify(stored.Packages)
  if (isSame && State === stored.State) return stored
  const after = await changed(models.Import, stored, { Packages, State, _work: true })
  return after ?? stored
}

/** The same for all that wait for packages, of a space where one is given. */
export async function lookForAllPackages(on: KeepsUp, spaceId?: string): Promise<void> {
  const where = {
    State: 'AwaitingPackages' as const,
    ...(spaceId !== undefined && { SpaceId: spaceId }),
  }
  for await (const one of on.models.Import.find(where).lean<StoredImport[]>().cursor())
    await lookForPackages(on, one)
}

/** Imports without people what its trust and all that is known allow. */
export async function autoImport(on: KeepsUp, by: By, stored: StoredImport): Promise<void> {
  const system = asSystem(on.broker, 'an import by itself')
  const { SpaceId: spaceId, TrustId, HasVersionConflict } = stored
  const trust = await system.call('trusts.get', { spaceId, id: TrustId ?? '' })
  if (trust.State !== 'Active' || trust.AutoImport.Mode === 'Never') return
  const imports = on.models.Import
  const { LifecycleId } = trust.AutoImport
  const reviewed = await reviewOf({ imports, system }, stored, {
    ...(LifecycleId && { lifecycleId: LifecycleId }),
  })
  const last = await lastOf(imports, stored)
  const { may } = mayImportByItself({
    ...{ trust, isKnown: reviewed.projectId !== null, preview: reviewed.preview },
    kind: HasVersionConflict ? 'VersionConflict' : reviewed.releaseId ? 'NewRevision' : 'New',
    decided: last ? reviewed.preview.Mappings.filter(wasDecidedIn(last)) : [],
  })
  if (!may) return
  const after = await changed(imports, stored, importing(stored, reviewed))
  if (!after) return
  await tell(on, by, after, { category: 'ImportApproved', what: 'is imported by itself' })
}

const wasDecidedIn =
  ({ Mappings }: StoredImport) =>
  ({ Kind, Name, TargetId }: { Kind: string; Name: string; TargetId: string | null }) =>
    Mappings.some((one) => one.Kind === Kind && one.Name === Name && one.TargetId === TargetId)

/** Ends what is too old to be imported, and forgets what was refused long ago. */
export async function sweep({ models }: KeepsUp, now: Date): Promise<void> {
  const { Import } = models
  const overdue = await Import.find({
    State: { $in: statesBefore('Expired') },
    NotAfter: { $lt: now.toISOString() },
  })
    .limit(AT_ONCE)
    .lean<StoredImport[]>()
  for (const one of overdue)
    await changed(Import, one, {
      ...{ State: 'Expired', _work: true },
      Message: 'It was not imported in time: its sender must make a new one.',
    })
  const since = new Date(now.getTime() - QUARANTINE_MS).toISOString()
  const old = await Import.find({ State: 'Quarantined', Received: { $lt: since } })
    .limit(AT_ONCE)
    .lean<StoredImport[]>()
  for (const { _id, _blob } of old) {
    if (_blob) await blobs.remove(_blob)
    await Import.deleteOne({ _id })
  }
}

/** Says so of releases that were deleted here. */
export async function noteRemoved(
  { broker, models }: KeepsUp,
  { spaceId, ids }: { spaceId: string; ids: string[] },
): Promise<void> {
  const system = asSystem(broker, 'releases were deleted')
  const known = new Set(await system.call('releases.known', { spaceId, ids }))
  const gone = ids.filter((id) => !known.has(id))
  const found = await models.Import.find({
    ...{ SpaceId: spaceId, ReleaseId: { $in: gone } },
    State: { $in: statesBefore('Removed') },
  }).lean<StoredImport[]>()
  for (const one of found) await changed(models.Import, one, { State: 'Removed', _work: true })
}
