/** Calls `work` with 0 to `count` - 1, so many at once, and answers with all results in order. */
export async function inParallel<T>(
  count: number,
  atOnce: number,
  work: (at: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const run = async () => {
    while (next < count) {
      const at = next++
      results[at] = await work(at)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, run))
  return results
}
