import { join } from 'node:path'
import type { RunSpec } from '#bus/orders.ts'
import { type Job, jobFile } from './packages/job.ts'
import type { WorkerSettings } from './settings.ts'

/** Whether a run is more than a script that comes with it: then the driver takes the place of its shell. */
export const needsDriver = ({ packages, deployment, scriptFile }: RunSpec): boolean =>
  packages.length > 0 || deployment !== null || scriptFile !== null

const driver = join(import.meta.dirname, 'driver.ts')

/** What to write into the folder of a run, and what to start, for a run that has packages. */
export function driverFor(
  { runId, spec, settings }: { runId: string; spec: RunSpec; settings: WorkerSettings },
  folder: { path: string; workFolder: string },
) {
  const job: Job = {
    ...{ runId, spec, folder: folder.path, workFolder: folder.workFolder },
    path: settings.environment.PATH ?? '',
    worker: {
      name: settings.name,
      home: settings.workFolder,
      cacheBytes: settings.cacheBytes,
      server: settings.serverUrl,
      certificate: settings.certificate,
      allowPlainHttp: settings.allowsPlainHttp,
    },
  }
  return {
    files: [{ name: jobFile, content: JSON.stringify(job), mode: 0o600 }],
    command: process.execPath,
    args: [driver, join(folder.path, jobFile)],
    needs: null,
  }
}
