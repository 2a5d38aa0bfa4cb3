/** What people see of an import before they decide, gathered as things stand. */
import { createHash } from 'node:crypto'
import type { Bus } from '#bus'
import { RefusedError } from '#bus/errors.ts'
import { shortForm } from '#domain/bundle/identity.ts'
import { environmentsOf } from '#domain/lifecycle.ts'
import { foldName } from '#domain/name.ts'
import type { Mapping } from '#domain/promotion/mappings.ts'
import { type Preview, type PreviewInput, previewOf } from '#domain/promotion/preview.ts'
import type { Block } from '#domain/promotion/preview-blocks.ts'
import type { ReadContent } from '#domain/promotion/read-content.ts'
import type { TargetState } from '#domain/promotion/target-state.ts'
import type { TemplateValues, ValuesByEnvironment } from '#domain/promotion/variable-templates.ts'
import { keyedHash, unseal } from '#store/encryption.ts'
import type { StoredImport } from './import.model.ts'
import { loadContent } from './import-content.ts'
import type { Imports } from './import-memory.ts'
import type { ImportPreview } from './imports.contract.ts'
import { targetOf } from './target-gathering.ts'

type System = Pick<Bus, 'call'>

/** An import with all that decides what it will be. */
export interface Reviewed {
  read: ReadContent
  target: TargetState
  mappings: Mapping[]
  lifecycle: PreviewInput['lifecycle']
  /** The project that is here already, by an earlier import; null: it will be made. */
  projectId: string | null
  /** The release that is here already, by an earlier revision; null: it will be made. */
  releaseId: string | null
  preview: ImportPreview
}

export async function reviewOf(
  { imports, system }: { imports: Imports; system: System },
  stored: StoredImport,
  { lifecycleId }: { lifecycleId?: string | undefined } = {},
): Promise<Reviewed> {
  const { SpaceId: spaceId } = stored
  const read = await contentOf(stored)
  const [target, project, last, releaseId] = await Promise.all([
    targetOf(system, spaceId),
    projectOf(system, stored),
    lastOf(imports, stored),
    releaseIdOf({ imports, system }, stored),
  ])
  const mappings = mergedMappings(last?.Mappings ?? [], stored.Mappings)
  const lifecycle = await lifecycleOf(system, spaceId, target, {
    // A project that is here keeps its own.
    id: project?.LifecycleId ?? lifecycleId ?? stored.LifecycleId,
  })
  const [values, frozen, feed, RequireSecondApprover] = await Promise.all([
    valuesOf(system, stored, { projectId: project?.Id ?? null, lifecycle }),
    last?.ReleaseId ? frozenOf(system, spaceId, last.ReleaseId) : null,
    feedOf(system, stored),
    asksForAnother(system, stored),
  ])
  const preview = previewOf({
    ...read,
    facts: factsOf(stored),
    ...{ target, mappings, lifecycle, values },
    packages: { feed, arrived: stored._included.map(({ Sha256 }) => Sha256) },
    last: frozen,
    digestOf: (text) => keyedHash(`preview ${text}`),
    open: unseal,
  })
  return {
    ...{ read, target, mappings, lifecycle, releaseId, projectId: project?.Id ?? null },
    preview: {
      ...{ ...preview, RequireSecondApprover, ProjectId: project?.Id ?? null },
      ShortFingerprint: shortForm(preview.Sender.Fingerprint),
      Digest: digestOf(stored, preview),
      Blocks: [...preview.Blocks, ...conflictOf(stored)],
    },
  }
}

/** Whether the trust wants another person to approve it. Of one that is gone nothing is imported anyway. */
async function asksForAnother(
  system: System,
  { SpaceId: spaceId, TrustId }: StoredImport,
): Promise<boolean> {
  const { Items } = await system.call('trusts.list', { spaceId, ids: TrustId ? [TrustId] : [] })
  return Items.some(({ RequireSecondApprover }) => RequireSecondApprover)
}

/** Another release has the version here: people say which one this gets. */
const conflictOf = ({ HasVersionConflict, AsVersion, ReleaseVersion }: StoredImport): Block[] =>
  HasVersionConflict && AsVersion === null
    ? [
        {
          Code: 'VersionConflict',
          Message: `Another release of the project has the version ${ReleaseVersion} here: take this one under another version, or reject it.`,
        },
      ]
    : []

async function contentOf({ _content, State }: StoredImport): Promise<ReadContent> {
  if (_content === null) throw new RefusedError(`This import is ${State}: there is nothing to see.`)
  return loadContent(_content)
}

/** What was decided now counts, and what was decided for the project before, where nothing was now. */
export function mergedMappings(before: readonly Mapping[], now: readonly Mapping[]): Mapping[] {
  const key = ({ Kind, Name }: Mapping) => `${Kind}\n${foldName(Name)}`
  return [...new Map([...before, ...now].map((one) => [key(one), one])).values()]
}

/** The last import of the project that has come to an end here. */
export const lastOf = (
  imports: Imports,
  { SpaceId, _project, _id }: StoredImport,
): Promise<StoredImport | null> =>
  imports
    .findOne({ SpaceId, _project, _id: { $ne: _id }, ImportedAt: { $ne: null } })
    .sort({ ImportedAt: -1 })
    .lean<StoredImport | null>()

/** One that was deleted here is made anew. */
async function releaseIdOf(
  { imports, system }: { imports: Imports; system: System },
  { SpaceId, _release, _id }: StoredImport,
): Promise<string | null> {
  const before = await imports
    .findOne({ SpaceId, _release, _id: { $ne: _id }, ImportedAt: { $ne: null } })
    .sort({ ImportedAt: -1 })
    .lean<StoredImport | null>()
  if (!before?.ReleaseId) return null
  const known = await system.call('releases.known', { spaceId: SpaceId, ids: [before.ReleaseId] })
  return known[0] ?? null
}

async function projectOf(
  system: System,
  { SpaceId: spaceId, TrustId, SourceProjectId }: StoredImport,
) {
  if (!TrustId || !SourceProjectId) return null
  const about = { spaceId, trustId: TrustId, sourceProjectId: SourceProjectId }
  const known = await system.call('projects.remoteOf', about)
  if (!known || known.IsStaged) return null
  return system.call('projects.get', { spaceId, id: known.Id })
}

/** The chosen one, or the only one that there is. One that was deleted meanwhile is not chosen any more. */
async function lifecycleOf(
  system: System,
  spaceId: string,
  { environments }: TargetState,
  { id }: { id: string | null },
): Promise<PreviewInput['lifecycle']> {
  const all = await system.call('lifecycles.names', { spaceId })
  const [only, ...others] = all
  const chosen = id ? all.find(({ Id }) => Id === id) : others.length === 0 ? only : undefined
  if (!chosen) return null
  const phases = await system.call('lifecycles.phases', { spaceId, id: chosen.Id })
  const names = new Map(environments.map(({ Id, Name }) => [Id, Name]))
  const ids = [...new Set(phases.flatMap(environmentsOf))]
  return { ...chosen, environments: ids.map((Id) => ({ Id, Name: names.get(Id) ?? Id })) }
}

/** What the project has for its templates, and over it what this import brings. */
async function valuesOf(
  system: System,
  { SpaceId: spaceId, _values }: StoredImport,
  { projectId, lifecycle }: { projectId: string | null } & Pick<PreviewInput, 'lifecycle'>,
): Promise<ValuesByEnvironment> {
  const own = projectId
    ? await Promise.all(
        (lifecycle?.environments ?? []).map(
          async ({ Id }): Promise<[string, TemplateValues]> => [
            Id,
            await system.call('templatevalues.of', { spaceId, projectId, environmentId: Id }),
          ],
        ),
      )
    : []
  const values = new Map(own)
  for (const { EnvironmentId, Name, Value, _sealed } of _values) {
    const before = values.get(EnvironmentId) ?? {}
    const value = { Value, ...(_sealed !== undefined && { _sealed }) }
    values.set(EnvironmentId, { ...before, [foldName(Name)]: value })
  }
  return Object.fromEntries(values)
}

async function frozenOf(system: System, spaceId: string, releaseId: string) {
  const [id] = await system.call('releases.known', { spaceId, ids: [releaseId] })
  if (!id) return null
  const release = await system.call('releases.get', { spaceId, id })
  const [process, variables] = await Promise.all([
    system.call('processes.ofSnapshot', {
      spaceId,
      id: release.ProjectDeploymentProcessSnapshotId,
    }),
    system.call('variables.ofSnapshot', { spaceId, id: release.ProjectVariableSetSnapshotId }),
  ])
  const frozen = {
    steps: process.Steps,
    variables: variables.Variables,
    packages: release.SelectedPackages,
  }
  const Revision = release.Remote?.Revision ?? 0
  return { ReleaseId: id, Version: release.Version, Revision, frozen }
}

async function feedOf(system: System, { SpaceId: spaceId, Packages }: StoredImport) {
  if (Packages.length === 0) return []
  const packages = Packages.map(({ PackageId, Version }) => ({ PackageId, Version }))
  const found = await system.call('packages.toRun', { spaceId, packages })
  return found.filter((one) => one !== null)
}

const factsOf = (stored: StoredImport): PreviewInput['facts'] => ({
  bundleId: stored.BundleId ?? '',
  manifestSha256: stored._manifestSha256 ?? '',
  ...{ sequence: stored.Sequence, revision: stored.Revision },
  source: {
    space: stored.Sender?.Space ?? '',
    server: stored.Sender?.Server ?? '',
    fingerprint: stored.Sender?.Fingerprint ?? '',
  },
  ...{ issuedAt: stored.IssuedAt ?? '', notAfter: stored.NotAfter ?? '' },
  wantedEnvironments: stored.WantedEnvironments,
  ...{ missing: stored.Missing, wentBack: stored.WentBack, isNewer: stored.IsNewer },
})

/** It also names the version and the group that are chosen here. */
const digestOf = ({ AsVersion, ProjectGroupId }: StoredImport, { Digest }: Preview): string =>
  createHash('sha256')
    .update(JSON.stringify([Digest, AsVersion, ProjectGroupId]))
    .digest('hex')
