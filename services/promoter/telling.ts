/** Tells the tasks and the deployments of a promotion what has become of it. Each part may be done again without harm. */
import type { Bus } from '#bus'
import {
  outcomeOf,
  type TaskEnd,
  type TransportKind,
  taskEndOf,
} from '#domain/promotion/promotion-state.ts'
import { waitsFor } from '#domain/promotion/promotion-texts.ts'
import type { Mark, PendingNote, StoredPromotion } from './promotion.model.ts'
import { markOf } from './promotion-news.ts'
import type { Wanted } from './promotions.contract.ts'

type System = Pick<Bus, 'call'>

/** What has been told, so that it need not be told again. */
export interface Told {
  notes: string[]
  marks: Record<string, Mark>
}

export async function tell(
  system: System,
  promotion: StoredPromotion,
  transport: TransportKind,
): Promise<Told> {
  // In their order, so that the log of each task is in it too.
  for (const note of promotion._notes) {
    await noteInTasks(system, promotion, note)
    if (note.audit) await system.call('events.record', eventOf(promotion, note, note.audit))
  }
  const isOpen = promotion.Wanted.some(
    ({ DeploymentId }) => !markOf(promotion, DeploymentId).settled,
  )
  const chosen = isOpen ? await chosenEnd(system, promotion) : 'Trust'
  const marks = await Promise.all(
    promotion.Wanted.map(async (wanted): Promise<[string, Mark]> => {
      const mark = markOf(promotion, wanted.DeploymentId)
      const { State, At, Error: why, Environments } = wanted
      const told = JSON.stringify([State, At, why, Environments])
      if (told !== mark.told) await showInDeployment(system, promotion, wanted)
      const settled = mark.settled || (await settle(system, wanted, { transport, chosen }))
      return [wanted.DeploymentId, { ...mark, told, settled }]
    }),
  )
  return { notes: promotion._notes.map(({ key }) => key), marks: Object.fromEntries(marks) }
}

async function noteInTasks(
  system: System,
  promotion: StoredPromotion,
  { key, deploymentId, category, text }: PendingNote,
): Promise<void> {
  const waiting = promotion.Wanted.filter(
    ({ DeploymentId }) =>
      (deploymentId === null || deploymentId === DeploymentId) &&
      !markOf(promotion, DeploymentId).settled,
  )
  await Promise.all(
    waiting.map((wanted) => {
      const { RemoteSpace: space } = promotion
      const { State: state, RemoteName: environment } = wanted
      const waits = waitsFor({ state, space, environment })
      return system.call('tasks.note', {
        id: wanted.TaskId,
        key,
        lines: [{ category, text }],
        ...(waits !== null && { waitsFor: waits }),
      })
    }),
  )
}

async function showInDeployment(
  system: System,
  { SpaceId: spaceId, RemoteSpace }: StoredPromotion,
  wanted: Wanted,
): Promise<void> {
  const { DeploymentId: deploymentId, State, At, ReceivedAt, Environments } = wanted
  const news = {
    ...{ State, RemoteSpace, At, ReceivedAt, Error: wanted.Error },
    ...(Environments && { Environments }),
  }
  await system.call('deployments.remoteNews', { spaceId, deploymentId, news }).catch(unlessGone)
}

/** When the tasks of a project's promotions end, as the project says it. */
async function chosenEnd(
  system: System,
  { SpaceId: spaceId, ProjectId: id }: StoredPromotion,
): Promise<TaskEnd | 'Trust'> {
  try {
    return (await system.call('projects.get', { spaceId, id })).PromoteTaskEnds ?? 'Trust'
  } catch (error) {
    unlessGone(error as { type?: string })
    return 'Trust'
  }
}

/** Whether its task has ended now. */
async function settle(
  system: System,
  { TaskId: id, State, Kind, Error: why }: Wanted,
  { transport, chosen }: { transport: TransportKind; chosen: TaskEnd | 'Trust' },
): Promise<boolean> {
  const end = chosen === 'Trust' ? taskEndOf(transport, Kind) : chosen
  const state = outcomeOf(State, end, transport)
  if (state === null) return false
  const error = state === 'Failed' ? { error: why || failureOf(State) } : {}
  await system.call('tasks.settle', { id, state, ...error }).catch(unlessGone)
  return true
}

const failureOf = (state: Wanted['State']): string =>
  state === 'Expired'
    ? 'The bundle was not accepted in its time.'
    : `The promotion has ended: ${state}.`

/** Deployments and tasks go with their project; what is told of them then is of interest to nobody. */
function unlessGone(error: { type?: string }): void {
  if (error.type !== 'NOT_FOUND') throw error
}

function eventOf(promotion: StoredPromotion, { key, text }: PendingNote, Category: string) {
  const { _id: id, SpaceId, ReleaseId, ReleaseVersion, ProjectId, RemoteSpace } = promotion
  return {
    // The same for each try, so that a second one records nothing.
    Id: `Events-${key}`,
    SpaceId,
    Category,
    Message: `Release ${ReleaseVersion} for ${RemoteSpace}: ${text}`,
    References: [{ id: ReleaseId, text: ReleaseVersion }],
    RelatedDocumentIds: [id, ReleaseId, ProjectId, promotion.TrustId, ...promotion._deployments],
    DocumentType: 'Promotion',
  }
}
