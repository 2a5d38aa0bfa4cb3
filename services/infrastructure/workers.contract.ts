import type { PublicKeys } from '#bus/messages.ts'
import type { ListParams, Page } from '#bus/page.ts'
import type { HealthStatus } from '#domain/worker-health.ts'

/** How a worker is reached. Of Tako's own it is `TentacleActive`, with an address that says who it is. */
export interface WorkerEndpoint {
  CommunicationStyle: string
  Uri?: string | null
  Thumbprint?: string | null
  /** Whatever else a client has said of it. */
  [field: string]: unknown
}

/** A machine that runs steps: one that has joined by `npm run worker`, or one that a client has written down. */
export interface Worker {
  Id: string
  SpaceId: string
  Name: string
  Slug: string
  WorkerPoolIds: string[]
  MachinePolicyId: string
  IsDisabled: boolean
  Endpoint: WorkerEndpoint
  Thumbprint: string | null
  Uri: string | null
  HealthStatus: HealthStatus
  StatusSummary: string
  /** The older field of the two: follows from health and `IsDisabled`. */
  Status: 'Unknown' | 'Online' | 'Offline' | 'Disabled'
  /** Whether it has the version of this server. */
  HasLatestCalamari: boolean
  IsInProcess: boolean
  SkipInitialHealthCheck: boolean
  /** 'Unknown' until it has said. */
  OperatingSystem: string
  Architecture: string
  /** The shell for steps that it has, bash before others; 'Unknown' until it has said. */
  ShellName: string
  ShellVersion: string

  /** 40 hexadecimal digits, to be compared by people; null: no worker of Tako's. */
  Fingerprint: string | null
  /** `Waiting`: nobody has let it in yet, so it gets no work and no secret. */
  Approval: 'Waiting' | 'Approved'
  /** Goes on with what it runs, takes nothing new. */
  IsDraining: boolean
  /** When it was heard last (ISO); null: never. */
  LastSeen: string | null
  /** Of Tako; null until it has said. */
  Version: string | null
  /** How many steps it runs at once; null until it has said. */
  Slots: number | null
  RunningCount: number
  Running: { RunId: string; TaskId: string }[]
  FreeDiskBytes: number | null
  Shells: { Name: string; Version: string | null }[]
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** What a client sends to write a worker down, or to change one. */
export type WorkerBody = Pick<
  Worker,
  'Name' | 'Endpoint' | 'WorkerPoolIds' | 'IsDisabled' | 'SkipInitialHealthCheck'
> &
  Partial<Pick<Worker, 'Slug' | 'MachinePolicyId'>> & { Thumbprint?: string; Uri?: string }

/** Of which workers a list is. */
export interface WorkerFilters {
  isDisabled?: boolean
  healthStatuses?: string[]
  commStyles?: string[]
  workerPoolIds?: string[]
  workerPoolId?: string
  thumbprint?: string
  shellNames?: string[]
}

/** A worker as the scheduler knows it: approved, and one of Tako's. */
export interface WorkerKnown {
  Id: string
  Name: string
  /** null: built in, for every space. */
  SpaceId: string | null
  WorkerPoolIds: string[]
  IsDisabled: boolean
  IsDraining: boolean
  Fingerprint: string
  Keys: PublicKeys
  /** Of a built-in worker, the node of its server. */
  Node: string | null
}

/** What a worker can do, as it has told the scheduler. */
export interface WorkerFacts {
  version?: string
  operatingSystem?: string
  architecture?: string
  shells?: { name: string; version: string | null }[]
  slots?: number
  freeDiskBytes?: number
}

export interface WorkerSeen {
  Id: string
  /** Epoch ms: an older word changes nothing. */
  At: number
  report?: WorkerFacts
}

/** When a worker was looked at last, and what came of it. */
export interface WorkerConnection {
  MachineId: string
  Status: Worker['Status']
  HealthStatus: HealthStatus
  /** ISO; null: never heard. */
  LastChecked: string | null
  Logs: { OccurredAt: string; Category: 'Info' | 'Warning' | 'Error'; MessageText: string }[]
}

interface Of {
  spaceId: string
  id: string
}

declare module '#bus' {
  interface Actions {
    /** Those that wait for approval too. Built-in workers are none of them. */
    'workers.list'(params: ListParams & WorkerFilters): Page<Worker>
    'workers.get'(params: Of): Worker
    'workers.names'(params: { spaceId: string; ids?: string[] }): { Id: string; Name: string }[]
    /** Without contact to the machine. */
    'workers.create'(params: { spaceId: string } & WorkerBody): Worker
    'workers.modify'(params: Of & WorkerBody): Worker
    /** It gets no work and no secret any more, and what it says is not believed. */
    'workers.remove'(params: Of): null
    'workers.eraseSpace'(params: { spaceId: string }): null
    /** Lets a worker that waits in: the fingerprint must be its own. */
    'workers.approve'(params: Of & { Fingerprint: string; WorkerPoolIds: string[] }): Worker
    /** It takes nothing new, or again does. */
    'workers.drain'(params: Of & { IsDraining: boolean }): Worker
    'workers.connection'(params: Of): WorkerConnection
    /** The names of the workers' operating systems. */
    'workers.operatingSystems'(params: { spaceId: string }): string[]
    'workers.shells'(params: { spaceId: string }): string[]

    /** Those of a pool that can get work, and whether it has any worker at all. */
    'workers.ofPool'(params: { spaceId: string; poolId: string }): {
      workers: WorkerKnown[]
      hasAny: boolean
    }
    /** A worker that is approved or built in, of whichever space. */
    'workers.known'(params: { id: string }): WorkerKnown | null
    /** Tells of the built-in worker of a server node. Idempotent. */
    'workers.builtIn'(params: { Id: string; Node: string; Keys: PublicKeys }): null
    /** What the scheduler has heard anew. Not for each sign of life: for facts that are different. */
    'workers.seen'(params: { reports: WorkerSeen[] }): null
    /**
     * Judges the health of workers now, by hand: all of the space, those with these ids, or those of
     * a pool. Disabled ones stay as they are. Those that wait for approval are left out.
     */
    'workers.check'(params: { spaceId: string; ids?: string[]; poolId?: string }): Worker[]
    /** What is done every few seconds on each node; `now` in epoch ms. */
    'workers.tend'(params: { now: number }): null
    /** Takes a pool that is gone out of its workers. */
    'workers.leavePool'(params: { spaceId: string; poolId: string }): null
  }

  interface Events {
    /** Something is different that decides where steps run. */
    'workers.changed': { id: string; spaceId: string }
  }
}
