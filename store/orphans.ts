import { blobs } from './blobs.ts'

const AT_ONCE = 500

/** So long a file may be nobody's: what is being written, and what is about to be told of. */
export const NOBODYS_FOR_MS = 60 * 60_000

/**
 * Removes the files below a name that nothing tells of, and that were written before a time: a crash
 * between the writing of a file and of what tells of it leaves one. `known` says which names are used.
 */
export async function removeOrphans(
  folder: string,
  { before, known }: { before: Date; known(names: string[]): Promise<string[]> },
): Promise<number> {
  let removed = 0
  let some: string[] = []
  async function look() {
    const used = new Set(await known(some))
    for (const name of some) {
      if (used.has(name)) continue
      const found = await blobs.stat(name)
      if (!found || found.modifiedAt >= before) continue
      await blobs.remove(name)
      removed += 1
    }
    some = []
  }
  for await (const name of blobs.below(folder)) {
    some.push(name)
    if (some.length === AT_ONCE) await look()
  }
  await look()
  return removed
}
