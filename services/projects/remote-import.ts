/**
 * How a project of another space comes to be here. An import stages it beside the projects, where nobody
 * sees it, and its first release makes it one of them by one write.
 */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { ConflictError, InvalidError } from '#bus/errors.ts'
import { nameRule } from '#domain/name.ts'
import { remoteProjectName } from '#domain/promotion/local-release.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import { insertResource, replaceResource } from '#mixins/changes.ts'
import type { Asked } from '#mixins/crud.ts'
import type { AnyModel } from '#mixins/listing.ts'
import { isDuplicateOf } from '#store/taken.ts'
import type { StagedProject } from './project.model.ts'
import { completePolicy, completeProject } from './project-body.ts'
import { checkReferences } from './project-checks.ts'
import { makeParts, partsOf } from './project-parts.ts'
import type { Project, RemoteProject, RemoteSettings } from './projects.contract.ts'

interface Models {
  Project: AnyModel
  StagedProject: Model<StagedProject>
}
/** What of the service the functions here need. */
export interface Imports extends Audit {
  broker: Pick<Bus, 'call'>
  models: Models
}
type Of = { spaceId: string; id: string }

const DUPLICATE_KEY = 11_000
/** So often a project is staged anew because others import it at this moment. */
const MOST_TRIES = 5
/** So many projects may have the same name but for its number. */
const MOST_NAMES = 1000

/** What the projects of one source have in common with none of another. */
export const remoteKey = ({ TrustId, SourceProjectId }: RemoteProject): string =>
  `${TrustId}/${SourceProjectId}`

/** The project that stands for a source's project, or is staged to; null when there is none. */
export async function remoteOf(
  { Project, StagedProject }: Models,
  SpaceId: string,
  _remote: string,
): Promise<{ Id: string; IsStaged: boolean } | null> {
  const project = await Project.findOne({ SpaceId, _remote }).select('_id').lean()
  if (project) return { Id: project._id, IsStaged: false }
  const staged = await StagedProject.findOne({ SpaceId, _remote }).select('_id').lean()
  return staged && { Id: staged._id, IsStaged: true }
}

export interface ProjectToImport {
  spaceId: string
  Id: string
  Name: string
  Description: string
  LifecycleId?: string
  ProjectGroupId?: string
  Settings: RemoteSettings
  Remote: RemoteProject
}

/** Keeps what an import brings of a project, where nobody sees it. Answers the id of the project. */
export async function stageProject(
  { models }: Pick<Imports, 'models'>,
  ctx: Asked,
  about: ProjectToImport,
): Promise<string> {
  const { spaceId, Remote } = about
  const _remote = remoteKey(Remote)
  for (let left = MOST_TRIES; left > 0; left -= 1) {
    const known = await remoteOf(models, spaceId, _remote)
    const Id = known?.Id ?? about.Id
    const IsNew = known === null || known.IsStaged
    // What was staged at the moment when another import made the project is of no project.
    if (!IsNew) await models.StagedProject.deleteMany({ _remote, _id: { $ne: Id } })
    const Fields = await fieldsOf(ctx, about, IsNew)
    await putStaged(models, { _id: Id, SpaceId: spaceId, _remote, IsNew, Fields })
    const now = await remoteOf(models, spaceId, _remote)
    if (now?.Id === Id) return Id
  }
  throw new ConflictError('The project is being imported by others: try again in a moment.')
}

/** The index lets one of several that stage a project at once. */
async function putStaged({ StagedProject }: Models, { _id, ...staged }: StagedProject) {
  await StagedProject.updateOne({ _id }, { $set: staged }, { upsert: true }).catch((error) => {
    if (error.code !== DUPLICATE_KEY) throw error
  })
}

async function fieldsOf(
  ctx: Asked,
  about: ProjectToImport,
  isNew: boolean,
): Promise<StagedProject['Fields']> {
  const { Name, Description, Settings, Remote } = about
  const { LifecycleId = '', ProjectGroupId = '' } = isNew ? await placeFor(ctx, about) : about
  return { Name, Description, LifecycleId, ProjectGroupId, Settings, Remote }
}

/** Where a new project goes: as wished, and without a wish to the group that the space began with. */
async function placeFor(ctx: Asked, about: ProjectToImport) {
  const { spaceId, LifecycleId } = about
  if (!LifecycleId) throw new InvalidError(['LifecycleId: a project needs a lifecycle.'])
  const groups = about.ProjectGroupId ? [] : await ctx.call('projectgroups.names', { spaceId })
  const ProjectGroupId = about.ProjectGroupId ?? groups[0]?.Id ?? ''
  const place = { LifecycleId, ProjectGroupId, IncludedLibraryVariableSetIds: [] }
  await checkReferences(ctx, spaceId, place)
  return place
}

/** Makes a staged project one of the space. Its insertion is the write by which all of it becomes visible. */
export async function commitProject(
  service: Imports,
  ctx: Asked,
  { spaceId, id }: Of,
): Promise<void> {
  const { Project, StagedProject } = service.models
  const staged = await StagedProject.findOne({ _id: id, SpaceId: spaceId, IsNew: true }).lean()
  if (!staged) return
  if (!(await Project.exists({ _id: id }))) await createProject(service, ctx, staged)
  await finishImport(service, { spaceId, id })
}

/** What follows from the insertion of a remote project, as often as it takes. */
async function finishImport(
  { broker, models }: Pick<Imports, 'broker' | 'models'>,
  { spaceId, id }: Of,
): Promise<void> {
  await makeParts(models.Project, broker, { spaceId, projectId: id })
  const bus = asSystem(broker, `the project ${id} is imported`)
  await bus.call('releases.unstage', { spaceId, projectId: id })
  await models.StagedProject.deleteOne({ _id: id })
}

/** Goes on with imports that a crash has cut after their project was there. */
export async function resumeImports(service: Pick<Imports, 'broker' | 'models'>): Promise<void> {
  const { Project, StagedProject } = service.models
  const staged = await StagedProject.find({ IsNew: true }).lean()
  for (const { _id: id, SpaceId: spaceId } of staged)
    if (await Project.exists({ _id: id })) await finishImport(service, { spaceId, id })
}

/** Gives a project that is there what is staged of it. It keeps all that its space may change. */
export async function applyStaged(
  { models }: Pick<Imports, 'models'>,
  ctx: Asked,
  { spaceId: SpaceId, id: Id }: Of,
): Promise<void> {
  const where = { _id: Id, SpaceId, IsNew: false }
  const staged = await models.StagedProject.findOne(where).lean()
  if (!staged) return
  const { Settings, Remote } = staged.Fields
  const { ReleaseNotesTemplate, DeploymentChangesTemplate } = Settings
  const fields = {
    Remote,
    ...(ReleaseNotesTemplate !== undefined && { ReleaseNotesTemplate }),
    ...(DeploymentChangesTemplate !== undefined && { DeploymentChangesTemplate }),
  }
  await replaceResource(models.Project, { Id, SpaceId }, fields, ctx.meta.caller)
  await models.StagedProject.deleteOne(where)
}

async function createProject(service: Imports, ctx: Asked, staged: StagedProject): Promise<void> {
  const { _id: Id, SpaceId, _remote } = staged
  // It may have been staged long ago.
  await checkReferences(ctx, SpaceId, { ...staged.Fields, IncludedLibraryVariableSetIds: [] })
  const after = await insertNamed(service.models.Project, staged).catch((error) => {
    // Another node has just made it.
    if (isDuplicateOf('_id', error) || isDuplicateOf('_remote', error)) return null
    throw error
  })
  if (!after) return
  const change = { category: 'Created', kind: 'Project', after, spaceId: SpaceId } as const
  await service.audited(ctx, { ...change, related: [Id, _remote.split('/')[0]] })
}

/** With the first name of its kind that is free; the index decides which is. */
async function insertNamed(projects: AnyModel, staged: StagedProject): Promise<Project> {
  const { _id: Id, SpaceId, _remote } = staged
  const { Name: name, Settings, Remote, ...place } = staged.Fields
  const { Templates, ...complete } = completeProject({ Templates: [] })
  const taken: string[] = []
  while (taken.length < MOST_NAMES) {
    const Name = remoteProjectName(Remote.RemoteSpace, name, taken, nameRule.max)
    try {
      return await insertResource<Project>(projects, {
        ...{ Id, SpaceId, Remote, _remote, Templates, ...complete, ...place },
        Name,
        TenantedDeploymentMode: 'Untenanted',
        PersistenceSettings: { Type: 'Database' },
        DefaultGuidedFailureMode: Settings.DefaultGuidedFailureMode ?? 'EnvironmentDefault',
        ProjectConnectivityPolicy: completePolicy(Settings.ProjectConnectivityPolicy),
        DefaultToSkipIfAlreadyInstalled: Settings.DefaultToSkipIfAlreadyInstalled ?? false,
        ForcePackageDownload: Settings.ForcePackageDownload ?? false,
        ReleaseNotesTemplate: Settings.ReleaseNotesTemplate ?? '',
        DeploymentChangesTemplate: Settings.DeploymentChangesTemplate ?? '',
        ...partsOf(Id),
      })
    } catch (error) {
      if ((error as { type?: string }).type !== 'TAKEN') throw error
      taken.push(Name)
    }
  }
  throw new InvalidError([`Too many projects are named '${taken[0]}'.`])
}

/** Takes away what is staged of a project that will not come. */
export async function abandonProject(
  { broker, models }: Pick<Imports, 'broker' | 'models'>,
  { spaceId, id }: Of,
): Promise<void> {
  await models.StagedProject.deleteOne({ _id: id, SpaceId: spaceId })
  const bus = asSystem(broker, `the project ${id} is not imported`)
  const of = { spaceId, projectId: id }
  await bus.call('releases.dropStaged', of)
  if (await models.Project.exists({ _id: id })) return
  await bus.call('processes.removeOf', of)
  await bus.call('variables.removeOf', of)
  await bus.call('templatevalues.removeOf', of)
}
