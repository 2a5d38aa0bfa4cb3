import type { Model } from 'mongoose'
import type { Filter } from '#mixins/listing.ts'
import { publicOf } from '#store/resource.ts'
import type { StoredWorker } from './worker.model.ts'
import type { KeptWorker } from './worker-view.ts'

/** All workers that a condition of the store leaves, by name. */
export const kept = async (workers: Model<StoredWorker>, where: Filter): Promise<KeptWorker[]> =>
  (await workers.find(where).sort({ _name: 1 }).lean<StoredWorker[]>()).map(publicOf)

/** What the workers of a space have said, each once. */
export async function saidBy(
  workers: Model<StoredWorker>,
  field: 'OperatingSystem' | 'ShellName',
  SpaceId: string,
): Promise<string[]> {
  const found = await workers.find({ SpaceId }).select(field).lean<StoredWorker[]>()
  return [...new Set(found.map((worker) => worker[field]))].filter((s) => s !== 'Unknown').sort()
}
