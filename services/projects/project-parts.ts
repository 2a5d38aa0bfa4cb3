import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { ConflictError } from '#bus/errors.ts'
import type { AnyModel } from '#mixins/listing.ts'

type Caller = Pick<Bus, 'call'>
type Of = { spaceId: string; projectId: string }

/** How often, and how many milliseconds apart, one looks whether cancelled tasks have ended. */
const PATIENCE = { looks: 50, pause: 100 }

/** Of a new project: what it has beside itself, and that it is not made yet. */
export const partsOf = (id: string) => ({
  DeploymentProcessId: `deploymentprocess-${id}`,
  VariableSetId: `variableset-${id}`,
  _follow: ['channels', 'processes', 'variables'],
})

/** Makes what a project needs beside itself; anew, when a crash has come between. */
export async function makeParts(
  projects: AnyModel,
  broker: Caller,
  { spaceId, projectId }: Of,
): Promise<void> {
  const project = await projects.findById(projectId).select('_follow ClonedFromProjectId').lean()
  if (!project || project._follow.length === 0) return
  const bus = asSystem(broker, `the project ${projectId} is made`)
  const from: string | null = project.ClonedFromProjectId
  if (from === null) {
    await Promise.all([
      bus.call('channels.populate', { spaceId, projectId }),
      bus.call('processes.populate', { spaceId, projectId }),
      bus.call('variables.populate', { spaceId, projectId }),
    ])
  } else {
    const copy = { spaceId, from, to: projectId }
    const channels = await bus.call('channels.copy', copy)
    const actions = await bus.call('processes.copy', { ...copy, ids: channels })
    const ids = { ...channels, ...actions, [from]: projectId }
    await bus.call('variables.copy', { ...copy, ids })
  }
  await projects.updateOne({ _id: projectId }, { $set: { _follow: [] } })
}

/** Makes what a crash has left undone. */
export async function repairParts(projects: AnyModel, broker: Caller): Promise<void> {
  const unfinished = await projects
    .find({ '_follow.0': { $exists: true } })
    .select('SpaceId')
    .lean()
  for (const { _id, SpaceId } of unfinished) {
    await makeParts(projects, broker, { spaceId: SpaceId, projectId: _id })
  }
}

/** Ends what runs for a project, and notes that the project goes. */
export async function startRemoval(
  removals: AnyModel,
  broker: Caller,
  { spaceId, projectId }: Of,
): Promise<void> {
  const bus = asSystem(broker, `the project ${projectId} is deleted`)
  for (let looks = 0; looks < PATIENCE.looks; looks += 1) {
    const { active } = await bus.call('tasks.cancelOf', { spaceId, projectId })
    if (active === 0) {
      await removals.updateOne({ _id: projectId }, { $set: { SpaceId: spaceId } }, { upsert: true })
      return
    }
    await new Promise((resolve) => setTimeout(resolve, PATIENCE.pause))
  }
  throw new ConflictError('Tasks of the project are still being cancelled: try again in a moment.')
}

/** Takes away what a deleted project had. */
export async function finishRemoval(
  removals: AnyModel,
  broker: Caller,
  { spaceId, projectId }: Of,
): Promise<void> {
  const bus = asSystem(broker, `the project ${projectId} is deleted`)
  const of = { spaceId, projectId }
  await bus.call('tasks.cancelOf', of)
  await bus.call('releases.removeOf', of)
  await bus.call('channels.removeOf', of)
  await bus.call('processes.removeOf', of)
  await bus.call('variables.removeOf', of)
  await bus.call('templatevalues.removeOf', of)
  await removals.deleteOne({ _id: projectId })
}

/** Goes on with removals that a crash has cut. A project that is still there may just be being deleted by another node. */
export async function resumeRemovals(
  projects: AnyModel,
  removals: AnyModel,
  broker: Caller,
): Promise<void> {
  for (const { _id, SpaceId } of await removals.find().lean()) {
    if (await projects.exists({ _id })) continue
    await finishRemoval(removals, broker, { spaceId: SpaceId, projectId: _id })
  }
}
