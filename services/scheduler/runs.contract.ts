/** A piece of a run's log: whole lines in the format of `domain/log-line.ts`. */
export interface LogBatch {
  runId: string
  /** From 1, without a gap; a batch that comes again is acknowledged and ignored. */
  seq: number
  /** At most 256 KB. */
  text: string
  lines: number
  warnings: number
  errors: number
  /** Epoch ms of its first and last line. */
  from: number
  to: number
}

/** What a run says beside its lines. */
export interface RunProgress {
  percentage: number
  message: string
}

declare module '#bus' {
  interface WorkerActions {
    /** Acknowledges once the batch is in the log's file. A worker has at most 4 unacknowledged. */
    'runs.record'(params: LogBatch): { seq: number }
    'runs.progress'(params: { runId: string } & RunProgress): null
    /** A worker is there: sent on connecting and then every 5 s. */
    'runs.alive'(params: {
      worker: string
      slots: number
      running: string[]
      freeDiskBytes: number
    }): null
  }
}
