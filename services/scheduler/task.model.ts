import { Schema } from 'mongoose'
import type { Entry } from '#domain/journal.ts'
import type { Plan } from '#domain/plan.ts'
import { resource } from '#store/resource.ts'
import type { SettledState, Task, TaskState } from './tasks.contract.ts'

/** Who executes a task; a write that carries another token changes nothing. */
export interface Lease {
  token: string
  /** Grows with each take-over, from 1: who has a smaller one is not heard any more. */
  term: number
  /** Epoch ms. Renewed while the scheduler lives; past it, any other may take the task. `PARKED`: nobody has it. */
  until: number
}

/**
 * The lease of a task that waits for what is not this server's to do, for days if need be: no scheduler
 * has it, nobody renews it, and it takes no place of any cap.
 */
export const PARKED = Number.MAX_SAFE_INTEGER

/** Lines for the log of a parked task, on their way there. */
export interface Note {
  /** By which they are known when they come again. */
  key: string
  /** In the form of the log. */
  text: string
}

/** How a parked task is to end. */
export interface Settlement {
  state: SettledState
  error: string
}

/**
 * A task in the store. Its states and who moves between them:
 *
 *     Queued ──claim──▶ Executing ──executor──▶ Success | Failed
 *       │                  │
 *       │                  └──cancel──▶ Cancelling ──executor──▶ Canceled
 *       ├──cancel──▶ Canceled
 *       └──too late──▶ TimedOut
 *
 * Claim and executor are the scheduler's, and hold the lease; cancel is anybody's who may. An executor
 * may park its task (`parking.ts`): it stays Executing without a scheduler until it is settled by whom it
 * waits for, or cancelled, which gives it back to a scheduler.
 */
export interface StoredTask
  extends Omit<
    Task,
    'Completed' | 'Duration' | 'IsCompleted' | 'FinishedSuccessfully' | 'CanRerun' | 'Id'
  > {
  _id: string
  State: TaskState
  /** The order of the queue: 1 for priority tasks, 2 for the rest. */
  _rank: number
  /** Of two tasks with one tag, one at a time runs. */
  _tag: string | null
  /** The tag of a task that runs, so that the unique index lets one of two claimers win. */
  _mutex?: string
  _lease?: Lease
  /** What has happened, in order; an intent is written before it is sent to a worker. */
  _journal: Stamped[]
  /** What is to happen, made at the start; null before. */
  _plan: Plan | null
  /** What a running step waits for, or a parked task, in a sentence; null when nothing keeps it. */
  _waits: string | null
  /** How it ends, when that was said before it was parked. */
  _settlement?: Settlement
  /** What is to be written to its log as soon as it is parked. */
  _notes: Note[]
  /** Values that steps have set, sensitive ones sealed, in the order in which they came. */
  _outputs: StoredOutput[]
  /** Who has yet to draw his consequences of its end. */
  _follow: string[]
}

/** To whom a unit is sent. */
export interface Sent {
  worker?: string
  /** As it was called then. */
  workerName?: string
  pool?: string
}

/** An entry of the journal with its time in epoch ms, and for a start whom it was sent to. */
export type Stamped = Entry & { at: number } & Sent

export interface StoredOutput {
  unit: string
  /** The name of the action, by which later steps know it. */
  action: string
  name: string
  /** Sealed when `sensitive`. */
  value: string
  sensitive: boolean
}

export const taskSchema = new Schema<StoredTask>({
  SpaceId: { type: String, default: null },
  Name: { type: String, required: true },
  Description: { type: String, required: true },
  Arguments: { type: Schema.Types.Mixed, default: {} },
  State: { type: String, required: true },
  QueueTime: { type: String, required: true },
  QueueTimeExpiry: { type: String, default: null },
  StartTime: { type: String, default: null },
  LastUpdatedTime: { type: String, required: true },
  CompletedTime: { type: String, default: null },
  ServerNode: { type: String, default: null },
  ErrorMessage: { type: String, default: '' },
  HasBeenPickedUpByProcessor: { type: Boolean, default: false },
  HasPendingInterruptions: { type: Boolean, default: false },
  HasWarningsOrErrors: { type: Boolean, default: false },
  ProjectId: { type: String, default: null },
  EnvironmentId: { type: String, default: null },
  TenantId: { type: String, default: null },
  CreatedBy: { type: String, default: '' },
  _rank: { type: Number, required: true },
  _tag: { type: String, default: null },
  _mutex: String,
  _lease: { type: Schema.Types.Mixed, default: undefined },
  _journal: { type: Schema.Types.Mixed, default: [] },
  _plan: { type: Schema.Types.Mixed, default: null },
  _waits: { type: String, default: null },
  _settlement: { type: Schema.Types.Mixed, default: undefined },
  _notes: { type: Schema.Types.Mixed, default: [] },
  _outputs: { type: Schema.Types.Mixed, default: [] },
  _follow: { type: [String], default: [] },
})
  .plugin(resource, { isCounted: false })
  // The claim's: it finds all that it passes over by in the index itself.
  .index({ State: 1, _rank: 1, QueueTime: 1, _tag: 1, SpaceId: 1 })
  .index({ State: 1, QueueTimeExpiry: 1 })
  // Whose scheduler has died, found without a look at those that are parked.
  .index({ State: 1, '_lease.until': 1 })
  .index({ _tag: 1, State: 1 })
  .index({ QueueTime: -1 })
  .index({ SpaceId: 1, QueueTime: -1 })
  .index({ ProjectId: 1, QueueTime: -1 })
  .index({ EnvironmentId: 1, QueueTime: -1 })
  .index({ _mutex: 1 }, { unique: true, sparse: true })
  .index({ _follow: 1 })

/** What is large and only the executor needs. */
export const withoutJournal = { _journal: 0, _plan: 0, _outputs: 0 } as const
