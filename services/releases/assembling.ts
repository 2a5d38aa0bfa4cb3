import type { Model } from 'mongoose'
import type { Actions } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { ConflictError, InvalidError, RefusedError } from '#bus/errors.ts'
import { defaultTemplate, isMask, nextVersion, resolveMask } from '#domain/next-version.ts'
import { donorAmong, hasDonor } from '#domain/package-selection.ts'
import { faultOfVersion, versionKey } from '#domain/version.ts'
import type { Asked } from '#mixins/crud.ts'
import { buildInformationOf } from './build-information.ts'
import type { StoredRelease } from './release.model.ts'
import type { ReleaseBody } from './releases.contract.ts'
import { frozenPackages, type Selected, type Selecting, selectPackages } from './selecting.ts'

type Project = ReturnType<Actions['projects.get']>
type Channel = ReturnType<Actions['channels.get']>

/** How many of the last versions a mask such as '2.1.i' is resolved against. */
const VERSIONS_LOOKED_AT = 1000

/** Never crosses the bus as itself: there it is a fault of the request. */
export class VersionTakenError extends InvalidError {
  readonly version: string

  constructor(version: string) {
    super([`The project has a release with the version ${version} already.`])
    this.version = version
  }
}

/** A project by its id, its slug or its name. */
export async function projectNamed(ctx: Asked, spaceId: string, text: string): Promise<Project> {
  return ctx.call('projects.resolve', { spaceId, project: text })
}

/** The channel that is meant, or the default one; `wish` is an id or a name. */
export async function channelOf(ctx: Asked, project: Project, wish?: string): Promise<Channel> {
  const { SpaceId: spaceId, Id: projectId } = project
  const { Items } = await ctx.call('channels.list', { spaceId, projectId, take: 10_000 })
  const fits = ({ Id, Name, IsDefault }: Channel) =>
    wish ? Id === wish || Name.toLowerCase() === wish.toLowerCase() : IsDefault
  const channel = Items.find(fits)
  if (!channel)
    throw new InvalidError([`The project '${project.Name}' has no channel '${wish ?? 'Default'}'.`])
  return channel
}

/** What a release is made of, beside what the project has. */
export type ReleaseWish = Omit<ReleaseBody, 'SelectedPackages' | 'IgnoreChannelRules'> & {
  packages: Selecting['wish']
  ignoreChannelRules: boolean
}

/** Freezes what belongs to a release, and checks what is wished for it. Nothing of it is stored yet. */
export async function releaseFor(
  ctx: Asked,
  releases: Model<StoredRelease>,
  { spaceId, wish }: { spaceId: string; wish: ReleaseWish },
): Promise<Omit<StoredRelease, '_id' | '_follow'>> {
  const project = await projectFor(ctx, spaceId, wish.ProjectId)
  const channel = await channelOf(ctx, project, wish.ChannelId)
  const system = asSystem(ctx.broker, 'a release is frozen')
  const of = { spaceId, projectId: project.Id }
  const { Steps: steps, Version: processVersion } = await system.call('processes.get', of)
  const { packages, ignoreChannelRules } = wish
  const selecting = { project, channel, steps, wish: packages, ignoreChannelRules }
  const selected = await selectPackages(ctx, selecting)
  const Version =
    donatedVersion(project, selected, wish.Version) ??
    (await versionFor(releases, { project, channel, wish: wish.Version }))
  const fault = faultOfVersion(Version)
  if (fault) throw new InvalidError([fault])
  // All is checked before something is frozen. Of two at the same time, the index finds the second.
  if (await releases.exists({ ProjectId: project.Id, _version: versionKey(Version) }))
    throw new VersionTakenError(Version)
  const BuildInformation = await buildInformationOf(ctx, spaceId, selected)
  const [process, variables] = [
    await system.call('processes.snapshot', of),
    await system.call('variables.snapshot', { spaceId, ownerId: project.Id }),
  ]
  if (process.Process.Version !== processVersion)
    throw new ConflictError('The process was changed while the release was made: try again.')
  return {
    SpaceId: spaceId,
    ProjectId: project.Id,
    ChannelId: channel.Id,
    Version,
    ReleaseNotes: wish.ReleaseNotes,
    Assembled: new Date().toISOString(),
    IgnoreChannelRules: ignoreChannelRules,
    SelectedPackages: frozenPackages(selected, selecting),
    SelectedGitResources: [],
    ProjectVariableSetSnapshotId: variables.Id,
    LibraryVariableSetSnapshotIds: [],
    ProjectDeploymentProcessSnapshotId: process.Id,
    BuildInformation,
    VersionControlReference: null,
    CustomFields: wish.CustomFields,
    _version: versionKey(Version),
    _defects: [],
  }
}

async function projectFor(ctx: Asked, spaceId: string, id: string): Promise<Project> {
  const project = await ctx.call('projects.resolve', { spaceId, project: id }).catch((error) => {
    if (error.type !== 'NOT_FOUND') throw error
    throw new InvalidError([`ProjectId: the project '${id}' was not found.`])
  })
  if (project.Remote)
    throw new RefusedError(
      `This project is owned by ${project.Remote.RemoteSpace}. Its releases are imported.`,
    )
  if (project.IsDisabled) throw new RefusedError(`The project '${project.Name}' is disabled.`)
  return project
}

/** The version of the package that numbers the releases of a project; null where none does, or one is wished. */
function donatedVersion(
  { Name, VersioningStrategy }: Project,
  selected: readonly Selected[],
  wish: string | undefined,
): string | null {
  if (wish !== undefined || !hasDonor(VersioningStrategy)) return null
  const packages = selected.map(({ used, version }) => ({ ...used, version }))
  const donor = donorAmong(packages, VersioningStrategy)
  if (donor) return donor.version
  const { DonorPackage, DonorPackageStepId } = VersioningStrategy
  throw new InvalidError([
    `Version: the releases of the project '${Name}' are numbered by the package of the step '${DonorPackage?.DeploymentAction ?? DonorPackageStepId}', and this release has no such package. Say a version.`,
  ])
}

/** The version that is wished, with numbers for its mask; without a wish the next by the project's template. */
async function versionFor(
  releases: Model<StoredRelease>,
  { project, channel, wish }: { project: Project; channel: Channel; wish: string | undefined },
): Promise<string> {
  if (wish !== undefined && !isMask(wish)) return wish
  const template = wish ?? project.VersioningStrategy.Template ?? defaultTemplate
  // Only a mask looks further back than to the last.
  const lookedAt = MASK_LETTER.test(template) ? VERSIONS_LOOKED_AT : 1
  const [last, [lastInChannel]] = await Promise.all([
    latest(releases, { ProjectId: project.Id }, lookedAt),
    latest(releases, { ChannelId: channel.Id }, 1),
  ])
  const versions = last.map(({ Version }) => Version)
  if (wish !== undefined) return resolveMask(wish, versions)
  return nextVersion({
    template,
    last: versions[0] ?? null,
    lastInChannel: lastInChannel?.Version ?? null,
    channelName: channel.Name,
    versions,
    now: new Date(),
  })
}

const MASK_LETTER = /(^|[.}])[ic]([.+-]|$)/i

const latest = (releases: Model<StoredRelease>, where: object, take: number) =>
  releases
    .find(where, { Version: 1 })
    .sort({ Assembled: -1, _id: -1 })
    .limit(take)
    .lean<Pick<StoredRelease, 'Version'>[]>()
