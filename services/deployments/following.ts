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

/** This folder's name among the followers of a task. */
const FOLLOWER = 'deployments'
const AT_ONCE = 50

/** Draws the consequences of every finished task that still waits for them. */
export async function followFinished(broker: Pick<Bus, 'call'>, models: Models): Promise<void> {
  const system = asSystem(broker, 'a task has finished')
  for (;;) {
    const tasks = await system.call('tasks.unfollowed', { name: FOLLOWER, take: AT_ONCE })
    if (tasks.length === 0) return
    for (const task of tasks) await follow(system, models, task)
    await system.call('tasks.followed', { name: FOLLOWER, ids: tasks.map(({ Id }) => Id) })
    if (tasks.length < AT_ONCE) return
  }
}

async function follow(system: Pick<Bus, 'call'>, models: Models, task: Task): Promise<void> {
  const deployment = await deploymentOf(models, task)
  if (!deployment) return
  const outcome = outcomeOf(task)
  await models.Deployment.updateOne(
    { _id: deployment._id },
    { $set: { _outcome: outcome, FailureEncountered: outcome === 'Failed' } },
  )
  await showInRow(models, deployment, task)
  await system.call('events.record', finishedEvent(task))
  if (outcome !== 'Success') return
  const { SpaceId: spaceId, ReleaseId: releaseId } = deployment
  await system.call('deployments.automate', { spaceId, releaseId })
}

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
  if (task.Name !== 'Deploy') return null
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
