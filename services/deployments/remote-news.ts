/** What another space tells of a deployment: kept, shown, and followed by what the lifecycle does next. */
import type { Model } from 'mongoose'
import { asSystem } from '#bus/caller.ts'
import { RefusedError } from '#bus/errors.ts'
import { countsByNews, newsAfter, type RemoteNews } from '#domain/promotion/remote-news.ts'
import type { StoredDeployment } from './deployment.model.ts'
import { type Follows, showInRow } from './following.ts'

interface About {
  spaceId: string
  deploymentId: string
  news: RemoteNews
}

const AT_ONCE = 50

/**
 * Keeps news of a deployment, if they are news, and draws their consequences: after a crash between the
 * two, `followNews` does. One that has been deleted takes none.
 */
export async function takeNews(
  service: Follows,
  { spaceId, deploymentId, news }: About,
): Promise<StoredDeployment | null> {
  for (;;) {
    const found = await service.models.Deployment.findOne({
      _id: deploymentId,
      SpaceId: spaceId,
    }).lean<StoredDeployment>()
    if (!found) return null
    if (!found._destination)
      throw new RefusedError(`The deployment '${deploymentId}' is not to another space.`)
    const isNews = newsAfter(found.RemoteNews ?? null, news) === news
    if (!isNews && !found._newsOpen) return null
    const kept = isNews ? await keep(service.models.Deployment, found, news) : found
    // Other news came at the same time: these are looked at again.
    if (!kept) continue
    await drawConsequences(service, kept)
    return kept
  }
}

/** The deployment with the news; null when it has others meanwhile. */
function keep(
  deployments: Model<StoredDeployment>,
  { _id, _newsCount, _destination, _hasArrived }: StoredDeployment,
  news: RemoteNews,
): Promise<StoredDeployment | null> {
  const counts = _destination ? countsByNews(_destination, news) : false
  return deployments
    .findOneAndUpdate(
      { _id, _newsCount: _newsCount ?? 0 },
      {
        $set: {
          RemoteNews: news,
          FailureEncountered: news.State === 'Failed',
          // It has been there, whatever comes later.
          _hasArrived: _hasArrived || counts,
          _newsOpen: true,
        },
        $inc: { _newsCount: 1 },
      },
      { returnDocument: 'after' },
    )
    .lean<StoredDeployment>()
}

/** Each part may be done again without harm. */
async function drawConsequences(service: Follows, deployment: StoredDeployment): Promise<void> {
  const { broker, models } = service
  const { _id, SpaceId: spaceId, ReleaseId: releaseId, TaskId, _newsCount = 0 } = deployment
  const system = asSystem(broker, 'another space has told of a deployment')
  const [task] = await system.call('tasks.known', { ids: [TaskId] })
  if (task) await showInRow(models, deployment, task)
  const event = task && eventOf(deployment, task.Description)
  if (event) await system.call('events.record', event)
  if (deployment._hasArrived) await system.call('deployments.automate', { spaceId, releaseId })
  await models.Deployment.updateOne({ _id, _newsCount }, { $unset: { _newsOpen: 1 } })
}

/** Draws the consequences of news that a crash has kept from theirs. */
export async function followNews(service: Follows): Promise<void> {
  const { models, logger } = service
  const open = await models.Deployment.find({ _newsOpen: true })
    .limit(AT_ONCE)
    .lean<StoredDeployment[]>()
  for (const deployment of open)
    await drawConsequences(service, deployment).catch((error) =>
      logger.error('What follows from news of another space was not done', error),
    )
}

const WORDS = {
  Succeeded: { Category: 'DeploymentSucceeded', word: 'Succeeded' },
  Failed: { Category: 'DeploymentFailed', word: 'Failed' },
} as const

/** For the audit trail, once for each end that the other space tells of. */
function eventOf(
  { _id, SpaceId, RemoteNews, TaskId, ProjectId, EnvironmentId, ReleaseId }: StoredDeployment,
  description: string,
) {
  if (RemoteNews?.State !== 'Succeeded' && RemoteNews?.State !== 'Failed') return null
  const { State, At, ReceivedAt, RemoteSpace } = RemoteNews
  const { Category, word } = WORDS[State]
  return {
    Id: `Events-${_id.replace(/^Deployments-/, '')}-${word}-${Date.parse(At ?? ReceivedAt)}`,
    SpaceId,
    Category,
    Message: `${word}, as ${RemoteSpace} reports: ${description}`,
    RelatedDocumentIds: [_id, TaskId, ProjectId, EnvironmentId, ReleaseId],
    DocumentType: 'Deployment',
  }
}
