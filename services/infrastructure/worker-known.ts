/** Workers as the scheduler knows them. */
import type { Model } from 'mongoose'
import { fingerprintOf, type PublicKeys } from '#bus/messages.ts'
import type { StoredBuiltIn, StoredWorker } from './worker.model.ts'
import type { WorkerKnown } from './workers.contract.ts'

interface Models {
  Worker: Model<StoredWorker>
  BuiltInWorker: Model<StoredBuiltIn>
}
type Found = StoredWorker & { _id: string }

/** Those of a pool that can get work, and whether it has any at all. */
export async function workersOfPool(
  { Worker }: Models,
  { spaceId: SpaceId, poolId: WorkerPoolIds }: { spaceId: string; poolId: string },
): Promise<{ workers: WorkerKnown[]; hasAny: boolean }> {
  const found = await Worker.find({ SpaceId, WorkerPoolIds }).lean<Found[]>()
  return { workers: found.flatMap((worker) => knownOf(worker) ?? []), hasAny: found.length > 0 }
}

/** A worker that may get work and be believed, built in or not; null for any other. */
export async function workerById(models: Models, id: string): Promise<WorkerKnown | null> {
  const found = await models.Worker.findById(id).lean<Found>()
  if (found) return knownOf(found)
  const own = await models.BuiltInWorker.findById(id).lean<StoredBuiltIn>()
  return own && knownBuiltIn(own)
}

/** Writes down the built-in worker of a server node. */
export async function keepBuiltIn(
  { BuiltInWorker }: Models,
  { Id, Node, Keys }: { Id: string; Node: string; Keys: PublicKeys },
): Promise<void> {
  const fields = { Node, Keys, Fingerprint: await fingerprintOf(Keys) }
  await BuiltInWorker.updateOne({ _id: Id }, { $set: fields }, { upsert: true })
}

function knownOf(worker: Found): WorkerKnown | null {
  const { _keys: Keys, Fingerprint, Approval } = worker
  if (!Keys || !Fingerprint || Approval !== 'Approved') return null
  return {
    Id: worker._id,
    Name: worker.Name,
    SpaceId: worker.SpaceId,
    WorkerPoolIds: [...worker.WorkerPoolIds],
    IsDisabled: worker.IsDisabled,
    IsDraining: worker.IsDraining,
    Fingerprint,
    Keys,
    Node: null,
  }
}

const knownBuiltIn = ({ _id, Node, Keys, Fingerprint }: StoredBuiltIn): WorkerKnown => ({
  Id: _id,
  Name: 'Built-in worker',
  SpaceId: null,
  WorkerPoolIds: [],
  IsDisabled: false,
  IsDraining: false,
  Fingerprint,
  Keys,
  Node,
})
