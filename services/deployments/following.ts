/** What follows from the end of a deployment's task. Each part may be done again without harm. */
import type { Model } from 'mongoose'
import type { Actions, Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import type { StoredDeployment, StoredRow } from './deployment.model.ts'
import { outcomeOf } from './facts.ts'
import { cellOf, putInRow } from './rows.ts'

type Task = ReturnType<Actions['tasks.get']>
export interface Models {
  Deployment: Model<StoredDeployment>
  DashboardRow: Model<StoredRow>
}

/** What of the service the functions here need. */
export interface Follows {
  broker: Pick<Bus, 'call'>
  models: Models
  logger: { error(text: string, ...about: unknown[]): void }
}

/** This folder's name among the followers of a task. */
const FOLLOWER = 'deployments'
const AT_ONCE = 50

/** Draws the consequences of every finished task that still waits for them. */
export async function followFinished({ broker, models, logger }: Follows): Promise<void> {
  const system = asSystem(broker, 'a task has finished')
  // What fails is passed over, and comes again with the next round: it holds nothing else up.
  for (let failed = 0; ; ) {
    const wish = { name: FOLLOWER, skip: failed, take: AT_ONCE }
    const tasks = await system.call('tasks.unfollowed', wish)
    const followed = await followAll(system, models, tasks)
    for (const { task, error } of followed)
      if (error) logger.error('What follows from a task was not done', { task: task.Id }, error)
    const done = followed.filter(({ error }) => !error).map(({ task }) => task.Id)
    if (done.length > 0) await system.call('tasks.followed', { name: FOLLOWER, ids: done })
    failed += tasks.length - done.length
    if (tasks.length < AT_ONCE) return
  }
}

interface Followed {
  task: Task
  /** The release that may go further now. */
  release?: { spaceId: string; releaseId: string } | null
  error?: unknown
}

async function followAll(
  system: Pick<Bus, 'call'>,
  models: Models,
  tasks: Task[],
): Promise<Followed[]> {
  const followed = await Promise.all(
    tasks.map((task) =>
      follow(system, models, task).then(
        (release): Followed => ({ task, release }),
        (error: unknown): Followed => ({ task, error }),
      ),
    ),
  )
  // Once for each release, however many of its deployments have succeeded meanwhile.
  const byRelease = Map.groupBy(followed, ({ release }) => release?.releaseId)
  for (const [, group] of byRelease) {
    const release = group[0]?.release
    if (!release) continue
    await system.call('deployments.automate', release).catch((error: unknown) => {
      for (const one of group) one.error = error
    })
  }
  return followed
}

/** Answers the release that may go further now, if there is one. */
async function follow(
  system: Pick<Bus, 'call'>,
  models: Models,
  task: Task,
): Promise<{ spaceId: string; releaseId: string } | null> {
  const deployment = await deploymentOf(models, task)
  if (!deployment) return null
  const outcome = outcomeOf(task)
  const isRemote = deployment._destination !== undefined
  // Together, so that they share a commit.
  await Promise.all([
    models.Deployment.updateOne(
      { _id: deployment._id },
      {
        $set: {
          _outcome: outcome,
          // Of one in another space, its news tell.
          ...(!isRemote && { FailureEncountered: outcome === 'Failed' }),
        },
      },
    ),
    showInRow(models, deployment, task),
    ...(isTold(deployment, task) ? [] : [system.call('events.record', finishedEvent(task))]),
  ])
  if (outcome !== 'Success' || isRemote) return null
  return { spaceId: deployment.SpaceId, releaseId: deployment.ReleaseId }
}

/** Whether the other space tells of its end, or has: the end of our own task is then no event. */
const isTold = ({ _destination, RemoteNews }: StoredDeployment, { State }: Task): boolean =>
  _destination !== undefined &&
  (State === 'Success' || (State === 'Failed' && RemoteNews?.State === 'Failed'))

/** Makes the dashboard say what a deployment's task says. */
export async function showInRow(
  models: Models,
  deployment: StoredDeployment,
  task: Task,
): Promise<void> {
  const version = String(task.Arguments.ReleaseVersion ?? '')
  await putInRow(models.DashboardRow, deployment, cellOf(deployment, version, task))
}

export async function deploymentOf(
  models: Models,
  task: Pick<Task, 'Name' | 'Arguments'>,
): Promise<StoredDeployment | null> {
  if (task.Name !== 'Deploy' && task.Name !== 'Promote') return null
  const _id = String(task.Arguments.DeploymentId)
  return models.Deployment.findById(_id).lean<StoredDeployment>()
}

const WORDS = {
  Success: { Category: 'DeploymentSucceeded', word: 'Succeeded' },
  Failed: { Category: 'DeploymentFailed', word: 'Failed' },
} as const

function finishedEvent(task: Task) {
  const { Category, word } =
    task.State === 'Success' ? WORDS.Success : task.State === 'Failed' ? WORDS.Failed : other(task)
  return {
    // The same for each try, so that a second one records nothing.
    Id: `Events-${task.Id.replace(/^ServerTasks-/, '')}-end`,
    SpaceId: task.SpaceId,
    Category,
    Message: `${word}: ${task.Description}`,
    RelatedDocumentIds: relatedTo(task),
  }
}

const other = ({ State }: Task) => ({
  Category: State === 'TimedOut' ? 'TaskTimedOut' : 'DeploymentCanceled',
  word: State === 'TimedOut' ? 'Did not start in time' : 'Cancelled',
})

const relatedTo = ({ Id, ProjectId, EnvironmentId, Arguments }: Task): string[] =>
  [Id, ProjectId, EnvironmentId, Arguments.DeploymentId, Arguments.ReleaseId].filter(
    (id) => typeof id === 'string',
  )
