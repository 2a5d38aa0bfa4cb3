import { readFileSync, rmSync } from 'node:fs'
import type { RunSpec } from '#bus/orders.ts'

/** What the driver of a run is told, in a file of the run's folder. It holds secrets. */
export interface Job {
  runId: string
  spec: RunSpec
  /** The folder of the run, and the one below it that scripts begin in; absolute. */
  folder: string
  workFolder: string
  /** Where programs are looked for, as PATH has it. */
  path: string
  /** What all runs of the worker share: its cache, its installations. */
  worker: PackageSettings
}

/** What a worker is set to, as far as packages are concerned. */
export interface PackageSettings {
  /** For messages. */
  name: string
  /** The worker's own folder, absolute. */
  home: string
  /** How much its package cache may hold. */
  cacheBytes: number
  /** Of the server that the worker belongs to, for runs that name none; null where each run does. */
  server: string | null
  /** Hexadecimal SHA-256 of that server's certificate; null: one that the machine trusts. */
  certificate: string | null
  /** Whether a token may go to another machine in the clear. */
  allowPlainHttp: boolean
}

/** Where the worker writes the job, within the folder of the run. */
export const jobFile = 'job.json'

/** Reads the job and takes it off the disk: nobody needs it again. */
export function takeJob(path: string): Job {
  const job: Job = JSON.parse(readFileSync(path, 'utf8'))
  rmSync(path)
  return job
}
