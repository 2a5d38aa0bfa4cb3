import type { Schema } from 'mongoose'
import { isDuplicateOf, takenOn } from './taken.ts'

/** How many slugs are tried before something else must be wrong. */
const TRIES = 10_000

/**
 * Gives a resource a `Slug` that is unique on the whole server, or `per` a field such as 'SpaceId'.
 * Its index decides, as for names. To change to a slug that is taken is the same error as for a
 * name; who inserts tries the next by `withFreeSlug`.
 */
export function slugged(schema: Schema, { per }: { per?: string } = {}) {
  schema.add({ Slug: String })
  schema.index(
    { ...(per && { [per]: 1 }), Slug: 1 },
    // A sparse index of two fields holds all that have either; this one what has a slug.
    { unique: true, partialFilterExpression: { Slug: { $exists: true } } },
  )
  takenOn(schema, { indexed: 'Slug', shown: 'Slug' }, { on: 'changes' })
}

/**
 * Calls `insert` with 'shop', 'shop-1', 'shop-2', … until one is free. Nobody looks first: the index
 * refuses what is taken, also when somebody else takes it at this moment.
 */
export async function withFreeSlug<Result>(
  wish: string,
  insert: (slug: string) => Promise<Result>,
): Promise<Result> {
  for (let count = 0; count < TRIES; count++) {
    try {
      return await insert(count === 0 ? wish : `${wish}-${count}`)
    } catch (error) {
      if (!isDuplicateOf('Slug', error)) throw error
    }
  }
  throw new Error(`No slug like '${wish}' is free.`)
}
