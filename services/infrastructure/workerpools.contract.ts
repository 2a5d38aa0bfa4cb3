import type { ListParams, Page } from '#bus/page.ts'
import type { WorkerFilters } from './workers.contract.ts'

/** Workers among which any may run an action. */
export interface WorkerPool {
  Id: string
  SpaceId: string
  Name: string
  Description: string
  Slug: string
  WorkerPoolType: 'StaticWorkerPool' | 'DynamicWorkerPool'
  /** Of a dynamic pool: which machines it is made of. */
  WorkerType: string | null
  /** Whether it runs the actions that name no pool; one of each space. */
  IsDefault: boolean
  CanAddWorkers: boolean
  SortOrder: number
  LastModifiedOn?: string
  LastModifiedBy?: string
}

/** What a client sends to create a worker pool, or to change one. */
export type WorkerPoolBody = Pick<
  WorkerPool,
  'Name' | 'Description' | 'WorkerPoolType' | 'IsDefault'
> & { WorkerType?: string } & Partial<Pick<WorkerPool, 'Slug' | 'SortOrder'>>

/** What workers there are, by kind. */
export interface WorkerCounts {
  TotalMachines: number
  TotalDisabledMachines: number
  /** How many of each `HealthStatus`. */
  MachineHealthStatuses: Record<string, number>
  /** How many of each `CommunicationStyle`. */
  MachineEndpointSummaries: Record<string, number>
}

export interface WorkerPoolsSummary extends WorkerCounts {
  WorkerPoolSummaries: (WorkerCounts & { WorkerPool: WorkerPool })[]
}

interface Of {
  spaceId: string
  id: string
}

declare module '#bus' {
  interface Actions {
    'workerpools.list'(params: ListParams): Page<WorkerPool>
    'workerpools.get'(params: Of): WorkerPool
    'workerpools.names'(params: { spaceId: string; ids?: string[] }): { Id: string; Name: string }[]
    'workerpools.create'(params: { spaceId: string } & WorkerPoolBody): WorkerPool
    'workerpools.modify'(params: Of & WorkerPoolBody): WorkerPool
    'workerpools.remove'(params: Of): null
    'workerpools.eraseSpace'(params: { spaceId: string }): null
    /** Makes the pool that every space has, unless the space has a default pool. */
    'workerpools.populate'(params: { spaceId: string }): null
    /** The pool that runs the actions which name none. */
    'workerpools.default'(params: { spaceId: string }): WorkerPool
    'workerpools.sort'(params: { spaceId: string; ids: string[] }): WorkerPool[]
    /** Of the workers that the filters leave. */
    'workerpools.summary'(
      params: {
        spaceId: string
        ids?: string[]
        partialName?: string
        machinePartialName?: string
        hideEmptyWorkerPools?: boolean
      } & Pick<WorkerFilters, 'isDisabled' | 'healthStatuses' | 'commStyles' | 'shellNames'>,
    ): WorkerPoolsSummary
    'workerpools.supportedTypes'(params: { spaceId: string }): string[]
    'workerpools.dynamicWorkerTypes'(params: { spaceId: string }): {
      Id: string
      WorkerTypes: unknown[]
    }
  }
}
