/** How a release of another space comes to be here. */
import type { Model } from 'mongoose'
import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError, NotFoundError } from '#bus/errors.ts'
import { faultOfVersion, versionKey } from '#domain/version.ts'
import type { Asked } from '#mixins/crud.ts'
import { VersionTakenError } from './assembling.ts'
import { automate } from './automation.ts'
import type { StagedRelease, StoredRelease } from './release.model.ts'
import { type Releases, releaseOf } from './release-writes.ts'
import type { EarlierRevision, Release, ReleaseToImport } from './releases.contract.ts'

/** What of the service the functions here need. */
export type Imports = Releases & {
  models: { Release: Model<StoredRelease>; StagedRelease: Model<StagedRelease> }
}
type OfProject = { spaceId: string; projectId: string }

const DUPLICATE_KEY = 11_000
/** What an imported release has yet to bring about: its project as it has it, then its deployments. */
const FOLLOW = ['projects', 'deployments']
/** The latest of what the source tells of deployments is enough. */
const MOST_HISTORY = 200

/** Makes the release visible by one write: its own, or that of its project, which it waits for. */
export async function importRelease(
  service: Imports,
  ctx: Asked,
  about: ReleaseToImport,
): Promise<Release> {
  const { spaceId, Id: id, ProjectId: projectId } = about
  const fault = faultOfVersion(about.Version)
  if (fault) throw new InvalidError([fault])
  const before = await service.models.Release.findOne({ _id: id, SpaceId: spaceId }).lean()
  if (before) return revise(service, ctx, before, about)
  const system = asSystem(ctx.broker, 'a release is imported')
  const fields = fieldsOf(about, new Date().toISOString())
  const isNew = !(await isThere(system, { spaceId, projectId }))
  if (isNew) {
    await service.models.StagedRelease.updateOne(
      { _id: id },
      { $set: { SpaceId: spaceId, ProjectId: projectId, Fields: fields } },
      { upsert: true },
    )
  }
  // Of a project that is there it goes on with what a crash has cut.
  await system.call('projects.commitRemote', { spaceId, id: projectId }, { timeout: 0 })
  if (!isNew) await insert(service, ctx, id, fields)
  const found = await service.models.Release.findOne({ _id: id, SpaceId: spaceId }).lean()
  if (!found) {
    // Its project is none that was staged, or another release has its version.
    if (!(await isThere(system, { spaceId, projectId })))
      throw new NotFoundError('Project', projectId)
    throw new VersionTakenError(about.Version)
  }
  return releaseOf(found)
}

async function isThere(system: Pick<Bus, 'call'>, { spaceId, projectId }: OfProject) {
  const found = await system.call('projects.names', { spaceId, ids: [projectId] })
  return found.length > 0
}

type Fields = StagedRelease['Fields']

function fieldsOf(about: ReleaseToImport, ImportedAt: string): Fields {
  const { spaceId, Id, ProcessSnapshotId, VariablesSnapshotId, Remote, ...release } = about
  return {
    ...release,
    SpaceId: spaceId,
    IgnoreChannelRules: false,
    SelectedGitResources: [],
    ProjectVariableSetSnapshotId: VariablesSnapshotId,
    LibraryVariableSetSnapshotIds: [],
    ProjectDeploymentProcessSnapshotId: ProcessSnapshotId,
    VersionControlReference: null,
    Remote: {
      ...Remote,
      Mappings: Remote.Mappings ?? [],
      History: Remote.History.slice(-MOST_HISTORY),
      ImportedAt,
      Revisions: [],
    },
    _version: versionKey(release.Version),
    _defects: [],
    _follow: FOLLOW,
  }
}

/** Inserts it unless it is there, and sees to what follows. */
async function insert(service: Imports, ctx: Asked, id: string, fields: Fields): Promise<void> {
  const { SpaceId: spaceId, ProjectId: projectId } = fields
  const system = asSystem(ctx.broker, 'a release is imported')
  const channel = await system.call('channels.default', { spaceId, projectId })
  const release = { ...fields, _id: id, ChannelId: channel.Id }
  try {
    await service.models.Release.create(release)
  } catch (error) {
    if ((error as { code?: number }).code !== DUPLICATE_KEY) throw error
    // The same import at the same moment, or another release with this version.
    if (await service.models.Release.exists({ _id: id })) return
    throw new VersionTakenError(fields.Version)
  }
  const after = releaseOf(release)
  const related = [projectId, channel.Id]
  await service.audited(ctx, { category: 'Created', kind: 'Release', after, spaceId, related })
  await followImport(service, release)
}

/** Moves staged releases beside the others, now that their project is there. */
export async function unstage(
  service: Imports,
  ctx: Asked,
  { spaceId, projectId }: OfProject,
): Promise<void> {
  const staged = await service.models.StagedRelease.find({
    SpaceId: spaceId,
    ProjectId: projectId,
  }).lean()
  for (const { _id, Fields } of staged) {
    await insert(service, ctx, _id, Fields).catch((error) => {
      // The import of this one is told so; it holds no other up.
      if (!(error instanceof VersionTakenError)) throw error
    })
    await service.models.StagedRelease.deleteOne({ _id })
  }
}

/** Another content of a release that is here. What it was is kept; one write decides which is the later. */
async function revise(
  service: Imports,
  ctx: Asked,
  stored: StoredRelease,
  about: ReleaseToImport,
): Promise<Release> {
  const before = releaseOf(stored)
  const { Remote: from, ...was } = before
  if (!from || from.Revision >= about.Remote.Revision) return before
  const { SelectedPackages, BuildInformation, ReleaseNotes, CustomFields, Remote, ...fields } =
    fieldsOf(about, new Date().toISOString())
  const earlier: EarlierRevision = {
    ...{ Revision: from.Revision, BundleId: from.BundleId, ImportedAt: from.ImportedAt },
    SelectedPackages: was.SelectedPackages,
    ProjectVariableSetSnapshotId: was.ProjectVariableSetSnapshotId,
    ProjectDeploymentProcessSnapshotId: was.ProjectDeploymentProcessSnapshotId,
  }
  const { ProjectVariableSetSnapshotId, ProjectDeploymentProcessSnapshotId } = fields
  const changes = {
    ...{ SelectedPackages, BuildInformation, ReleaseNotes, CustomFields },
    ...{ ProjectVariableSetSnapshotId, ProjectDeploymentProcessSnapshotId },
    Remote: { ...Remote, Revisions: [...from.Revisions, earlier] },
  }
  const after = await service.models.Release.findOneAndUpdate(
    { _id: before.Id, 'Remote.Revision': from.Revision },
    { $set: changes, $addToSet: { _follow: { $each: FOLLOW } } },
    { returnDocument: 'after' },
  ).lean<StoredRelease>()
  // Another node has just revised it: then it is as that has it.
  if (!after) return ctx.call('releases.importRemote', about)
  const spaceId = before.SpaceId
  const change = { category: 'Modified', kind: 'Release', before, after: releaseOf(after) } as const
  await service.audited(ctx, { ...change, spaceId })
  await followImport(service, after)
  return releaseOf(after)
}

/** What follows from an import: the project is as its last imported release has it, and that may be deployed. */
export async function followImport(service: Imports, release: StoredRelease): Promise<void> {
  const { _id: Id, SpaceId: spaceId, ProjectId: projectId } = release
  try {
    await adopt(service, release)
    await service.models.Release.updateOne({ _id: Id }, { $pull: { _follow: 'projects' } })
  } catch (error) {
    // It is done by the next look: until then nothing is deployed by itself.
    const about = { release: Id, project: projectId }
    service.logger.error('A project is not as its imported release has it', about, error)
    return
  }
  await automate(service, { Id, SpaceId: spaceId })
}

async function adopt({ broker, models }: Imports, release: StoredRelease): Promise<void> {
  const { SpaceId: spaceId, ProjectId: projectId } = release
  const system = asSystem(broker, 'a release was imported')
  const of = { spaceId, projectId }
  const [process, variables] = [
    release.ProjectDeploymentProcessSnapshotId,
    release.ProjectVariableSetSnapshotId,
  ]
  await system.call('projects.applyRemote', { spaceId, id: projectId })
  await system.call('templatevalues.adopt', of)
  if (!(await isLast(models.Release, release))) return
  await system.call('processes.adopt', { ...of, snapshotId: process })
  await system.call('variables.adopt', { ...of, snapshotId: variables })
}

/** Of two whose consequences are drawn late, the later import says what the project is. */
async function isLast(releases: Model<StoredRelease>, release: StoredRelease): Promise<boolean> {
  const { ProjectId, Remote } = release
  const later = { ProjectId, 'Remote.ImportedAt': { $gt: Remote?.ImportedAt ?? '' } }
  return (await releases.exists(later)) === null
}

/** What a crash, or a failure, has left undone. */
export async function followImports(service: Imports): Promise<void> {
  const left = await service.models.Release.find({ _follow: 'projects' }).lean<StoredRelease[]>()
  const inOrder = left.toSorted((a, b) =>
    (a.Remote?.ImportedAt ?? '') < (b.Remote?.ImportedAt ?? '') ? -1 : 1,
  )
  for (const release of inOrder) await followImport(service, release)
}
