import type { WorkerCounts, WorkerPool, WorkerPoolsSummary } from './workerpools.contract.ts'
import type { Worker } from './workers.contract.ts'

/** A worker, as far as it is counted. */
export type Counted = Pick<Worker, 'WorkerPoolIds' | 'IsDisabled' | 'HealthStatus' | 'Endpoint'>

/** How many workers there are, in all and in each pool. One may be in several pools. */
export function summaryOf(
  pools: readonly WorkerPool[],
  workers: readonly Counted[],
  hidesEmpty: boolean,
): WorkerPoolsSummary {
  const within = new Map<string, Counted[]>(pools.map(({ Id }) => [Id, []]))
  for (const worker of workers) for (const id of worker.WorkerPoolIds) within.get(id)?.push(worker)
  const rows = pools.map((pool) => ({ WorkerPool: pool, ...counted(within.get(pool.Id) ?? []) }))
  const shown = hidesEmpty ? rows.filter(({ TotalMachines }) => TotalMachines > 0) : rows
  const inAny = workers.filter(({ WorkerPoolIds }) => WorkerPoolIds.some((id) => within.has(id)))
  return { ...counted(inAny), WorkerPoolSummaries: shown }
}

function counted(workers: readonly Counted[]): WorkerCounts {
  return {
    TotalMachines: workers.length,
    TotalDisabledMachines: workers.filter(({ IsDisabled }) => IsDisabled).length,
    MachineHealthStatuses: tally(workers.map(({ HealthStatus }) => HealthStatus)),
    MachineEndpointSummaries: tally(workers.map(({ Endpoint }) => Endpoint.CommunicationStyle)),
  }
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}
