/** How a worker that waits is let in by a person, or is forgotten. */
import type { Caller } from '#bus/caller.ts'
import { systemCaller } from '#bus/caller.ts'
import { InvalidError, NotFoundError, RefusedError } from '#bus/errors.ts'
import { isSame } from '#store/encryption.ts'
import { publicOf } from '#store/resource.ts'
import type { StoredWorker } from './worker.model.ts'
import { poolFaults } from './worker-body.ts'
import { type Judge, unheard } from './worker-health.ts'

/** Who has not asked for so long is not waited for, in ms. */
const STALE_MS = 24 * 3_600_000

interface Approval {
  spaceId: string
  id: string
  Fingerprint: string
  WorkerPoolIds: string[]
}

/** Approves a worker into pools, if the fingerprint is its own. */
export async function approveWorker(
  service: Judge,
  ctx: { meta: { caller: Caller } },
  { spaceId, id, Fingerprint, WorkerPoolIds }: Approval,
): Promise<void> {
  const where = { _id: id, SpaceId: spaceId }
  const found = await service.models.Worker.findOne(where).lean<StoredWorker>()
  if (!found) throw new NotFoundError('Worker', id)
  if (found.Approval !== 'Waiting') throw new RefusedError('The worker does not wait for approval.')
  const before = publicOf(found)
  const audit = { kind: 'Worker', spaceId, id, related: WorkerPoolIds }
  if (!isSame(digitsOf(Fingerprint), found.Fingerprint ?? '')) {
    const message = `Worker ${found.Name} was not approved: the fingerprint is another one`
    await service.audited(ctx, { ...audit, category: 'WorkerRefused', message })
    throw new InvalidError([
      "'Fingerprint' is not that of the worker: somebody else may be asking in its name.",
    ])
  }
  const faults = await poolFaults(service.broker, spaceId, WorkerPoolIds)
  if (faults.length > 0) throw new InvalidError(faults)
  const stored = await service.models.Worker.findOneAndUpdate(
    { ...where, Approval: 'Waiting' as const },
    {
      $set: { Approval: 'Approved' as const, WorkerPoolIds, ...unheard },
      $unset: { _askedAt: '' },
    },
    { returnDocument: 'after' },
  ).lean<StoredWorker>()
  if (!stored) throw new RefusedError('The worker does not wait for approval any more.')
  const message = `Worker ${found.Name} was approved`
  const after = publicOf(stored)
  await service.audited(ctx, { ...audit, category: 'WorkerApproved', before, after, message })
}

/** As people type or copy it: with spaces or colons, in any case. */
const digitsOf = (text: string) => text.replace(/[\s:-]/g, '').toUpperCase()

/** Forgets those who wait and do not ask any more. */
export async function dropStale(service: Judge, now: number): Promise<void> {
  const since = new Date(now - STALE_MS).toISOString()
  const where = { Approval: 'Waiting' as const, _askedAt: { $lt: since } }
  for (;;) {
    const gone = await service.models.Worker.findOneAndDelete(where).lean<StoredWorker>()
    if (!gone) return
    const before = publicOf(gone)
    await service.audited(
      { meta: { caller: systemCaller('a look at the workers') } },
      {
        category: 'MachineDeleted',
        kind: 'Worker',
        spaceId: gone.SpaceId,
        before,
        message: `Worker ${gone.Name} was dropped: it has not asked to be let in for a day`,
      },
    )
  }
}
