import type { Model } from 'mongoose'
import { DEFAULT_TAKE, type Page } from '#bus/page.ts'
import { foldName, patternOf } from '#domain/name.ts'
import { publicOf } from '#store/resource.ts'

/** What a list is asked for, beside its own filters. */
interface Wish {
  skip?: number
  take?: number
  ids?: string[]
  partialName?: string
  name?: string
}

/** Which documents a list is about, and in which order. */
interface Listing {
  where: Filter
  sort: Record<string, 1 | -1>
}

export type Filter = Record<string, unknown>

// biome-ignore lint/suspicious/noExplicitAny: any model will do, and its filters are made here
export type AnyModel = Model<any>

/** One page of a model's documents as the API shows them. `T` is what the model stores. */
export async function listPage<T>(model: AnyModel, wish: Wish, listing: Listing): Promise<Page<T>> {
  const { skip: Skip = 0, ids, partialName, name } = wish
  const ItemsPerPage = wish.take || DEFAULT_TAKE
  const where: Filter = {
    ...listing.where,
    ...(ids && { _id: { $in: ids } }),
    ...(name !== undefined && { _name: foldName(name) }),
  }
  const window = { skip: Skip, take: ItemsPerPage, sort: listing.sort }
  const { items, total } = partialName
    ? await exactFirst(model, where, foldName(partialName), window)
    : await slice(model, where, window)
  // The documents of a model of T are T once their internal part is gone.
  const Items = items.map((item) => publicOf(item) as T)
  return { Items, TotalResults: total, ItemsPerPage, Skip }
}

interface Window {
  skip: number
  take: number
  sort: Record<string, 1 | -1>
}
type Slice = { items: Record<string, unknown>[]; total: number }

async function slice(model: AnyModel, where: Filter, { skip, take, sort }: Window): Promise<Slice> {
  const items: Slice['items'] = await model.find(where).sort(sort).skip(skip).limit(take).lean()
  // A page that is not full is the last one: then counting is not needed.
  const isLast = items.length < take && (items.length > 0 || skip === 0)
  return { items, total: isLast ? skip + items.length : await model.countDocuments(where) }
}

/** Who looks for a whole name finds it first, however many names hold it as a part. */
async function exactFirst(
  model: AnyModel,
  where: Filter,
  name: string,
  { skip, take, sort }: Window,
): Promise<Slice> {
  const isExact = narrowed(where, { _name: name })
  const isPart = narrowed(where, { _name: { $ne: name, $regex: patternOf(name) } })
  const first = await slice(model, isExact, { skip, take, sort })
  const rest = { skip: Math.max(0, skip - first.total), take: take - first.items.length, sort }
  if (rest.take === 0) {
    return { items: first.items, total: first.total + (await model.countDocuments(isPart)) }
  }
  const others = await slice(model, isPart, rest)
  return { items: [...first.items, ...others.items], total: first.total + others.total }
}

/** The conditions stay side by side, where the store finds the fields of its indexes. */
const narrowed = ({ $and = [], ...where }: Filter & { $and?: Filter[] }, more: Filter): Filter => ({
  ...where,
  $and: [...$and, more],
})
