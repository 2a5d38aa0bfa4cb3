/** What the source of an import is told of it. */
import type { Bus } from '#bus'
import { statusOf } from '#domain/promotion/import-state.ts'
import type { StatusBody } from '#domain/promotion/messages.ts'
import type { StoredImport } from './import.model.ts'
import type { Imports } from './import-memory.ts'

/** What has become of it; of one that brings nothing new, of the first one. */
export async function statusBodyOf(imports: Imports, stored: StoredImport): Promise<StatusBody> {
  const { BundleId, DuplicateOf } = stored
  const first = DuplicateOf ? await imports.findById(DuplicateOf).lean<StoredImport>() : null
  const { State, Code, Message, Reason, Packages } = first ?? stored
  const missing = Packages.filter((one) => one.State === 'Missing')
  const named = missing.map((one) => `${one.PackageId} ${one.Version}`).join(', ')
  const lacks = State === 'AwaitingPackages' && named !== '' ? `It waits for ${named}.` : ''
  return {
    bundleId: BundleId ?? '',
    status: statusOf(State) ?? 'AwaitingReview',
    at: new Date().toISOString(),
    code: Code ?? '',
    reason: (lacks || Reason || (State === 'ImportFailed' ? '' : Message)).slice(0, 2_000),
  }
}

/** Has its source told of it, if it is connected. */
export async function tellSource(
  system: Pick<Bus, 'call'>,
  imports: Imports,
  stored: StoredImport,
): Promise<void> {
  const { SpaceId: spaceId, TrustId: trustId, BundleId, Version } = stored
  if (trustId === null || BundleId === null) return
  const trust = await system
    .call('trusts.get', { spaceId, id: trustId })
    .catch((error: { type?: string }) => {
      if (error.type === 'NOT_FOUND') return null
      throw error
    })
  if (!trust || trust.State === 'Revoked' || trust.Transport.Kind === 'Disconnected') return
  await system.call('promotionoutbox.post', {
    ...{ spaceId, trustId, type: 'bundle.status', key: `bundle.status ${BundleId} ${Version}` },
    body: await statusBodyOf(imports, stored),
  })
}
