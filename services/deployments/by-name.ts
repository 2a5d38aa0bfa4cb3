import type { Model } from 'mongoose'
import type { Actions } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError } from '#bus/errors.ts'
import type { Asked } from '#mixins/crud.ts'
import { checkCreation, partsFor } from './creation.ts'
import type { StoredDeployment } from './deployment.model.ts'
import type { DeploymentWishes } from './deployments.contract.ts'

type Command = Parameters<Actions['deployments.createByName']>[0]
type Answer = ReturnType<Actions['deployments.createByName']>

/** The executions API's command: names become ids, then one deployment for each environment. */
export async function createByName(
  ctx: Asked,
  deployments: Model<StoredDeployment>,
  command: Command,
): Promise<Answer> {
  const { spaceId } = command
  const project = await ctx
    .call('projects.resolve', { spaceId, project: command.ProjectName })
    .catch(unless(`ProjectName: the project '${command.ProjectName}' was not found.`))
  const version = command.ReleaseVersion
  const found = await ctx
    .call('releases.byVersion', { spaceId, projectId: project.Id, version })
    .catch(unless(`ReleaseVersion: the project '${project.Name}' has no release '${version}'.`))
  const environments = await environmentsNamed(ctx, spaceId, command.EnvironmentNames)
  const wishes = await wishesOf(ctx, command, found)
  // All are checked before the first is queued: what is refused has done nothing.
  for (const { Id: environmentId } of environments) {
    const parts = await partsFor(ctx, { spaceId, releaseId: found.Id, environmentId })
    // Variables that are frozen anew may ask for other answers: the creation itself sees to those.
    const isRepeated = command.UpdateVariableSnapshot === true
    await checkCreation(ctx, deployments, parts, wishes, { isRepeated })
  }
  const release = command.UpdateVariableSnapshot
    ? await ctx.call('releases.snapshotVariables', { spaceId, id: found.Id })
    : found
  const DeploymentServerTasks: Answer['DeploymentServerTasks'] = []
  for (const { Id: EnvironmentId } of environments) {
    const { Id: DeploymentId, TaskId: ServerTaskId } = await ctx.call('deployments.create', {
      spaceId,
      ReleaseId: release.Id,
      EnvironmentId,
      ...wishes,
    })
    DeploymentServerTasks.push({ DeploymentId, ServerTaskId })
  }
  return { DeploymentServerTasks }
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
