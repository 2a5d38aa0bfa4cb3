import type { StoredWorker } from './worker.model.ts'
import type { WorkerKnown } from './workers.contract.ts'

/** A stored worker as the scheduler knows it; null when it must get no work and no belief. */
export function knownWorker(worker: StoredWorker & { _id: string }): WorkerKnown | null {
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
