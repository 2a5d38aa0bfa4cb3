import { type AnyModel, listPage } from '#mixins/listing.ts'

/** More than a space can have: all of them. */
export const ALL = 2_147_483_647

/** By place, and of one place by name. */
export const byPlace = { SortOrder: 1, _name: 1 } as const

interface Placed {
  Id: string
  SortOrder: number
}

/** The place after the last of a space. */
export async function nextPlace(model: AnyModel, spaceId: string): Promise<number> {
  const last = await model
    .findOne({ SpaceId: spaceId })
    .sort({ SortOrder: -1 })
    .select('SortOrder')
    .lean()
  return last ? last.SortOrder + 1 : 0
}

/** All of a space, in order. */
export async function allPlaced<T>(model: AnyModel, spaceId: string): Promise<T[]> {
  const listing = { where: { SpaceId: spaceId }, sort: byPlace }
  return (await listPage<T>(model, { take: ALL }, listing)).Items
}

/** Puts those of `ids` first, in this order, and the others behind them as they were. */
export async function placeFirst<T extends Placed>(
  model: AnyModel,
  all: T[],
  ids: string[],
): Promise<{ order: T[]; moved: { before: T; after: T }[] }> {
  const byId = new Map(all.map((one) => [one.Id, one]))
  const first = ids.flatMap((id) => byId.get(id) ?? [])
  const changes = [...new Set([...first, ...all])].map((before, SortOrder) => ({
    before,
    after: { ...before, SortOrder },
  }))
  const moved = changes.filter(({ before, after }) => before.SortOrder !== after.SortOrder)
  for (const { after } of moved) {
    await model.updateOne({ _id: after.Id }, { $set: { SortOrder: after.SortOrder } })
  }
  return { order: changes.map(({ after }) => after), moved }
}
