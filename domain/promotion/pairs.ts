import { foldName } from '#domain/name.ts'

export interface Pair<T> {
  before: T | undefined
  after: T | undefined
}

/** Which is which: by id, else by name. In the order of the second list, what is gone at the end. */
export function paired<T extends { Id: string; Name: string }>(
  before: readonly T[],
  after: readonly T[],
): Pair<T>[] {
  const byId = new Map(before.map((one) => [one.Id, one]))
  const ids = new Set(after.map(({ Id }) => Id))
  // One that is found by its id is nobody else's namesake.
  const byName = new Map(
    before.filter(({ Id }) => !ids.has(Id)).map((one) => [foldName(one.Name), one]),
  )
  const used = new Set<T>()
  const pairs = after.map((one): Pair<T> => {
    const found = byId.get(one.Id) ?? byName.get(foldName(one.Name))
    if (!found) return { before: undefined, after: one }
    used.add(found)
    return { before: found, after: one }
  })
  const gone = before.filter((one) => !used.has(one))
  return [...pairs, ...gone.map((one) => ({ before: one, after: undefined }))]
}

/** Where in a list of different numbers those stand that are in order already: a longest such row. */
export function keptInOrder(numbers: readonly number[]): Set<number> {
  // Of the rows of each length, the place at which the one ends that has the lowest end.
  const ends: number[] = []
  const previous = new Map<number, number | undefined>()
  for (const [at, number] of numbers.entries()) {
    const found = ends.findIndex((end) => (numbers[end] ?? 0) >= number)
    const length = found === -1 ? ends.length : found
    previous.set(at, ends[length - 1])
    ends[length] = at
  }
  const kept = new Set<number>()
  for (let at = ends.at(-1); at !== undefined; at = previous.get(at)) kept.add(at)
  return kept
}
