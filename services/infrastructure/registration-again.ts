import type { Caller } from '#bus/caller.ts'
import { RefusedError } from '#bus/errors.ts'
import { publicOf } from '#store/resource.ts'
import { admitted, type Desk, spaceOf, type Wish } from './registration-first.ts'
import type { StoredWorker } from './worker.model.ts'
import { unheard } from './worker-health.ts'

/** That a worker goes on waiting is written down no more often than this, in ms. */
const NOTED_EACH_MS = 3_600_000

type Known = StoredWorker & { _id?: string }

/** A worker that is known asks again: with a token it may have been given meanwhile, or whether it was let in. */
export async function askedAgain(
  service: Desk,
  ctx: { meta: { caller: Caller } },
  wish: Wish & { worker: Known },
): Promise<{ id: string }> {
  const { worker, Space, Token, now } = wish
  const id = String(worker._id)
  const space = Space === undefined ? { Id: worker.SpaceId } : await spaceOf(service, Space)
  if (space?.Id !== worker.SpaceId)
    throw new RefusedError(
      'This worker has joined another space, or there is no such space: remove it there first, or start it with another --home.',
    )
  if (worker.Approval === 'Approved') return { id }
  if (Token === undefined) {
    const { _askedAt = '' } = worker
    if (_askedAt < new Date(now - NOTED_EACH_MS).toISOString()) await note(service, id, now)
    return { id }
  }
  const admission = await admitted(service, ctx, { ...wish, Space: worker.SpaceId, space })
  await letIn(service, ctx, worker, admission)
  return { id }
}

const note = ({ models }: Desk, id: string, now: number) =>
  models.Worker.updateOne(
    { _id: id, Approval: 'Waiting' },
    { $set: { _askedAt: new Date(now).toISOString() } },
  )

async function letIn(
  service: Desk,
  ctx: { meta: { caller: Caller } },
  worker: Known,
  {
    poolIds: WorkerPoolIds,
    tokenId,
    tokenName,
  }: { poolIds: string[]; tokenId: string; tokenName: string },
): Promise<void> {
  const { SpaceId: spaceId, Name } = worker
  const stored = await service.models.Worker.findOneAndUpdate(
    { _id: String(worker._id), Approval: 'Waiting' as const },
    { $set: { Approval: 'Approved', WorkerPoolIds, ...unheard }, $unset: { _askedAt: '' } },
    { returnDocument: 'after' },
  ).lean<StoredWorker>()
  // Somebody has let it in, or removed it, at this moment: the answer says which.
  if (!stored) return
  const after = publicOf(stored)
  await service.broker.broadcast('workers.changed', { id: after.Id, spaceId })
  const message = `Worker ${Name} was let in by the token ${tokenName || tokenId}`
  const audit = { category: 'WorkerApproved', kind: 'Worker', spaceId, message }
  await service.audited(ctx, { ...audit, before: publicOf(worker), after })
}
