/** The scheduler's end of the workers' bus: who is there, and what may be asked of them. */
import type { WorkerActions } from '#bus'
import type { RunProgress } from './runs.contract.ts'

type RunAnswer = ReturnType<WorkerActions['worker.run']>
export type RunResult = Extract<RunAnswer, { state: 'ended' }>['result']
export type WorkerReport = ReturnType<WorkerActions['worker.describe']>
/** A RunSpec, as `services/worker/worker.contract.ts` has it: plain JSON that holds secrets. */
export interface RunSpec {
  syntax: string
  body: string
  parameters: string
  variables: Record<string, string>
  secrets: string[]
  failOnErrorOutput: boolean
  timeoutMs: number
}

export interface WorkersBus {
  /** Which worker it is: the same after each start on the same work folder, and no other's. */
  id: string
  /** Whether the worker answers now. */
  isThere(worker: string): boolean
  /** Resolves when a worker comes, or `ms` have passed. */
  comes(ms: number): Promise<void>
  /** One long poll. Rejects when the bus or the worker is away: ask again. */
  run(worker: string, runId: string, spec: RunSpec, waitMs: number): Promise<RunAnswer>
  /** Whether the worker had anything of the run. Its end comes by `run`. */
  stop(worker: string, runId: string): Promise<boolean>
  /**
   * The result is in the journal. Whether it is forgotten: not while it runs. Never rejects: a worker
   * that is away forgets by itself after a while.
   */
  forget(runId: string): Promise<boolean>
  describe(worker: string): Promise<WorkerReport>
  /** The plain text of an output that the worker has sealed. */
  open(worker: string, sealed: string): string
  /** What a run says about its progress, as it comes. */
  onProgress(runId: string, listener: ((progress: RunProgress) => void) | null): void
}

/** The built-in worker's name, on its bus and in logs. */
export const BUILT_IN = 'built-in'
