import { statSync } from 'node:fs'
import { arch, hostname, release, type } from 'node:os'
import type { WorkerReport } from '#bus/orders.ts'
import { freeBytes } from './room.ts'
import type { Runs } from './runs.ts'
import type { PackageCache, WorkerSettings } from './settings.ts'
import { findPrograms, type Shell, shellsOf } from './shells.ts'

/** So long what was found out about the shells holds, in ms. */
const SHELLS_MS = 10 * 60_000
const MOST_CACHED = 1_000

export const OPERATING_SYSTEM = `${type()} ${release()}`

/** Describes what a worker has. Its shells are tried at first, every ten minutes, and when their files are others. */
export function reporter(
  settings: WorkerSettings,
  runs: Pick<Runs, 'running'>,
  cache: PackageCache,
) {
  const { environment, version, slots, workFolder } = settings
  let found: { at: number; files: string; shells: Promise<Shell[]> } | null = null

  function shells(): Promise<Shell[]> {
    const files = filesOf(environment)
    const now = performance.now()
    if (!found || found.files !== files || now - found.at > SHELLS_MS)
      found = { at: now, files, shells: shellsOf(environment) }
    return found.shells
  }

  return async (): Promise<WorkerReport> => ({
    version,
    operatingSystem: OPERATING_SYSTEM,
    architecture: arch(),
    host: hostname(),
    shells: await shells(),
    slots,
    running: runs.running(),
    freeDiskBytes: freeBytes(workFolder),
    cached: cache.digests().slice(0, MOST_CACHED),
  })
}

/** What is different after a shell was installed, removed or replaced. */
const filesOf = (environment: Record<string, string>) =>
  findPrograms(environment.PATH ?? '')
    .map((path) => `${path} ${path && statSync(path, { throwIfNoEntry: false })?.mtimeMs}`)
    .join('\n')
