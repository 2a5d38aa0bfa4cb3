import { foldName, patternOf } from '#domain/name.ts'
import type { Filter } from '#mixins/listing.ts'
import type { WorkerFilters } from './workers.contract.ts'

/** The condition for the store that these filters are. */
export function workersBy(wish: WorkerFilters): Filter {
  const { isDisabled, healthStatuses, commStyles, shellNames, thumbprint } = wish
  const { workerPoolIds, workerPoolId } = wish
  const pools = [
    ...(workerPoolIds ? [{ WorkerPoolIds: { $in: workerPoolIds } }] : []),
    ...(workerPoolId === undefined ? [] : [{ WorkerPoolIds: workerPoolId }]),
  ]
  return {
    ...(isDisabled !== undefined && { IsDisabled: isDisabled }),
    ...(healthStatuses && { HealthStatus: { $in: healthStatuses } }),
    ...(commStyles && { 'Endpoint.CommunicationStyle': { $in: commStyles } }),
    ...(shellNames && { ShellName: { $in: shellNames } }),
    ...(thumbprint !== undefined && { Thumbprint: thumbprint }),
    ...(pools.length > 0 && { $and: pools }),
  }
}

/** The same within a space, for what is no list: `machinePartialName` is a part of the worker's name. */
export function workersWhere(
  SpaceId: string,
  { machinePartialName: part, ...filters }: WorkerFilters & { machinePartialName?: string },
): Filter {
  return {
    SpaceId,
    ...workersBy(filters),
    ...(part !== undefined && { _name: { $regex: patternOf(foldName(part)) } }),
  }
}
