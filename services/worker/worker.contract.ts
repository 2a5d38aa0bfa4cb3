/** The syntaxes of inline scripts, as the API spells them. */
export type Syntax = 'Bash' | 'Python' | 'PowerShell' | 'CSharp' | 'FSharp'

/** What a run is to do. It holds secrets: it crosses the bus only inside a sealed text. */
export interface RunSpec {
  syntax: Syntax
  /** The script with its expressions already replaced. */
  body: string
  /** As typed after expansion: appended to the command line. */
  parameters: string
  /** Everything that the script may read, sensitive values too. */
  variables: Record<string, string>
  /** Texts to be masked in all that the run prints. */
  secrets: string[]
  /** Standard error fails the step (`Octopus.Action.FailScriptOnErrorOutput`). */
  failOnErrorOutput: boolean
  /** The run is ended after so long; 0 is no limit. */
  timeoutMs: number
}

export interface RunOutput {
  name: string
  /** Sealed with the key of this worker when `sensitive`. */
  value: string
  sensitive: boolean
}

/** How a run has ended; kept by the worker until `worker.forget`. */
export interface RunResult {
  runId: string
  /** `lost`: the worker found what is left of a run that a crash has ended. */
  outcome: 'succeeded' | 'failed' | 'cancelled' | 'timedOut' | 'lost'
  /** null when the script was never started or never ended by itself. */
  exitCode: number | null
  /** A sentence for people, null on success. */
  error: string | null
  outputs: RunOutput[]
  artifacts: { path: string; name: string }[]
  warnings: number
  errors: number
  /** How many batches the worker has sent: the log is complete when the last is acknowledged. */
  batches: number
  /** Epoch ms. */
  startedAt: number
  endedAt: number
}

/** What a worker can do, as it found out by trying. */
export interface WorkerReport {
  /** The node on the workers' bus. */
  worker: string
  version: string
  operatingSystem: string
  architecture: string
  /** Such as { name: 'bash', version: '5.2.15' }; `version` is null where it is not on the path. */
  shells: { name: string; version: string | null }[]
  slots: number
  running: string[]
  /** Bytes on the disk of the work folder. */
  freeDiskBytes: number
}

declare module '#bus' {
  interface WorkerActions {
    /**
     * Starts a run, or attaches to the one that `runId` names, and waits up to `waitMs` for its end:
     * `{ state: 'running' }` asks to be called again. Idempotent by `runId`.
     * `sealed` is a RunSpec as JSON, sealed with the worker's key (`bus/sealing.ts`); null only attaches, so an unknown run is then `lost`.
     */
    'worker.run'(params: {
      runId: string
      sealed: string | null
      waitMs: number
    }):
      | { state: 'running' }
      | { state: 'ended'; result: RunResult }
      | { state: 'refused'; reason: string }
    /** Ends every process of a run, also those that left its group. Answers at once; the result comes by `worker.run`. */
    'worker.stop'(params: { runId: string }): { found: boolean }
    /** Its result has been journalled: the folder of the run may go. */
    'worker.forget'(params: { runId: string }): { found: boolean }
    'worker.describe'(params: Record<never, never>): WorkerReport
  }
}
