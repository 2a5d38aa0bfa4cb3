import type { Readable } from 'node:stream'
import type { Page } from '#bus/page.ts'
import type { Category } from '#domain/log-line.ts'
import type { UnitProgress } from './task-log.ts'

export type TaskState =
  | 'Queued'
  | 'Executing'
  | 'Cancelling'
  | 'Success'
  | 'Failed'
  | 'Canceled'
  | 'TimedOut'

/** The kinds of work there are; each has its executor in this folder. */
export type TaskName = 'Deploy' | 'Promote' | 'Health' | 'DeleteSpace'

/** A server task, as the API shows it. */
export interface Task {
  Id: string
  /** null: the server's own. */
  SpaceId: string | null
  Name: TaskName
  Description: string
  Arguments: Record<string, unknown>
  State: TaskState
  /** A text for people: 'Executing', '3 minutes ago' is the client's to make. */
  Completed: string
  QueueTime: string
  QueueTimeExpiry: string | null
  StartTime: string | null
  LastUpdatedTime: string
  CompletedTime: string | null
  ServerNode: string | null
  Duration: string
  ErrorMessage: string
  HasBeenPickedUpByProcessor: boolean
  IsCompleted: boolean
  FinishedSuccessfully: boolean
  HasPendingInterruptions: boolean
  HasWarningsOrErrors: boolean
  CanRerun: boolean
  /** What it is about, where it is about a project. */
  ProjectId: string | null
  EnvironmentId: string | null
  TenantId: string | null
  CreatedBy: string
}

export interface NewTask {
  /** Made by the caller: a second insert of it changes nothing. */
  Id: string
  SpaceId: string | null
  Name: TaskName
  Description: string
  Arguments?: Record<string, unknown>
  ProjectId?: string | null
  EnvironmentId?: string | null
  TenantId?: string | null
  /** When it may start: an ISO date, now when not given. */
  QueueTime?: string
  QueueTimeExpiry?: string | null
  /** Of two tasks with one tag, one at a time runs. null: none waits for another. */
  ConcurrencyTag?: string | null
  IsPriority?: boolean
  /** In whose name; the caller's when not given. */
  CreatedBy?: string
  /** Who follows it from its beginning on, beside those who follow each task's end. */
  Follower?: 'promoter'
}

/** Why a queued task does not run yet: one true sentence. */
export interface Waiting {
  Kind: string
  Text: string
}

export interface Activity {
  Id: string
  Name: string
  Status: string
  Started: string | null
  Ended: string | null
  ShowAtSummaryLevel: boolean
  ProgressPercentage: number
  ProgressMessage: string
  /** Of this activity alone, not of its children. */
  LineCount: number
  FirstLine: number | null
  LastLine: number | null
  LogElements: LogElement[]
  /** The worker that ran it; null for what holds others. */
  WorkerId: string | null
  WorkerName: string | null
  Children: Activity[]
}

export interface LogElement {
  Number: number
  OccurredAt: string
  Category: string
  MessageText: string
  Detail: string | null
}

/** A line of the log by itself, with the id of its activity. */
export interface LogItem extends Omit<LogElement, 'Detail'> {
  Activity: string
}

export interface TaskDetails {
  Task: Task
  ActivityLogs: Activity[]
  PhysicalLogSize: number
  Progress: { ProgressPercentage: number; EstimatedTimeRemaining: string }
  WaitsFor: Waiting | null
  Facts: { DeployedBy: string; Workers: string[] }
}

export interface TaskFilters {
  ids?: string[]
  /** The kind: 'Deploy'. */
  name?: string
  states?: string[]
  project?: string
  environment?: string
  tenant?: string
  /** Queued, executing or being cancelled. */
  active?: boolean
  running?: boolean
  node?: string
  hasPendingInterruptions?: boolean
  hasWarningsOrErrors?: boolean
  partialName?: string
  description?: string
  fromQueueDate?: string
  toQueueDate?: string
  fromStartDate?: string
  toStartDate?: string
  fromCompletedDate?: string
  toCompletedDate?: string
  /** Of the server's list: 'all' or ids. */
  spaces?: string[]
  includeSystem?: boolean
}

export type SettledState = 'Success' | 'Failed' | 'Canceled'

interface Of {
  /** Not given: wherever the caller may look. */
  spaceId?: string
  id: string
}
type LevelFilter = 'all' | 'normal' | 'problems'

declare module '#bus' {
  interface Actions {
    /** Queues a task. Idempotent by `Id`. */
    'tasks.create'(params: NewTask): Task
    /** By hand, where the caller may: 'Health'. */
    'tasks.request'(params: {
      spaceId?: string
      Name: string
      Description: string
      /** Whom a check of health is about; the built-in worker when it names nobody. */
      Arguments?: { WorkerPoolId?: string; MachineIds?: string[] }
    }): Task
    'tasks.list'(
      params: { spaceId?: string; skip?: number; take?: number } & TaskFilters,
    ): Page<Task>
    'tasks.get'(params: Of): Task
    /** `tail`: how many last lines of each activity; 0 gives the tree alone. */
    'tasks.details'(params: Of & { tail?: number }): TaskDetails
    /** Lines from number `from` on, or the last `tail`. `Next`: where to go on, null at the end. */
    'tasks.log'(
      params: Of & {
        from?: number
        take?: number
        tail?: number
        activity?: string
        level?: LevelFilter
      },
    ): { Total: number; Items: LogItem[]; Next: number | null }
    'tasks.search'(params: Of & { text: string; activity?: string; level?: LevelFilter }): {
      Count: number
      Numbers: number[]
      IsTruncated: boolean
    }
    /** The whole log as text for people, as a stream. */
    'tasks.raw'(params: Of): Readable
    'tasks.cancel'(params: Of): Task
    /** A new task of the same kind; for a deployment a new deployment. */
    'tasks.rerun'(params: Of): Task
    'tasks.queuedBehind'(params: Of): Page<Task>
    'tasks.types'(params: Record<never, never>): { Id: string; Name: string }[]
    /**
     * Cancels what is queued or runs in a space or a project. How many there are that have not ended,
     * or of whose end not all that follows is done.
     */
    'tasks.cancelOf'(params: { spaceId: string; projectId?: string }): { active: number }
    /**
     * Tasks whose follower `name` has not done its part yet: finished ones, and from their beginning on
     * those that were made with it as their `Follower`.
     */
    'tasks.unfollowed'(params: { name: string; skip: number; take: number }): Task[]
    'tasks.followed'(params: { name: string; ids: string[] }): null
    /** Tasks by their ids, in no order, unknown ones dropped: for who keeps their ids. */
    'tasks.known'(params: { ids: string[] }): Task[]
    /** Which of these ids no task has. */
    'tasks.missing'(params: { ids: string[] }): string[]
    /**
     * Adds lines to the log of a parked task, or one that is about to be: once for each `key`. `waitsFor`
     * is the sentence that says what it waits for from now on. One that has ended takes nothing.
     */
    'tasks.note'(params: {
      id: string
      key?: string
      lines: { category: Category; text: string }[]
      waitsFor?: string
    }): { isNoted: boolean }
    /**
     * Ends a parked task, one that is about to be as soon as it is. Idempotent: what has ended stays so.
     * `error` is shown as why it failed.
     */
    'tasks.settle'(params: { id: string; state: SettledState; error?: string }): null
    /** How many wait in the queue and how many are executed: those that are parked are neither. */
    'tasks.counts'(params: { spaceId: string }): { Queued: number; Executing: number }
    'tasks.removeOf'(params: { spaceId: string; ids: string[] }): null
    'tasks.eraseSpace'(params: { spaceId: string }): null
  }

  interface Events {
    'tasks.queued': { id: string }
    /** Started, or its activities or state have changed; with how far the units that run say they are. */
    'tasks.changed': { id: string; progress: Record<string, UnitProgress> }
    'tasks.cancelling': { id: string }
    'tasks.finished': { id: string; state: TaskState }
    /** Its log has `total` lines now. */
    'tasks.logged': { id: string; total: number }
  }
}
