import type { Model } from 'mongoose'
import type { Actions } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import { defaultTemplate, isMask, nextVersion, resolveMask } from '#domain/next-version.ts'
import type { Step } from '#domain/process.ts'
import { faultOfVersion, versionKey } from '#domain/version.ts'
import type { Asked } from '#mixins/crud.ts'
import type { StoredRelease } from './release.model.ts'
import type { Release, ReleaseBody, SelectedPackage } from './releases.contract.ts'

type Project = ReturnType<Actions['projects.get']>
type Channel = ReturnType<Actions['channels.get']>

/** How many of the last versions a mask such as '2.1.i' is resolved against. */
const VERSIONS_LOOKED_AT = 1000

/** Never crosses the bus as itself: there it is a fault of the request. */
export class VersionTakenError extends InvalidError {
  constructor(version: string) {
    super([`The project has a release with the version ${version} already.`])
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

/** Freezes what belongs to a release, and checks what is wished for it. Nothing of it is stored yet. */
export async function releaseFor(
  ctx: Asked,
  releases: Model<StoredRelease>,
  { spaceId, body }: { spaceId: string; body: ReleaseBody },
): Promise<Omit<StoredRelease, '_id' | 'IgnoreChannelRules' | '_follow'>> {
  const project = await ctx
    .call('projects.resolve', { spaceId, project: body.ProjectId })
    .catch((error) => {
      if (error.type !== 'NOT_FOUND') throw error
      throw new InvalidError([`ProjectId: the project '${body.ProjectId}' was not found.`])
    })
  if (project.IsDisabled) throw new RefusedError(`The project '${project.Name}' is disabled.`)
  const channel = await channelOf(ctx, project, body.ChannelId)
  const Version = await versionFor(releases, { project, channel, wish: body.Version })
  const fault = faultOfVersion(Version)
  if (fault) throw new InvalidError([fault])
  const system = asSystem(ctx.broker, 'a release is frozen')
  const of = { spaceId, projectId: project.Id }
  // All is checked before something is frozen. Of two at the same time, the index finds the second.
  if (await releases.exists({ ProjectId: project.Id, _version: versionKey(Version) }))
    throw new VersionTakenError(Version)
  const { Steps } = await system.call('processes.get', of)
  checkPackages(Steps, body.SelectedPackages)
  const [process, variables] = [
    await system.call('processes.snapshot', of),
    await system.call('variables.snapshot', { spaceId, ownerId: project.Id }),
  ]
  return {
    SpaceId: spaceId,
    ProjectId: project.Id,
    ChannelId: channel.Id,
    Version,
    ReleaseNotes: body.ReleaseNotes,
    Assembled: new Date().toISOString(),
    SelectedPackages: body.SelectedPackages,
    SelectedGitResources: [],
    ProjectVariableSetSnapshotId: variables.Id,
    LibraryVariableSetSnapshotIds: [],
    ProjectDeploymentProcessSnapshotId: process.Id,
    BuildInformation: [],
    VersionControlReference: null,
    CustomFields: body.CustomFields,
    _version: versionKey(Version),
    _defects: [],
  }
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

/** Every package that a step names must have a version: there is no feed yet to take the latest from. */
function checkPackages(steps: readonly Step[], selected: readonly SelectedPackage[]): void {
  const isSelected = (action: string, reference: string) =>
    selected.some(
      ({ ActionName, PackageReferenceName }) =>
        ActionName === action && PackageReferenceName === reference,
    )
  const missing = steps.flatMap((step) =>
    step.Actions.flatMap((action) =>
      action.Packages.filter(({ Name }) => !isSelected(action.Name, Name)).map(
        ({ PackageId }) =>
          `The package '${PackageId}' of the step '${action.Name}' has no version.`,
      ),
    ),
  )
  if (missing.length > 0) throw new InvalidError(missing)
}

/** Refuses a change of a release that cannot be. */
export async function checkChange(
  ctx: Asked,
  { SpaceId, ProjectId }: Release,
  { Version, ChannelId }: { Version: string; ChannelId: string },
): Promise<void> {
  const fault = faultOfVersion(Version)
  if (fault) throw new InvalidError([fault])
  const channel = await ctx
    .call('channels.get', { spaceId: SpaceId, id: ChannelId })
    .catch((error) => {
      if (error.type === 'NOT_FOUND') return null
      throw error
    })
  if (channel?.ProjectId !== ProjectId)
    throw new InvalidError([`ChannelId: the project has no channel '${ChannelId}'.`])
}
