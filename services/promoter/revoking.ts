/** What follows here from the end of a trust. Each part may be done again without harm. */
import type { Bus } from '#bus'
import { asSystem, systemCaller } from '#bus/caller.ts'
import { statesBefore } from '#domain/promotion/import-state.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import type { StoredImport } from './import.model.ts'
import { tell } from './import-deciding.ts'
import type { Imports } from './import-memory.ts'
import { changed } from './import-writes.ts'
import type { Trust } from './trusts.contract.ts'

export interface Revokes extends Audit {
  broker: Pick<Bus, 'call'>
  models: { Import: Imports }
  logger: { error(text: string, ...about: unknown[]): void }
}
type System = Pick<Bus, 'call'>

/** The name among the followers of a trust. */
const FOLLOWER = 'imports'
const AT_ONCE = 50

/** Draws the consequences of every revocation that still waits for them. */
export async function followRevocations(on: Revokes): Promise<void> {
  const system = asSystem(on.broker, 'a trust was revoked')
  for (let skip = 0; ; ) {
    const trusts = await system.call('trusts.unfollowed', { name: FOLLOWER, skip, take: AT_ONCE })
    for (const trust of trusts) {
      const isDone = await follow(on, system, trust).catch((error: unknown) => {
        // It comes again with the next look, and holds nothing else up.
        on.logger.error('What follows from a revocation was not done', { trust: trust.Id }, error)
        return false
      })
      if (isDone) await system.call('trusts.followed', { name: FOLLOWER, ids: [trust.Id] })
      else skip += 1
    }
    if (trusts.length < AT_ONCE) return
  }
}

/** false: an import that had begun has yet to end, and its release is to be blocked too. */
async function follow(on: Revokes, system: System, trust: Trust): Promise<boolean> {
  const reason = `The trust of ${trust.Name} was revoked: ${trust.Revocation?.Reason ?? ''}`
  await rejectWaiting(on, trust, reason)
  if (await on.models.Import.exists({ TrustId: trust.Id, State: 'Importing' })) return false
  if (trust.Revocation?.BlockImportedReleases) await blockUndeployed(system, trust, reason)
  return true
}

async function rejectWaiting(on: Revokes, trust: Trust, Reason: string): Promise<void> {
  const by = { meta: { caller: systemCaller('a trust was revoked') } }
  const where = { TrustId: trust.Id, State: { $in: statesBefore('Rejected') } }
  for (;;) {
    const waiting = await on.models.Import.find(where).limit(AT_ONCE).lean<StoredImport[]>()
    if (waiting.length === 0) return
    for (const one of waiting) {
      const changes = { State: 'Rejected', Reason, _work: true } as const
      // One that has changed meanwhile is found by the next look.
      const after = await changed(on.models.Import, one, changes)
      const what = `was rejected: ${Reason}`
      if (after) await tell(on, by, after, { category: 'ImportRejected', what })
    }
  }
}

/** What runs, or has run, is left alone. */
async function blockUndeployed(system: System, trust: Trust, reason: string): Promise<void> {
  const { Id: trustId, SpaceId: spaceId } = trust
  for (let after: string | undefined; ; ) {
    const window = { spaceId, trustId, take: AT_ONCE, ...(after !== undefined && { after }) }
    const releases = await system.call('releases.ofTrust', window)
    const releaseIds = releases.map(({ Id }) => Id)
    const deployed = new Set(await system.call('deployments.deployedOf', { spaceId, releaseIds }))
    for (const releaseId of releaseIds.filter((id) => !deployed.has(id)))
      await system.call('releases.block', {
        ...{ spaceId, releaseId, Description: reason },
        Id: `Defects-${trustId}-${releaseId}`,
      })
    after = releaseIds.at(-1)
    if (releases.length < AT_ONCE) return
  }
}
