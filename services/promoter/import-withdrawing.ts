/** What becomes of an import when its source takes it back. */
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { BundleRefusedError } from '#bus/errors.ts'
import { mayBecome } from '#domain/promotion/import-state.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import type { StoredImport } from './import.model.ts'
import { tell } from './import-deciding.ts'
import type { Imports } from './import-memory.ts'
import { type By, changed } from './import-writes.ts'

interface On extends Audit {
  broker: Pick<Bus, 'call'>
  models: { Import: Imports }
}

interface Wish {
  spaceId: string
  trustId: string
  bundleId: string
  reason: string
}

/** Withdrawn before it was imported; after that, its release gets a defect, if the trust allows that. */
export async function takeBack(on: On, by: By, wish: Wish): Promise<void> {
  const { spaceId: SpaceId, trustId: TrustId, bundleId: BundleId } = wish
  const { Import } = on.models
  for (;;) {
    const found = await Import.findOne({ SpaceId, TrustId, BundleId }).lean<StoredImport>()
    const stored = found?.DuplicateOf
      ? await Import.findById(found.DuplicateOf).lean<StoredImport>()
      : found
    // What has not come yet is not taken any more by its sender's own word.
    if (!stored) return
    if (await step(on, by, { stored, wish })) return
  }
}

/** Answers whether that is all; false when it has changed meanwhile. */
async function step(
  on: On,
  by: By,
  { stored, wish }: { stored: StoredImport; wish: Wish },
): Promise<boolean> {
  const reason = wish.reason || `${stored.RemoteSpace} has withdrawn it.`
  if (mayBecome(stored.State, 'Withdrawn')) {
    const changes = { State: 'Withdrawn', Reason: reason, _work: true } as const
    const after = await changed(on.models.Import, stored, changes)
    if (after) await tell(on, by, after, { category: 'ImportWithdrawn', what: 'was withdrawn' })
    return after !== null
  }
  if (!mayBecome(stored.State, 'Recalled') || stored.ReleaseId === null) return true
  await block(on, stored, reason)
  const changes = { State: 'Recalled', Reason: reason, _work: true } as const
  const after = await changed(on.models.Import, stored, changes)
  const category = 'ReleaseBlockedByRecall'
  if (after) await tell(on, by, after, { category, what: `was recalled: ${reason}` })
  return after !== null
}

/** So that it is deployed no further, until somebody resolves it. */
async function block(
  { broker }: On,
  { SpaceId: spaceId, TrustId, BundleId, ReleaseId, RemoteSpace }: StoredImport,
  reason: string,
): Promise<void> {
  const system = asSystem(broker, 'a release is recalled')
  const { Allow } = await system.call('trusts.get', { spaceId, id: TrustId ?? '' })
  if (!Allow.AcceptRecall)
    throw new BundleRefusedError(
      'This space lets nobody recall what it has imported.',
      'NotAllowed',
    )
  // Beside any other defect: who resolves that one has not decided about the recall.
  await system.call('releases.block', {
    ...{ spaceId, releaseId: ReleaseId ?? '', Id: `Defects-${BundleId}` },
    Description: `Recalled by ${RemoteSpace}: ${reason}`,
  })
}
