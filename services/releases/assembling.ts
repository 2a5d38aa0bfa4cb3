import type { Model } from 'mongoose'
import type { Actions } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import { defaultTemplate, nextVersion } from '#domain/next-version.ts'
import type { Step } from '#domain/process.ts'
import { faultOfVersion, versionKey } from '#domain/version.ts'
import type { Asked } from '#mixins/crud.ts'
import type { StoredRelease } from './release.model.ts'
import type { Release, ReleaseBody, SelectedPackage } from './releases.contract.ts'

type Project = ReturnType<Actions['projects.get']>
type Channel = ReturnType<Actions['channels.get']>

/** How many of the last versions a mask such as '2.1.i' is resolved against. */
const VERSIONS_LOOKED_AT = 1000

export const takenVersion = (version: string) =>
  new InvalidError([`The project has a release with the version ${version} already.`])

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
    .catch(() => {
      throw new InvalidError([`ProjectId: the project '${body.ProjectId}' was not found.`])
    })
  if (project.IsDisabled) throw new RefusedError(`The project '${project.Name}' is disabled.`)
  const channel = await channelOf(ctx, project, body.ChannelId)
  const Version = body.Version ?? (await versionFor(releases, project, channel))
  const fault = faultOfVersion(Version)
  if (fault) throw new InvalidError([fault])
  const system = asSystem(ctx.broker, 'a release is frozen')
  const of = { spaceId, projectId: project.Id }
  const [process, variables] = [
    await system.call('processes.snapshot', of),
    await system.call('variables.snapshot', { spaceId, ownerId: project.Id }),
  ]
  checkPackages(process.Process.Steps, body.SelectedPackages)
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

/** The next version by the project's template. */
async function versionFor(
  releases: Model<StoredRelease>,
  project: Project,
  channel: Channel,
): Promise<string> {
  const last = await releases
    .find({ ProjectId: project.Id }, { Version: 1, ChannelId: 1 })
    .sort({ Assembled: -1, _id: -1 })
    .limit(VERSIONS_LOOKED_AT)
    .lean<Pick<StoredRelease, 'Version' | 'ChannelId'>[]>()
  return nextVersion({
    template: project.VersioningStrategy.Template ?? defaultTemplate,
    last: last[0]?.Version ?? null,
    lastInChannel: last.find(({ ChannelId }) => ChannelId === channel.Id)?.Version ?? null,
    channelName: channel.Name,
    versions: last.map(({ Version }) => Version),
    now: new Date(),
  })
}

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
    .catch(() => null)
  if (channel?.ProjectId !== ProjectId)
    throw new InvalidError([`ChannelId: the project has no channel '${ChannelId}'.`])
}
