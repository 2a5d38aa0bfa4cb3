/**
 * How an import becomes a remote project with a release. It is staged, and visible by the last write
 * alone; each step may be done again, so that it goes on wherever it was cut.
 */
import type { Actions, Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { BundleRefusedError, isForClient } from '#bus/errors.ts'
import { localHistory, localRelease, localSettings } from '#domain/promotion/local-release.ts'
import { type Localised, localise } from '#domain/promotion/localise.ts'
import type { ReadContent } from '#domain/promotion/read-content.ts'
import type { Audit } from '#mixins/audited.mixin.ts'
import { blobs } from '#store/blobs.ts'
import { seal } from '#store/encryption.ts'
import type { StoredImport } from './import.model.ts'
import { loadContent } from './import-content.ts'
import { ensureTrusted, tell } from './import-deciding.ts'
import type { Imports } from './import-memory.ts'
import { bringIn } from './import-packages.ts'
import { type By, changed } from './import-writes.ts'
import { targetOf } from './target-gathering.ts'

export interface ImportsWith extends Audit {
  broker: Pick<Bus, 'call'>
  models: { Import: Imports }
}
type System = Pick<Bus, 'call'>

/** Brings a decided import to its end: Imported, or ImportFailed with why. */
export async function importAll(on: ImportsWith, by: By, stored: StoredImport): Promise<void> {
  const system = asSystem(on.broker, `the import ${stored._id}`)
  try {
    await ensureTrusted(system, stored)
    const release = await made(system, stored)
    await finish(on, by, stored, release)
  } catch (error) {
    // What is not the import's own fault, such as a store that is away, is tried again.
    if (!(error instanceof Error && isForClient(error))) throw error
    await changed(on.models.Import, stored, {
      ...{ State: 'ImportFailed', Message: sentencesOf(error), _work: true },
    })
  }
}

async function made(system: System, stored: StoredImport) {
  const { SpaceId: spaceId } = stored
  const { _content } = stored
  if (_content === null) throw new Error(`The content of the import ${stored._id} is gone.`)
  const read = await loadContent(_content)
  const target = await targetOf(system, spaceId)
  const local = localise(read.content, {
    secrets: read.secrets,
    wanted: stored.WantedEnvironments,
    mappings: stored.Mappings,
    ...{ target, seal },
  })
  // What was chosen may have been deleted since: nothing of it may be used.
  const lost = local.open.map(({ Kind, Name }) => `${Kind} '${Name}'`)
  if (lost.length > 0)
    throw new BundleRefusedError(
      `What these mean here was not found: ${lost.join(', ')}. Choose again.`,
      'MappingNeeded',
    )
  await bringIn(system, stored)
  const projectId = await stageProject(system, stored, read)
  const { process, variables } = await freeze(system, { spaceId, projectId }, local)
  await system.call('templatevalues.putRemote', { spaceId, projectId, Values: stored._values })
  return system.call(
    'releases.importRemote',
    {
      spaceId,
      Id: stored.ReleaseId ?? '',
      ProjectId: projectId,
      ...localRelease(read.content.release),
      Version: stored.AsVersion ?? stored.ReleaseVersion,
      SelectedPackages: local.packages,
      ProcessSnapshotId: process,
      VariablesSnapshotId: variables,
      Remote: remoteOf(stored, read),
    },
    { timeout: 0 },
  )
}

async function stageProject(
  system: System,
  stored: StoredImport,
  { content }: ReadContent,
): Promise<string> {
  const { ProjectId, LifecycleId, ProjectGroupId } = stored
  const { Id } = await system.call('projects.importRemote', {
    spaceId: stored.SpaceId,
    Id: ProjectId ?? '',
    Name: content.project.name,
    Description: content.project.description,
    ...(LifecycleId && { LifecycleId }),
    ...(ProjectGroupId && { ProjectGroupId }),
    Settings: localSettings(content.project),
    Remote: {
      TrustId: stored.TrustId ?? '',
      SourceProjectId: content.project.id,
      SourceProjectName: content.project.name,
      RemoteSpace: stored.RemoteSpace,
    },
  })
  return Id
}

async function freeze(
  system: System,
  of: { spaceId: string; projectId: string },
  { steps, variables, templates }: Localised,
): Promise<{ process: string; variables: string }> {
  const process = await system.call('processes.putRemote', { ...of, Steps: steps })
  const set = await system.call('variables.putRemote', {
    ...of,
    Variables: variables,
    Templates: templates,
  })
  return { process: process.SnapshotId, variables: set.SnapshotId }
}

type Remote = Parameters<Actions['releases.importRemote']>[0]['Remote']

const remoteOf = (stored: StoredImport, { content }: ReadContent): Remote => ({
  TrustId: stored.TrustId ?? '',
  RemoteSpace: stored.RemoteSpace,
  SourceReleaseId: stored.SourceReleaseId ?? '',
  SourceVersion: stored.ReleaseVersion,
  BundleId: stored.BundleId ?? '',
  Revision: stored.Revision,
  ContentDigest: stored.ContentDigest ?? '',
  History: localHistory(content.history),
  Mappings: stored.Mappings,
})

async function finish(
  on: ImportsWith,
  by: By,
  stored: StoredImport,
  release: { Id: string; ProjectId: string },
): Promise<void> {
  const { Import } = on.models
  const after = await changed(Import, stored, {
    ...{ State: 'Imported', ProjectId: release.ProjectId, ReleaseId: release.Id },
    ...{ ImportedAt: new Date().toISOString(), Message: '', _work: true },
  })
  // Another node has come to the same end.
  if (!after) return
  await tell(on, by, after, { category: 'ImportCompleted', what: 'was imported' })
  await supersede(Import, after)
}

/** Older revisions of a release that is here are passed. */
export async function supersede(
  imports: Imports,
  { SpaceId, _release, Revision, _id }: StoredImport,
): Promise<void> {
  const older = await imports
    .find({
      ...{ SpaceId, _release, Revision: { $lt: Revision }, _id: { $ne: _id } },
      State: {
        $in: ['Imported', 'AwaitingPackages', 'AwaitingReview', 'Approved', 'ImportFailed'],
      },
    })
    .lean<StoredImport[]>()
  for (const one of older) await changed(imports, one, { State: 'Superseded', _work: true })
}

/** Removes the files of an import that has ended; what shows where it came from stays. */
export async function dropFiles(
  imports: Imports,
  stored: StoredImport,
): Promise<StoredImport | null> {
  const { _content, _blob, _packs } = stored
  if (_content === null && _blob === null) return null
  // A pack may have been for several: the others have their own list of it.
  const used = await imports.distinct('_packs', {
    _id: { $ne: stored._id },
    _packs: { $in: _packs },
  })
  for (const name of [_content, _blob, ..._packs.filter((one) => !used.includes(one))])
    if (name) await blobs.remove(name)
  return changed(imports, stored, { _content: null, _blob: null, _packs: [], _included: [] })
}

const sentencesOf = ({ message, data }: Error & { data?: unknown }): string => {
  const faults: { message?: string }[] = Array.isArray(data) ? data : []
  return faults.map((fault) => fault.message ?? message).join(' ') || message
}
