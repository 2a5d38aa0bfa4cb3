import type { PublicKeys } from '#bus/messages.ts'

/** What a worker is told when it starts. */
export interface WorkerSettings {
  /** What people call it: it stands in messages. */
  name: string
  /** Tako's. */
  version: string
  /** The folder of all that it keeps, absolute: who it is, its runs, its packages. */
  workFolder: string
  /** How many runs may be under way at once. */
  slots: number
  /** What scripts get, besides what is the run's own. */
  environment: Record<string, string>
  /** How long processes have to end by themselves when a run is stopped. */
  graceMs: number
  /** With less room on its disk it takes no new run. */
  leastFreeBytes: number
  /** How much room its packages may take. */
  cacheBytes: number
  /** Where packages are fetched from, unless a run says otherwise; null when only a run says it. */
  serverUrl: string | null
  /** Hexadecimal SHA-256 of the certificate that the server must show; null: one that this machine trusts. */
  certificate: string | null
  /** Packages may come over plain HTTP from other machines. */
  allowsPlainHttp: boolean
}

/** Of the server that it works for. */
export interface ServerOfWorker {
  keys: PublicKeys
  /** The name of its workers' bus. */
  bus: string
}

/** Of the packages that it has. */
export interface PackageCache {
  /** Hexadecimal SHA-256 of each, those used last first. */
  digests(): string[]
  /** Grows when `digests` changes. */
  version(): number
}

/** Octopus's own: a step needs so much room, if it does not say how much. */
export const LEAST_FREE_BYTES = 500 * 1024 ** 2
