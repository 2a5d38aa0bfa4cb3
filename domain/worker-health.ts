/** How healthy a worker is, by what it has said and when it was heard. */

/** As clients know them; `Unhealthy` is for checks that a script fails, which workers have none of. */
export type HealthStatus = 'Unknown' | 'Healthy' | 'HasWarnings' | 'Unhealthy' | 'Unavailable'

/** What one knows of a worker that judges its health. */
export interface Signs {
  /** It does not speak Tako's language: a Tentacle, a machine behind SSH. */
  isForeign: boolean
  /** Whether there was ever a sign of life. */
  wasHeard: boolean
  /** Whether who judges has heard it himself. */
  isHeardNow: boolean
  /** For how long he has listened since he has heard it, or without hearing it at all, in ms. */
  silentMs: number
  /** null: it has not said. */
  version: string | null
  shells: readonly { Name: string; Version: string | null }[] | null
  /** Bytes; null: it has not said. */
  freeDiskBytes: number | null
}

export interface Health {
  HealthStatus: HealthStatus
  /** One or more sentences for people, the same as long as nothing is different. */
  StatusSummary: string
}

/** Heard within this, a worker is there, in ms. */
export const THERE_MS = 10_000
/** Not heard for this, it is not, in ms. Between the two it stays what it was. */
export const GONE_MS = 15_000

const GIBIBYTE = 2 ** 30
/** Below this, scripts soon have no place to write to. */
const LOW_DISK_BYTES = GIBIBYTE
/** What once was low has to be more than this to be enough, so that it does not change at each look. */
const ENOUGH_DISK_BYTES = 1.25 * GIBIBYTE

export const UNKNOWN: Health = {
  HealthStatus: 'Unknown',
  StatusSummary: 'It has not been heard yet.',
}

const SILENT: Health = {
  HealthStatus: 'Unavailable',
  StatusSummary: 'It is silent: it may be off, or not reach Redis.',
}

const FOREIGN: Health = {
  HealthStatus: 'Unavailable',
  StatusSummary: 'Tako does not speak to Tentacles: join a machine with `npm run worker`.',
}

/** The health of a worker now; null: as it was. `version` is the server's. */
export function healthOf(
  signs: Signs,
  { was, version }: { was: HealthStatus; version: string },
): Health | null {
  const { isForeign, wasHeard, isHeardNow, silentMs } = signs
  if (isForeign) return FOREIGN
  if (isHeardNow && silentMs <= THERE_MS) return healthOfPresent(signs, was, version)
  // Who has listened for a moment alone does not know who is silent.
  if (silentMs < GONE_MS) return null
  return wasHeard ? SILENT : UNKNOWN
}

function healthOfPresent(signs: Signs, was: HealthStatus, serverVersion: string): Health {
  const { version, shells, freeDiskBytes } = signs
  const enough = was === 'HasWarnings' ? ENOUGH_DISK_BYTES : LOW_DISK_BYTES
  const bash = shells?.find(({ Name }) => Name === 'bash')
  const warnings = [
    ...(shells && !bash?.Version ? ['It has no bash: Bash steps would fail.'] : []),
    ...(freeDiskBytes !== null && freeDiskBytes < enough
      ? ['Its disk has hardly any room: free at least 2 GiB.']
      : []),
    ...(version !== null && version !== serverVersion
      ? [`Its version is ${version}, the server's is ${serverVersion}.`]
      : []),
  ]
  if (warnings.length === 0) return { HealthStatus: 'Healthy', StatusSummary: 'It runs steps.' }
  return { HealthStatus: 'HasWarnings', StatusSummary: warnings.join(' ') }
}

/** The older field for the same; a disabled worker is that and nothing else. */
export function statusOf(health: HealthStatus, isDisabled: boolean) {
  if (isDisabled) return 'Disabled'
  if (health === 'Unknown') return 'Unknown'
  return health === 'Unavailable' || health === 'Unhealthy' ? 'Offline' : 'Online'
}
