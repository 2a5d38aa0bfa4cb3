import { durationBetween } from './duration.ts'
import type { RemoteNews } from './promotion/remote-news.ts'

/** What a dashboard tells of one deployment. Times are ISO texts. */
export interface Cell {
  DeploymentId: string
  TaskId: string
  ReleaseId: string
  ReleaseVersion: string
  ChannelId: string
  State: string
  Created: string
  QueueTime: string
  StartTime: string | null
  CompletedTime: string | null
  HasPendingInterruptions: boolean
  HasWarningsOrErrors: boolean
  ErrorMessage: string
  /** Of a remote environment; clients are not told of it with the rest. */
  Remote?: { News: RemoteNews | null; Count: number }
}

/** The place of a deployment: one row is kept for each, so that no dashboard reads history. */
export interface Place {
  ProjectId: string
  EnvironmentId: string
  TenantId: string | null
}

/** `Current` is the latest deployment whatever became of it, `Previous` the last success before it. */
export interface Row extends Place {
  Current: Cell | null
  Previous: Cell | null
}

/** What one row holds once a deployment is made or has changed. In any order, and as often as one likes. */
export function rowWith<R extends Pick<Row, 'Current' | 'Previous'>>(row: R, cell: Cell): R {
  const { Current, Previous } = row
  if (Current === null) return { ...row, Current: cell }
  if (Current.DeploymentId === cell.DeploymentId)
    return isOutdated(cell, Current) ? row : { ...row, Current: cell }
  if (isLater(cell, Current))
    return { ...row, Current: cell, Previous: hasSucceeded(Current) ? Current : Previous }
  if (Previous?.DeploymentId === cell.DeploymentId && !isOutdated(cell, Previous))
    return { ...row, Previous: hasSucceeded(cell) ? cell : null }
  const isNewer = Previous === null || isLater(cell, Previous)
  return hasSucceeded(cell) && isNewer ? { ...row, Previous: cell } : row
}

/** The row that history leads to: for repairs, and after a deployment is deleted. */
export const rowOf = (cells: readonly Cell[]): Pick<Row, 'Current' | 'Previous'> =>
  cells
    .toSorted((a, b) => (isLater(a, b) ? 1 : -1))
    .reduce(rowWith, { Current: null, Previous: null })

/** What has ended does not begin again, unless another space has told so: what says otherwise was late. */
function isOutdated(cell: Cell, kept: Cell): boolean {
  const [count = 0, counted = 0] = [cell.Remote?.Count, kept.Remote?.Count]
  return count === counted ? hasEnded(kept) && !hasEnded(cell) : count < counted
}

const hasEnded = ({ State }: Cell) => completed.includes(State)
const hasSucceeded = (cell: Cell) => cell.State === 'Success'

function isLater(a: Cell, b: Cell): boolean {
  const [left, right] = [Date.parse(a.Created), Date.parse(b.Created)]
  return left === right ? a.DeploymentId > b.DeploymentId : left > right
}

/** Exactly what clients are told of a cell: one of them refuses any other field. */
export interface DashboardItem extends Place, Omit<Cell, 'Remote'> {
  Id: string
  HasPendingPreconditions: boolean
  PendingInterruptionTypes: string[]
  PendingPreconditionTypes: string[]
  Duration: string
  IsCurrent: boolean
  IsPrevious: boolean
  IsCompleted: boolean
}

/** Ids by which a dashboard is narrowed; an absent list narrows nothing, an empty one shows nothing. */
export interface BoardFilter {
  projects?: readonly string[]
  environments?: readonly string[]
  /** Untenanted deployments are not among those of tenants. */
  tenants?: readonly string[]
}

/** The items of a dashboard: of each row the current one, and the previous one if asked. */
export function itemsOf(
  rows: readonly Row[],
  {
    filter = {},
    includePrevious = false,
    now,
  }: { filter?: BoardFilter; includePrevious?: boolean; now: Date },
): DashboardItem[] {
  return rows
    .filter((row) => isShown(row, filter))
    .flatMap((row) => [
      ...(row.Current ? [itemOf(row, row.Current, { isCurrent: true, now })] : []),
      ...(includePrevious && row.Previous
        ? [itemOf(row, row.Previous, { isCurrent: false, now })]
        : []),
    ])
}

export const isFiltered = (filter: BoardFilter): boolean =>
  [filter.projects, filter.environments, filter.tenants].some((ids) => ids !== undefined)

function isShown(row: Place, { projects, environments, tenants }: BoardFilter): boolean {
  return (
    (projects?.includes(row.ProjectId) ?? true) &&
    (environments?.includes(row.EnvironmentId) ?? true) &&
    (tenants === undefined || (row.TenantId !== null && tenants.includes(row.TenantId)))
  )
}

const completed = ['Success', 'Failed', 'Canceled', 'TimedOut']

function itemOf(
  place: Place,
  cell: Cell,
  { isCurrent, now }: { isCurrent: boolean; now: Date },
): DashboardItem {
  return {
    Id: `dashboarditem-${cell.DeploymentId}`,
    ProjectId: place.ProjectId,
    EnvironmentId: place.EnvironmentId,
    TenantId: place.TenantId,
    ReleaseId: cell.ReleaseId,
    DeploymentId: cell.DeploymentId,
    TaskId: cell.TaskId,
    ChannelId: cell.ChannelId,
    ReleaseVersion: cell.ReleaseVersion,
    Created: cell.Created,
    QueueTime: cell.QueueTime,
    StartTime: cell.StartTime,
    CompletedTime: cell.CompletedTime,
    State: cell.State,
    HasPendingInterruptions: cell.HasPendingInterruptions,
    HasPendingPreconditions: false,
    PendingInterruptionTypes: [],
    PendingPreconditionTypes: [],
    HasWarningsOrErrors: cell.HasWarningsOrErrors,
    ErrorMessage: cell.ErrorMessage,
    Duration: durationBetween(cell.StartTime, cell.CompletedTime, now),
    IsCurrent: isCurrent,
    IsPrevious: !isCurrent,
    IsCompleted: completed.includes(cell.State),
  }
}
