/** What a project has exactly one of, with a `Version` that clients send back: its process, its variables. */
import { NotFoundError, StaleError } from '#bus/errors.ts'
import type { AnyModel } from '#mixins/listing.ts'
import { publicOf } from '#store/resource.ts'

/** By its own id, or by its project's. */
export interface Address {
  spaceId: string
  id?: string
  projectId?: string
}

interface Owned {
  Id: string
  SpaceId: string
  Version: number
}

const idOf = (model: AnyModel, projectId = '') =>
  `${model.modelName.replace(/Snapshot$/, '').toLowerCase()}-${projectId}`

/** The one at this address. `T` is what the model stores. */
export async function loadOwned<T>(model: AnyModel, address: Address): Promise<T> {
  const { spaceId, id = idOf(model, address.projectId) } = address
  const found = await model.findOne({ _id: id, SpaceId: spaceId }).lean()
  if (!found) throw new NotFoundError(model.modelName, id)
  return publicOf(found) as T // A document of the model of T.
}

/** Refuses a change by somebody who has not seen the last one. */
export function checkVersion(model: AnyModel, { Id, Version }: Owned, seen?: number): void {
  if (seen !== undefined && seen !== Version) throw new StaleError(model.modelName, Id)
}

/** Changes what was read. One write decides whether it is still the same. */
export async function replaceOwned<T extends Owned>(
  model: AnyModel,
  { Id, SpaceId, Version }: T,
  fields: Partial<T>,
  { username }: { username: string },
): Promise<T> {
  const stamp = { LastModifiedOn: new Date().toISOString(), LastModifiedBy: username }
  const after = await model
    .findOneAndUpdate(
      { _id: Id, SpaceId, Version },
      { $set: { ...fields, ...stamp }, $inc: { Version: 1 } },
      { returnDocument: 'after' },
    )
    .lean()
  if (!after) throw new StaleError(model.modelName, Id)
  return publicOf(after) as T // A document of the model of T.
}

/** Gives a new project its own; what is there already stays. */
export async function insertOwned(
  model: AnyModel,
  { spaceId: SpaceId, projectId }: { spaceId: string; projectId: string },
  fields: object,
): Promise<void> {
  await model.updateOne(
    { _id: idOf(model, projectId) },
    { $setOnInsert: { ...fields, SpaceId, Version: 0 } },
    { upsert: true, setDefaultsOnInsert: false },
  )
}
