/** What the scheduler of a node asks of workers, wherever they are. */
import type { Outcomes, RunProgress, RunSpec } from '#bus/orders.ts'

/** The built-in worker's name, in logs. */
export const BUILT_IN = 'built-in'

/**
 * After so long a silence a worker is lost, in ms. It is silence only while we listen and the bus is
 * there; then it is asked once more.
 */
export const LOST_AFTER_MS = 9_000

/** A worker that something is sent to, or was. */
export interface Target {
  id: string
  name: string
}

export interface RunAsk {
  runId: string
  spec: RunSpec
  waitMs: number
  /** How long an answer is waited for altogether. */
  timeoutMs: number
  term: number
  /** Aborted when the answer is not worth the wait any more: the question is then asked anew. */
  signal: AbortSignal
}

/** A run, and the term of the lease under which something is asked about it. */
export interface RunOf {
  runId: string
  term: number
}

export interface WorkersBus {
  /** One long poll. Fails with a `SilentError` when there is no answer that is the worker's own. */
  run(worker: string, ask: RunAsk): Promise<Outcomes['run']>
  /** Whether the worker had anything of the run. Its end comes by `run`. */
  stop(worker: string, run: RunOf): Promise<boolean>
  /**
   * The result is in the journal. Whether it is forgotten: not while it runs. Never rejects: a worker
   * that is away is told when it says that it still has it.
   */
  forget(worker: string, run: RunOf): Promise<boolean>
  /**
   * Follows a run: its log is taken from now on, under this term, while `isHeld`. The signal is aborted
   * each time that the worker may have an answer that has not arrived. Call `end` when nobody follows it any more.
   */
  follow(run: Followed): Following
  /** How long nothing signed was heard of it, in ms in which it could have been heard. */
  silentMs(worker: string): number
  /** Whether it is one that may still be believed: not removed. */
  isKnown(worker: string): Promise<boolean>
}

export interface Followed {
  /** It may have been followed before: some of its log may be there. */
  isResumed: boolean
  runId: string
  worker: string
  task: string
  unit: string
  term: number
  /** Whether this node still holds the task. */
  isHeld(): boolean
  progressed(progress: Pick<RunProgress, 'percentage' | 'message'>): void
}

export interface Following {
  /** Another one after each abort. */
  nudge(): AbortSignal
  end(): void
}

/** Nothing was answered that can be believed. */
export class SilentError extends Error {
  /** Whether the order may have been heard. */
  readonly wasSent: boolean
  /** The worker has said, and signed, that it cannot do it, or what nobody understands. */
  readonly isFault: boolean

  /** We ourselves have ended the wait, to ask anew. */
  readonly isNudge: boolean
  /** The fault is not the worker's: it could not be looked up, or what it said could not be kept. */
  readonly isUnasked: boolean

  constructor(message: string, about: Silence) {
    super(message, { cause: about.cause })
    this.name = 'SilentError'
    this.wasSent = about.wasSent
    this.isFault = about.isFault ?? false
    this.isNudge = about.isNudge ?? false
    this.isUnasked = about.isUnasked ?? false
  }
}

interface Silence {
  wasSent: boolean
  isFault?: boolean
  isNudge?: boolean
  isUnasked?: boolean
  cause?: unknown
}
