import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { runFolder } from './run-folder.ts'
import { isUnderWay } from './runs.ts'

const oldMs = 7 * 24 * 3_600_000

/** Removes the runs that ended long ago and that nobody has asked for since. Answers how many. */
export async function removeOldRuns(workFolder: string, now: number): Promise<number> {
  const root = join(workFolder, 'runs')
  let removed = 0
  for (const name of readdirSync(root)) {
    const path = join(root, name)
    const folder = runFolder(path)
    const endedAt = folder.endedAt() ?? statSync(path).mtimeMs
    if (now - endedAt < oldMs || isUnderWay(folder)) continue
    await folder.remove()
    removed++
  }
  return removed
}
