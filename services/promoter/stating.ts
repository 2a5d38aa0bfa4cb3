/** Makes the receipts that follow from deployments and defects of imported releases. */
import type { Model } from 'mongoose'
import type { Actions, Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { nameAtSource } from '#domain/promotion/mappings.ts'
import { defectStatement, statementOf, statesOf } from '#domain/promotion/statements.ts'
import { keysOf } from './keys.ts'
import type { StoredSpaceIdentity } from './space-identity.model.ts'
import { aboutOf, type Parties, type Statements, saidOf, say } from './statement-writes.ts'
import type { Trust } from './trusts.contract.ts'

type Task = ReturnType<Actions['tasks.get']>
type Release = ReturnType<Actions['releases.get']>
type Untold = ReturnType<Actions['releases.untold']>[number]
type System = Pick<Bus, 'call'>

/** What of the service the functions here need. */
export interface States {
  broker: Pick<Bus, 'call' | 'broadcast'>
  models: {
    Statement: Statements
    SpaceIdentity: Model<StoredSpaceIdentity>
  }
  logger: { error(text: string, ...about: unknown[]): void }
}

/** This folder's name among the followers of a task. */
const FOLLOWER = 'promoter'
const AT_ONCE = 50

/** Says what there is to say, and answers the tasks that go on, with their states. */
export async function stateAll(on: States): Promise<Map<string, string>> {
  const running = await stateDeployments(on)
  await stateDefects(on)
  return running
}

/** A task is followed until it has ended. */
async function stateDeployments(on: States): Promise<Map<string, string>> {
  const system = asSystem(on.broker, 'receipts of deployments')
  const running = new Map<string, string>()
  for (let skip = 0; ; ) {
    const tasks = await system.call('tasks.unfollowed', { name: FOLLOWER, skip, take: AT_ONCE })
    const followed = await Promise.all(
      tasks.map(async (task) => {
        const isDone = await stateTask(on, system, task).catch((error: unknown) => {
          // It comes again with the next look, and holds nothing else up.
          on.logger.error('No receipt was made of a deployment', { task: task.Id }, error)
          return false
        })
        if (!isDone) running.set(task.Id, task.State)
        return isDone ? [task.Id] : []
      }),
    )
    const ids = followed.flat()
    if (ids.length > 0) await system.call('tasks.followed', { name: FOLLOWER, ids })
    skip += tasks.length - ids.length
    if (tasks.length < AT_ONCE) return running
  }
}

/** Whether there will be nothing more to say of it. */
async function stateTask(on: States, system: System, task: Task): Promise<boolean> {
  const { SpaceId: spaceId } = task
  const deploymentId = String(task.Arguments.DeploymentId)
  if (!spaceId) return true
  const states = statesOf(task)
  const said = await saidOf(
    on.models.Statement,
    states.map((state) => aboutOf(deploymentId, state)),
  )
  const unsaid = states.filter((state) => !said.has(aboutOf(deploymentId, state)))
  if (unsaid.length === 0) return task.IsCompleted
  const [release, deployment] = await Promise.all([
    orNull(system.call('releases.get', { spaceId, id: String(task.Arguments.ReleaseId) })),
    orNull(system.call('deployments.get', { spaceId, id: deploymentId })),
  ])
  // It has been deleted: its source hears that it was removed.
  if (!release?.Remote || !deployment) return true
  const listener = await listenerOf(on, system, release)
  if (!listener) return true
  const about = {
    ...{ task, deployment, release: release.Remote, sharesNames: listener.trust.ShareUserNames },
    environment: await environmentOf(system, { release, id: deployment.EnvironmentId }),
    steps: task.IsCompleted ? await stepsOf(system, task) : null,
  }
  // In their order: a later one has a higher number.
  for (const state of unsaid) {
    const statement = statementOf(state, about)
    const what = { about: aboutOf(deploymentId, state), releaseId: release.Id, statement }
    await sayAndTell(on, what, listener)
  }
  return task.IsCompleted
}

async function stateDefects(on: States): Promise<void> {
  const system = asSystem(on.broker, 'receipts of defects')
  for (let skip = 0; ; ) {
    const untold = await system.call('releases.untold', { skip, take: AT_ONCE })
    for (const { Release: release, Defects, Mark: mark } of untold) {
      const { Id: id, SpaceId: spaceId } = release
      try {
        await stateDefectsOf(on, system, { release, defects: Defects })
        await system.call('releases.told', { spaceId, id, mark })
      } catch (error) {
        on.logger.error('No receipt was made of a defect', { release: id }, error)
        skip += 1
      }
    }
    if (untold.length < AT_ONCE) return
  }
}

async function stateDefectsOf(
  on: States,
  system: System,
  { release, defects }: { release: Release; defects: Untold['Defects'] },
): Promise<void> {
  const listener = release.Remote && (await listenerOf(on, system, release))
  if (!release.Remote || !listener) return
  for (const defect of defects) {
    // One that was resolved meanwhile had been reported before.
    for (const Status of new Set(['Unresolved' as const, defect.Status])) {
      const about = aboutOf(defect.Id, Status)
      if ((await saidOf(on.models.Statement, [about])).has(about)) continue
      const statement = defectStatement({ ...defect, Status }, release.Remote)
      await sayAndTell(on, { about, releaseId: release.Id, statement }, listener)
    }
  }
}

async function sayAndTell(
  { broker, models }: States,
  what: Parameters<typeof say>[1],
  listener: Parties,
): Promise<void> {
  const { Id: trustId, SpaceId: spaceId } = listener.trust
  if (await say(models.Statement, what, listener))
    await broker.broadcast('receiptsout.made', { spaceId, trustId })
}

/**
 * To whom is spoken of a release; null: to nobody. By a trust that is only suspended it is said, so that no
 * number is missing, and given out when that has been resumed.
 */
async function listenerOf(
  on: States,
  system: System,
  { SpaceId: spaceId, Remote }: Release,
): Promise<(Parties & { trust: Trust }) | null> {
  const trust = await orNull(system.call('trusts.get', { spaceId, id: Remote?.TrustId ?? '' }))
  if (!trust || trust.State === 'Revoked' || !trust.Allow.SendReceipts) return null
  const { current: keys } = await keysOf(on, spaceId)
  return { trust, keys }
}

/** By the name that the source calls it, whatever it is called here. */
async function environmentOf(
  system: System,
  { release, id }: { release: Release; id: string },
): Promise<{ id: string; name: string }> {
  const { SpaceId: spaceId, Remote } = release
  const [found] = await system.call('environments.names', { spaceId, ids: [id] })
  return { id, name: nameAtSource({ Id: id, Name: found?.Name ?? id }, Remote?.Mappings ?? []) }
}

async function stepsOf(
  system: System,
  { Id: id }: Task,
): Promise<{ name: string; status: string }[]> {
  const { ActivityLogs } = await system.call('tasks.details', { id, tail: 0 })
  return (ActivityLogs[0]?.Children ?? []).map(({ Name: name, Status: status }) => ({
    name,
    status,
  }))
}

const orNull = <T>(asked: Promise<T>): Promise<T | null> =>
  asked.catch((error: { type?: string }) => {
    if (error.type === 'NOT_FOUND') return null
    throw error
  })
