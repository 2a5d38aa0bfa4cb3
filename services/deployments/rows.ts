import type { Model } from 'mongoose'
import type { Actions } from '#bus'
import { type Cell, type Place, rowWith } from '#domain/dashboard.ts'
import { movedByNews } from '#domain/promotion/remote-news.ts'
import type { StoredDeployment, StoredRow } from './deployment.model.ts'

type Task = ReturnType<Actions['tasks.get']>
const DUPLICATE_KEY = 11_000

const idOf = ({ ProjectId, EnvironmentId, TenantId }: Place) =>
  `${ProjectId}/${EnvironmentId}/${TenantId ?? ''}`

/** What the dashboard tells of a deployment and its task. */
export const cellOf = (deployment: Shown, version: string, task: Live): Cell => ({
  DeploymentId: deployment._id,
  TaskId: deployment.TaskId,
  ReleaseId: deployment.ReleaseId,
  ReleaseVersion: version,
  ChannelId: deployment.ChannelId,
  Created: deployment.Created,
  ...(deployment._destination
    ? remoteOf(task, {
        News: deployment.RemoteNews ?? null,
        Count: deployment._newsCount ?? 0,
      })
    : liveOf(task)),
})

type Live = Pick<
  Task,
  | 'State'
  | 'QueueTime'
  | 'StartTime'
  | 'CompletedTime'
  | 'HasPendingInterruptions'
  | 'HasWarningsOrErrors'
  | 'ErrorMessage'
>

type Shown = Pick<
  StoredDeployment,
  | '_id'
  | 'ReleaseId'
  | 'ChannelId'
  | 'Created'
  | 'TaskId'
  | 'RemoteNews'
  | '_destination'
  | '_newsCount'
>

/** The part that moves of a cell in another space. */
export const remoteOf = (task: Live, Remote: NonNullable<Cell['Remote']>) => ({
  ...movedByNews(liveOf(task), Remote.News),
  Remote,
})

/** The part of a cell that moves while its task does. */
export const liveOf = (task: Live) => ({
  State: task.State,
  QueueTime: task.QueueTime,
  StartTime: task.StartTime,
  CompletedTime: task.CompletedTime,
  HasPendingInterruptions: task.HasPendingInterruptions,
  HasWarningsOrErrors: task.HasWarningsOrErrors,
  ErrorMessage: task.ErrorMessage,
})

/** Puts a deployment into the row of its place. In any order, and as often as one likes. */
export async function putInRow(
  rows: Model<StoredRow>,
  place: Place & { SpaceId: string },
  cell: Cell,
): Promise<void> {
  const { SpaceId, ProjectId, EnvironmentId, TenantId } = place
  const _id = idOf(place)
  for (;;) {
    const row = await rows.findById(_id).lean<StoredRow>()
    const before = row ?? { Current: null, Previous: null }
    const { Current, Previous } = rowWith(before, cell)
    if (row) {
      const { matchedCount } = await rows.updateOne(
        { _id, _writes: row._writes },
        { $set: { Current, Previous }, $inc: { _writes: 1 } },
      )
      if (matchedCount > 0) return
      continue
    }
    try {
      await rows.create({ _id, SpaceId, ProjectId, EnvironmentId, TenantId, Current, Previous })
      return
    } catch (error) {
      // Another has made the row meanwhile: what is there now is looked at again.
      if ((error as { code?: number }).code !== DUPLICATE_KEY) throw error
    }
  }
}

/** Writes the row anew from all deployments of its place: after one of them has gone. */
export async function rewriteRow(
  rows: Model<StoredRow>,
  place: Place & { SpaceId: string },
  cells: Cell[],
): Promise<void> {
  await rows.deleteOne({ _id: idOf(place) })
  for (const cell of cells) await putInRow(rows, place, cell)
}
