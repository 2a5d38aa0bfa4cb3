/** Yes or no to an import. */
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { BundleRefusedError, ConflictError, RefusedError } from '#bus/errors.ts'
import type { ImportState } from '#domain/promotion/import-state.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import { newId } from '#store/ids.ts'
import type { StoredImport } from './import.model.ts'
import type { Imports } from './import-memory.ts'
import { type Reviewed, reviewOf } from './import-review.ts'
import { type By, decided, ensureMayBecome, importIn } from './import-writes.ts'

export interface Decides extends Audit {
  broker: Pick<Bus, 'call'>
  models: { Import: Imports }
}
type Of = { spaceId: string; id: string }
type Seen = Of & { PreviewDigest: string }

/** Another person's yes, where the trust asks for one: to what was seen, and nothing else. */
export async function approve(on: Decides, by: By, seen: Seen): Promise<StoredImport> {
  const { stored } = await seenAs(on, seen, 'Approved')
  const after = await decided(on.models.Import, stored, {
    State: 'Approved',
    ApprovedBy: by.meta.caller.username,
    ApprovedAt: new Date().toISOString(),
    ApprovedDigest: seen.PreviewDigest,
  })
  await tell(on, by, after, { category: 'ImportApproved', what: 'was approved' })
  return after
}

export async function reject(
  on: Decides,
  by: By,
  { Reason, ...of }: Of & { Reason: string },
): Promise<StoredImport> {
  const stored = await importIn(on.models.Import, of)
  ensureMayBecome(stored, 'Rejected')
  const after = await decided(on.models.Import, stored, {
    ...{ State: 'Rejected', RejectedBy: by.meta.caller.username, Reason, _work: true },
  })
  await tell(on, by, after, { category: 'ImportRejected', what: `was rejected: ${Reason}` })
  return after
}

/**
 * Decides that it is imported: from this write on it will be, whoever dies. All that is made of it has
 * its ids from here, so that it is made once.
 */
export async function beginImport(on: Decides, by: By, seen: Seen): Promise<StoredImport> {
  const { stored, reviewed } = await seenAs(on, seen, 'Importing')
  await ensureApproved(on, by, stored, seen.PreviewDigest)
  return decided(on.models.Import, stored, importing(stored, reviewed))
}

/** What an import becomes when it begins; where it goes stays what was seen, whatever changes meanwhile. */
export const importing = (
  stored: StoredImport,
  { preview, lifecycle, projectId, releaseId }: Reviewed,
): Partial<StoredImport> => ({
  State: 'Importing',
  Message: '',
  // Also those that nobody had to decide: the next bundle means the same by them.
  Mappings: preview.Mappings.map(({ Kind, Name, TargetId }) => ({ Kind, Name, TargetId })),
  LifecycleId: lifecycle?.Id ?? null,
  ProjectId: projectId ?? stored.ProjectId ?? newId('Projects'),
  ReleaseId: releaseId ?? stored.ReleaseId ?? newId('Releases'),
  _work: true,
})

async function seenAs(
  { broker, models }: Decides,
  { PreviewDigest, ...of }: Seen,
  to: ImportState,
) {
  const system = asSystem(broker, 'an import is decided')
  const stored = await importIn(models.Import, of)
  ensureMayBecome(stored, to)
  await ensureTrusted(system, stored)
  const reviewed = await reviewOf({ imports: models.Import, system }, stored)
  const [block] = reviewed.preview.Blocks
  if (block) throw new BundleRefusedError(block.Message, block.Code)
  if (reviewed.preview.Digest !== PreviewDigest)
    throw new ConflictError('It is no longer what was seen: look at it again.')
  return { stored, reviewed }
}

/** Refuses what comes from a space that is trusted no more. */
export async function ensureTrusted(
  system: Pick<Bus, 'call'>,
  { SpaceId: spaceId, TrustId, RemoteSpace }: StoredImport,
): Promise<void> {
  const trust = await system
    .call('trusts.get', { spaceId, id: TrustId ?? '' })
    .catch((error: { type?: string }) => {
      if (error.type === 'NOT_FOUND') return null
      throw error
    })
  if (trust?.State !== 'Active')
    throw new BundleRefusedError(
      `The trust in ${RemoteSpace} is ${trust?.State ?? 'gone'}: nothing of it is imported.`,
      'TrustNotActive',
    )
  if (!trust.Allow.ReceiveReleases)
    throw new BundleRefusedError(
      `The trust in ${RemoteSpace} does not allow ReceiveReleases.`,
      'NotAllowed',
    )
}

async function ensureApproved(
  { broker }: Decides,
  by: By,
  { SpaceId: spaceId, TrustId, State, ApprovedBy, ApprovedDigest }: StoredImport,
  digest: string,
): Promise<void> {
  const system = asSystem(broker, 'an import is decided')
  const trust = await system.call('trusts.get', { spaceId, id: TrustId ?? '' })
  if (!trust.RequireSecondApprover) return
  if (State !== 'Approved' || ApprovedDigest !== digest)
    throw new RefusedError('Another person must approve this import first.')
  if (ApprovedBy === by.meta.caller.username)
    throw new RefusedError('You have approved this import: another person imports it.')
}

export const tell = (
  on: Audit,
  by: By,
  stored: StoredImport,
  { category, what }: { category: string; what: string },
): Promise<void> =>
  on.audited(by, {
    ...{ category, kind: 'Import', id: stored._id, spaceId: stored.SpaceId },
    message: `${stored.SourceProjectName} ${stored.ReleaseVersion} of ${stored.RemoteSpace} ${what}`,
    related: [stored.TrustId, stored.ProjectId, stored.ReleaseId],
  })
