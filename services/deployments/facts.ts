/** What the rules of progression are asked with: where a release has been, and with which success. */
import type { Model } from 'mongoose'
import type { Actions, Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import type { ProgressionFor } from '#domain/progression.ts'
import type { Outcome, StoredDeployment } from './deployment.model.ts'

type Release = ReturnType<Actions['releases.get']>
type Broker = Pick<Bus, 'call'>
type Fact = Pick<
  StoredDeployment,
  '_id' | 'ReleaseId' | 'EnvironmentId' | 'TaskId' | '_outcome' | '_destination' | '_hasArrived'
>

/** Phases, with implied ones filled in, of the lifecycle that a release follows by its channel. */
export async function phasesFor(broker: Broker, spaceId: string, release: Release) {
  const system = asSystem(broker, 'the way of a release')
  const channel = await system.call('channels.get', { spaceId, id: release.ChannelId })
  const lifecycleId =
    channel.LifecycleId ??
    (await system.call('projects.get', { spaceId, id: release.ProjectId })).LifecycleId
  return system.call('lifecycles.phases', { spaceId, id: lifecycleId })
}

/** The deployments of some releases with their outcome as the tasks have it, the newest first. */
export async function factsOf(
  broker: Broker,
  deployments: Model<StoredDeployment>,
  releaseIds: string[],
): Promise<Fact[]> {
  const facts = await deployments
    .find(
      { ReleaseId: { $in: releaseIds } },
      {
        ...{ ReleaseId: 1, EnvironmentId: 1, TaskId: 1, _outcome: 1, Created: 1 },
        ...{ _destination: 1, _hasArrived: 1 },
      },
    )
    .sort({ Created: -1 })
    .lean<Fact[]>()
  // A task that has ended a moment ago counts, whether its follower has been here or not.
  const open = facts.filter(({ _outcome }) => _outcome === null)
  if (open.length === 0) return facts
  const ids = open.map(({ TaskId }) => TaskId)
  const tasks = await asSystem(broker, 'outcomes').call('tasks.known', { ids })
  const outcomes = new Map(tasks.map((task) => [task.Id, outcomeOf(task)]))
  return facts.map((fact) => ({
    ...fact,
    _outcome: fact._outcome ?? outcomes.get(fact.TaskId) ?? null,
  }))
}

/** Matches the deployments of a space whose tasks are in a state, ended or not. */
export async function inState(
  broker: Broker,
  deployments: Model<StoredDeployment>,
  spaceId: string,
  state: string,
) {
  const open = await deployments
    .find({ SpaceId: spaceId, _outcome: null }, { TaskId: 1 })
    .lean<Pick<StoredDeployment, '_id' | 'TaskId'>[]>()
  const ids = open.map(({ TaskId }) => TaskId)
  const tasks = await asSystem(broker, 'deployments by state').call('tasks.known', { ids })
  const matching = new Set(tasks.filter(({ State }) => State === state).map(({ Id }) => Id))
  const found = open.filter(({ TaskId }) => matching.has(TaskId)).map(({ _id }) => _id)
  return { $or: [{ _outcome: state as Outcome }, { _id: { $in: found } }] } // Another text finds none.
}

export const outcomeOf = ({
  State,
  IsCompleted,
}: {
  State: string
  IsCompleted: boolean
}): Outcome => (IsCompleted ? (State as Outcome) : null) // A completed task is in one of these states.

/** All that the rules need about one release. */
export async function progressionFacts(
  broker: Broker,
  deployments: Model<StoredDeployment>,
  release: Release,
): Promise<ProgressionFor> {
  const spaceId = release.SpaceId
  const system = asSystem(broker, 'the way of a release')
  const [phases, facts, defects] = await Promise.all([
    phasesFor(broker, spaceId, release),
    factsOf(broker, deployments, [release.Id]),
    system.call('releases.hasDefect', { spaceId, ids: [release.Id] }),
  ])
  return {
    ...{ phases, hasDefect: defects[release.Id] ?? false, isImported: isImported(release) },
    ...environmentsIn(facts),
  }
}

export const isImported = ({ Remote }: Release): boolean => Remote !== undefined

/** Where they were deployed to at all, and where with success. */
export const environmentsIn = (facts: Fact[]) => ({
  deployed: new Set(facts.map(({ EnvironmentId }) => EnvironmentId)),
  successes: new Set(facts.filter(hasSucceeded).map(({ EnvironmentId }) => EnvironmentId)),
})

/** In another space it has when that says so, however our own task has ended. */
const hasSucceeded = ({ _destination, _hasArrived, _outcome }: Fact): boolean =>
  _destination ? _hasArrived === true : _outcome === 'Success'
