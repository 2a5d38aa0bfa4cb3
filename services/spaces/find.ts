import type { Model } from 'mongoose'
import { NotFoundError } from '#bus/errors.ts'
import { foldName } from '#domain/name.ts'
import { publicOf } from '#store/resource.ts'
import type { StoredSpace } from './space.model.ts'
import type { Space } from './spaces.contract.ts'

/** Of a space that is being deleted nothing is found any more. */
export const present = { _deleting: { $exists: false } }

/** The space of an id, a slug or, when that is asked for, a name. */
export async function findSpace(
  spaces: Model<StoredSpace>,
  text: string,
  { byName = false } = {},
): Promise<Space> {
  const ways = [
    { _id: text },
    { Slug: text.toLowerCase() },
    ...(byName ? [{ _name: foldName(text) }] : []),
  ]
  for (const way of ways) {
    const space = await spaces.findOne({ ...way, ...present }).lean()
    if (space) return publicOf(space) as unknown as Space // A document of the model of spaces.
  }
  throw new NotFoundError('Space', text)
}
