import type { Model } from 'mongoose'
import type { Actions } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError, NotFoundError, RefusedError } from '#bus/errors.ts'
import { ensureMay } from '#bus/permitted.ts'
import { secretText } from '#domain/differences.ts'
import { isPriorityFor } from '#domain/lifecycle.ts'
import type { Step } from '#domain/process.ts'
import { whyNotReachable } from '#domain/progression.ts'
import { applies } from '#domain/variable-scope.ts'
import type { Asked } from '#mixins/crud.ts'
import { seal } from '#store/encryption.ts'
import { newId } from '#store/ids.ts'
import type { StoredDeployment } from './deployment.model.ts'
import type { DeploymentWishes } from './deployments.contract.ts'
import { progressionFacts } from './facts.ts'
import { checkMappings } from './mappings.ts'
import { type Destination, destinationOf } from './promoting.ts'
import { valuesFor } from './templates.ts'

type Release = ReturnType<Actions['releases.get']>
type Project = ReturnType<Actions['projects.get']>
type Environment = ReturnType<Actions['environments.get']>
export type Prompt = ReturnType<Actions['variables.prompts']>[number]

/** What a deployment is made of, looked up once. */
export interface Parts {
  release: Release
  project: Project
  environment: Environment
}

/** Answers to prompts, as they are shown and as they are. */
type Answers = Pick<StoredDeployment, 'FormValues' | '_answers'>
/** What follows from a wish that may be. */
type Checked = Answers &
  Pick<StoredDeployment, '_isPriority' | '_templateValues'> & { destination: Destination | null }

const MOST_DAYS_AHEAD = 30
const DAY_MS = 86_400_000

/** Release, project and environment by their ids; what is wrong is the fault of the request. */
export async function partsFor(
  ctx: Asked,
  {
    spaceId,
    releaseId,
    environmentId,
  }: { spaceId: string; releaseId: string; environmentId: string },
): Promise<Parts> {
  const system = asSystem(ctx.broker, 'a deployment is made')
  const release = await system
    .call('releases.get', { spaceId, id: releaseId })
    .catch(unless(`ReleaseId: the release '${releaseId}' was not found.`))
  const [project, environment] = await Promise.all([
    system.call('projects.get', { spaceId, id: release.ProjectId }),
    system
      .call('environments.get', { spaceId, id: environmentId })
      .catch(unless(`EnvironmentId: the environment '${environmentId}' was not found.`)),
  ])
  return { release, project, environment }
}

const unless = (fault: string) => (error: { type?: string }) => {
  throw error.type === 'NOT_FOUND' ? new InvalidError([fault]) : error
}

/** Refuses a deployment that may not be, each reason in a sentence of its own. */
export async function checkCreation(
  ctx: Asked,
  deployments: Model<StoredDeployment>,
  { release, project, environment }: Parts,
  wishes: DeploymentWishes & { TenantId?: string },
  { isRepeated = false }: { isRepeated?: boolean } = {},
): Promise<Checked> {
  if (project.IsDisabled) throw new RefusedError(`The project '${project.Name}' is disabled.`)
  const system = asSystem(ctx.broker, 'a deployment is made')
  if (environment.Remote) await ensureMay(ctx, 'PromotionCreate', release.SpaceId)
  const destination = await destinationOf(system, environment, wishes)
  if (wishes.TenantId) throw new NotFoundError('Tenant', wishes.TenantId)
  checkTimes(wishes, Date.now())
  if (wishes.SpecificMachineIds.length + wishes.ExcludedMachineIds.length > 0)
    throw new InvalidError([
      'SpecificMachineIds, ExcludedMachineIds: there are no deployment targets.',
    ])
  const spaceId = release.SpaceId
  const [facts, environments, process, prompts, { Templates }] = await Promise.all([
    progressionFacts(ctx.broker, deployments, release),
    system.call('environments.names', { spaceId }),
    system.call('processes.ofSnapshot', {
      spaceId,
      id: release.ProjectDeploymentProcessSnapshotId,
    }),
    system.call('variables.prompts', {
      spaceId,
      snapshotId: release.ProjectVariableSetSnapshotId,
    }),
    system.call('variables.ofSnapshot', { spaceId, id: release.ProjectVariableSetSnapshotId }),
  ])
  const names = new Map(environments.map(({ Id, Name }) => [Id, Name]))
  const why = whyNotReachable(facts, environment.Id, (id) => names.get(id) ?? id)
  if (why) throw new RefusedError(why)
  checkSkips(process.Steps, wishes.SkipActions)
  const { Priority = 'LifecycleDefault' } = wishes
  const _isPriority =
    Priority === 'LifecycleDefault'
      ? isPriorityFor(facts.phases, environment.Id)
      : Priority === 'On'
  // In another space, it is asked and answered there.
  if (destination)
    return { FormValues: {}, _answers: {}, _isPriority, _templateValues: [], destination }
  await checkMappings(system, release)
  const place = { projectId: project.Id, environment }
  const _templateValues = await valuesFor(system, Templates, place)
  const more = { _isPriority, _templateValues, destination }
  // Repeated, it has been answered already.
  if (isRepeated) return { FormValues: {}, _answers: {}, ...more }
  return { ...answersTo(prompts, wishes.FormValues, { release, environment }), ...more }
}

function checkTimes({ QueueTime, QueueTimeExpiry }: DeploymentWishes, now: number): void {
  const [start, expiry] = [
    timeOf('QueueTime', QueueTime),
    timeOf('QueueTimeExpiry', QueueTimeExpiry),
  ]
  if (start !== null && start > now + MOST_DAYS_AHEAD * DAY_MS)
    throw new InvalidError([`QueueTime: at most ${MOST_DAYS_AHEAD} days ahead.`])
  if (expiry !== null && expiry <= Math.max(now, start ?? now))
    throw new InvalidError(['QueueTimeExpiry: it must be after the start, and not past.'])
}

function timeOf(name: string, text?: string): number | null {
  if (text === undefined) return null
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidError([`${name}: '${text}' is not a date and time.`])
  return at
}

function checkSkips(steps: readonly Step[], skipped: readonly string[]): void {
  const actions = new Map(
    steps.flatMap(({ Actions }) => Actions.map((one) => [one.Id, one] as const)),
  )
  const faults = skipped.flatMap((id) => {
    const action = actions.get(id)
    if (!action) return [`SkipActions: the process of this release has no action '${id}'.`]
    return action.IsRequired ? [`SkipActions: the step '${action.Name}' is required.`] : []
  })
  if (faults.length > 0) throw new InvalidError(faults)
}

/** The prompts that are asked in an environment. */
export const promptsFor = (
  prompts: readonly Prompt[],
  { release, environment }: Pick<Parts, 'release' | 'environment'>,
): Prompt[] =>
  prompts.filter(({ Scope }) =>
    applies(
      { ...Scope, Action: [], Machine: [], Role: [] },
      {
        Environment: environment.Id,
        Channel: release.ChannelId,
        ProcessOwner: release.ProjectId,
      },
    ),
  )

/** What was answered, by the variable's id; clients may also say its label or name. */
function answersTo(
  prompts: readonly Prompt[],
  given: Record<string, string>,
  place: Pick<Parts, 'release' | 'environment'>,
): Answers {
  const lower = new Map(Object.entries(given).map(([key, value]) => [key.toLowerCase(), value]))
  const { FormValues, _answers }: Answers = { FormValues: {}, _answers: {} }
  const missing: string[] = []
  for (const prompt of promptsFor(prompts, place)) {
    const keys = [prompt.Id, prompt.Prompt.Label ?? '', prompt.Name].map((key) => key.toLowerCase())
    const value = keys.map((key) => lower.get(key)).find((one) => one !== undefined)
    const isThere = (value ?? prompt.Value ?? '').trim() !== ''
    if (prompt.Prompt.Required && !isThere)
      missing.push(`FormValues: '${prompt.Prompt.Label || prompt.Name}' needs a value.`)
    if (value === undefined) continue
    FormValues[prompt.Id] = prompt.IsSensitive ? secretText : value
    _answers[prompt.Id] = prompt.IsSensitive ? seal(value) : value
  }
  if (missing.length > 0) throw new InvalidError(missing)
  return { FormValues, _answers }
}

/** The deployment and the task of it, as they will be stored. */
export function drafted(
  { release, project, environment }: Parts,
  wishes: DeploymentWishes & Checked,
  by: { userId: string; username: string },
) {
  const [_id, taskId] = [newId('Deployments'), newId('ServerTasks')]
  const Created = new Date().toISOString()
  const iso = (text?: string) => (text === undefined ? null : new Date(text).toISOString())
  const deployment: StoredDeployment = {
    _id,
    SpaceId: release.SpaceId,
    ReleaseId: release.Id,
    EnvironmentId: environment.Id,
    TenantId: null,
    ProjectId: project.Id,
    ChannelId: release.ChannelId,
    DeploymentProcessId: release.ProjectDeploymentProcessSnapshotId,
    ManifestVariableSetId: release.ProjectVariableSetSnapshotId,
    TaskId: taskId,
    Name: `${wishes.destination ? 'Promote' : 'Deploy'} to ${environment.Name}`,
    Created,
    DeployedBy: by.username,
    DeployedById: by.userId,
    Comments: wishes.Comments,
    Changes: [],
    ChangesMarkdown: '',
    UseGuidedFailure: wishes.UseGuidedFailure ?? false,
    ForcePackageDownload: wishes.ForcePackageDownload,
    ForcePackageRedeployment: wishes.ForcePackageRedeployment,
    SkipActions: wishes.SkipActions,
    SpecificMachineIds: [],
    ExcludedMachineIds: [],
    DeployedToMachineIds: [],
    FormValues: wishes.FormValues,
    _answers: wishes._answers,
    _isPriority: wishes._isPriority,
    _templateValues: wishes._templateValues ?? [],
    _packages: release.Remote ? release.SelectedPackages : null,
    FailureEncountered: false,
    QueueTime: iso(wishes.QueueTime),
    QueueTimeExpiry: iso(wishes.QueueTimeExpiry),
    _outcome: null,
    ...(wishes.destination && {
      RemoteNews: null,
      _destination: wishes.destination,
      _newsCount: 0,
    }),
  }
  return { deployment, task: taskFor(deployment, { release, project, environment }) }
}

/** The task of a deployment, the same as often as it is made: what a crash left out is made up for. */
export function taskFor(
  deployment: StoredDeployment,
  { release, project, environment }: Parts,
): Parameters<Actions['tasks.create']>[0] {
  const { SpaceId, ProjectId, EnvironmentId, TenantId, Created, _destination } = deployment
  const Name = _destination ? 'Promote' : 'Deploy'
  return {
    Id: deployment.TaskId,
    SpaceId,
    Name,
    Description: `${Name} ${project.Name} release ${release.Version} to ${environment.Name}`,
    Arguments: {
      DeploymentId: deployment._id,
      ReleaseId: release.Id,
      ReleaseVersion: release.Version,
      ...(_destination && { RemoteSpace: _destination.RemoteSpace }),
    },
    ProjectId,
    EnvironmentId,
    TenantId,
    // One in the past would put it before all others.
    QueueTime: [deployment.QueueTime ?? Created, Created].toSorted().at(-1) ?? Created,
    QueueTimeExpiry: deployment.QueueTimeExpiry,
    // The other space decides what there waits for what; here one may wait for days.
    ConcurrencyTag: _destination
      ? null
      : [ProjectId, EnvironmentId, TenantId].filter((id) => id !== null).join('/'),
    IsPriority: deployment._isPriority,
    CreatedBy: deployment.DeployedBy,
    // Whose release it is wants to hear how it goes here. What is handed on is told of there, not here.
    ...(release.Remote && !_destination && { Follower: 'promoter' as const }),
  }
}
