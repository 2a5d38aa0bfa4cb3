import type { Actions } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError } from '#bus/errors.ts'
import type { Asked } from '#mixins/crud.ts'
import { checkCreation, drafted, partsFor } from './creation.ts'
import type { DeploymentWishes } from './deployments.contract.ts'
import { type Deploys, queue } from './queueing.ts'

type Command = Parameters<Actions['deployments.createByName']>[0]
type Answer = ReturnType<Actions['deployments.createByName']>

/** The executions API's command: names become ids, then one deployment for each environment. */
export async function createByName(
  service: Deploys,
  ctx: Asked,
  command: Command,
): Promise<Answer> {
  const { spaceId } = command
  const project = await ctx
    .call('projects.resolve', { spaceId, project: command.ProjectName })
    .catch(unless(`ProjectName: the project '${command.ProjectName}' was not found.`))
  const version = command.ReleaseVersion
  const release = await ctx
    .call('releases.byVersion', { spaceId, projectId: project.Id, version })
    .catch(unless(`ReleaseVersion: the project '${project.Name}' has no release '${version}'.`))
  const environments = await environmentsNamed(ctx, spaceId, command.EnvironmentNames)
  const wishes = await wishesOf(ctx, command, release)
  const draftsNow = (isRepeated: boolean) =>
    draftsFor(service, ctx, {
      ...{ wishes, isRepeated },
      places: environments.map(({ Id: environmentId }) => ({
        spaceId,
        releaseId: release.Id,
        environmentId,
      })),
    })
  if (command.UpdateVariableSnapshot) {
    // Variables that are frozen anew may ask for other answers: those are checked afterwards.
    await draftsNow(true)
    await ctx.call('releases.snapshotVariables', { spaceId, id: release.Id })
  }
  const DeploymentServerTasks: Answer['DeploymentServerTasks'] = []
  for (const draft of await draftsNow(false)) {
    const { _id: DeploymentId, TaskId: ServerTaskId } = await queue(service, ctx, draft)
    DeploymentServerTasks.push({ DeploymentId, ServerTaskId })
  }
  return { DeploymentServerTasks }
}

interface Wanted {
  wishes: DeploymentWishes
  isRepeated: boolean
  places: Parameters<typeof partsFor>[1][]
}

/** All are drafted before the first is queued: what is refused, or comes too late, has done nothing. */
async function draftsFor(
  { models }: Deploys,
  ctx: Asked,
  { wishes, isRepeated, places }: Wanted,
): Promise<ReturnType<typeof drafted>[]> {
  const drafts: ReturnType<typeof drafted>[] = []
  for (const place of places) {
    const parts = await partsFor(ctx, place)
    const checked = await checkCreation(ctx, models.Deployment, parts, wishes, { isRepeated })
    drafts.push(drafted(parts, { ...wishes, ...checked }, ctx.meta.caller))
  }
  return drafts
}

const unless = (fault: string) => (error: { type?: string }) => {
  throw error.type === 'NOT_FOUND' ? new InvalidError([fault]) : error
}

async function environmentsNamed(ctx: Asked, spaceId: string, wanted: string[]) {
  const all = await ctx.call('environments.names', { spaceId })
  const found = wanted.map((text) =>
    all.find(({ Id, Name }) => Id === text || Name.toLowerCase() === text.toLowerCase()),
  )
  const faults = wanted
    .filter((_text, index) => !found[index])
    .map((text) => `EnvironmentNames: the environment '${text}' was not found.`)
  if (faults.length > 0) throw new InvalidError(faults)
  return [...new Set(found.filter((one) => one !== undefined))]
}

async function wishesOf(
  ctx: Asked,
  command: Command,
  release: ReturnType<Actions['releases.get']>,
): Promise<DeploymentWishes> {
  const machines = [
    ...(command.SpecificMachineNames ?? []),
    ...(command.ExcludedMachineNames ?? []),
  ]
  if (machines.length > 0)
    throw new InvalidError(machines.map((name) => `The deployment target '${name}' was not found.`))
  return {
    SkipActions: await actionsNamed(ctx, release, command.SkipStepNames ?? []),
    FormValues: command.Variables ?? {},
    Comments: command.Comments ?? '',
    ForcePackageDownload: command.ForcePackageDownload ?? false,
    ForcePackageRedeployment: command.ForcePackageRedeployment ?? false,
    SpecificMachineIds: [],
    ExcludedMachineIds: [],
    ...(command.UseGuidedFailure !== undefined && { UseGuidedFailure: command.UseGuidedFailure }),
    ...(command.RunAt !== undefined && { QueueTime: command.RunAt }),
    ...(command.Priority !== undefined && { Priority: command.Priority }),
    ...(command.NoRunAfter !== undefined && { QueueTimeExpiry: command.NoRunAfter }),
  }
}

/** Ids of actions, by the names of actions or of steps. */
async function actionsNamed(
  ctx: Asked,
  release: ReturnType<Actions['releases.get']>,
  names: string[],
): Promise<string[]> {
  if (names.length === 0) return []
  const { Steps } = await asSystem(ctx.broker, 'steps by name').call('processes.ofSnapshot', {
    spaceId: release.SpaceId,
    id: release.ProjectDeploymentProcessSnapshotId,
  })
  return names.flatMap((name) => {
    const isNamed = (one: { Name: string }) => one.Name.toLowerCase() === name.toLowerCase()
    const ids = Steps.filter((step) => isNamed(step) || step.Actions.some(isNamed)).flatMap(
      (step) =>
        step.Actions.filter((action) => isNamed(step) || isNamed(action)).map(({ Id }) => Id),
    )
    if (ids.length === 0) throw new InvalidError([`SkipStepNames: there is no step '${name}'.`])
    return ids
  })
}
