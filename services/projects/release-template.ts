import type { Bus } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError } from '#bus/errors.ts'
import { foldName } from '#domain/name.ts'
import { nextVersion } from '#domain/next-version.ts'
import { isResolvable, packagesNeeded, type UsedPackage } from '#domain/package-references.ts'
import { donorAmong, selectedFor } from '#domain/package-selection.ts'
import type { Process, ProcessTemplate, TemplatePackage } from './processes.contract.ts'

interface About {
  process: Process
  channel: string | undefined
  releaseId: string | undefined
}

/** What the form for a release asks for, with what was selected the last time. */
export async function templateOf(
  broker: Pick<Bus, 'call'>,
  { process, channel, releaseId }: About,
): Promise<ProcessTemplate> {
  const { SpaceId: spaceId, ProjectId: projectId } = process
  const system = asSystem(broker, 'a form for a release')
  const [project, feed, wished, release, last] = await Promise.all([
    system.call('projects.get', { spaceId, id: projectId }),
    system.call('feeds.builtin', { spaceId }),
    channel ? channelOf(system, process, channel) : null,
    releaseId ? releaseOf(system, process, releaseId) : null,
    system.call('releases.latest', { spaceId, projectId }),
  ])
  const channelId =
    wished?.Id ??
    release?.ChannelId ??
    (await system.call('channels.default', { spaceId, projectId })).Id
  const [inChannel, steps] = await Promise.all([
    system.call('releases.latest', { spaceId, projectId, channelId }),
    release
      ? system
          .call('processes.ofSnapshot', { spaceId, id: release.ProjectDeploymentProcessSnapshotId })
          .then(({ Steps }) => Steps)
      : process.Steps,
  ])
  const used = packagesNeeded(steps, channelId)
  const selected = (release ?? inChannel ?? last)?.SelectedPackages ?? []
  const { VersioningStrategy } = project
  const donor = donorAmong(used, VersioningStrategy)
  const { Template } = VersioningStrategy
  const LastReleaseVersion = last?.Version ?? null
  return {
    DeploymentProcessId: process.Id,
    Packages: used.map((one) => ({
      ...packageOf(one, feed),
      VersionSelectedLastRelease: selectedFor(one, selected)?.Version ?? null,
    })),
    GitResources: [],
    LastReleaseVersion,
    NextVersionIncrement: Template
      ? nextVersion({
          template: Template,
          last: LastReleaseVersion,
          lastInChannel: inChannel?.Version ?? null,
          ...(wished && { channelName: wished.Name }),
          now: new Date(),
        })
      : '',
    VersioningPackageStepName: donor?.action.Name ?? null,
    VersioningPackageReferenceName: donor?.reference.Name ?? null,
  }
}

function packageOf(
  { step, action, reference }: UsedPackage,
  feed: { Id: string; Name: string },
): Omit<TemplatePackage, 'VersionSelectedLastRelease'> {
  const { PackageId, FeedId, Version } = reference
  const ofServer = isResolvable({ PackageId: '', FeedId }, feed.Id)
  const [feedId, feedName] = ofServer ? [feed.Id, feed.Name] : [FeedId ?? '', FeedId ?? '']
  return {
    StepName: step.Name,
    ActionName: action.Name,
    PackageReferenceName: reference.Name,
    PackageId,
    FeedId: feedId,
    FeedName: feedName,
    NuGetPackageId: PackageId,
    NuGetFeedId: feedId,
    NuGetFeedName: feedName,
    IsResolvable: isResolvable(reference, feed.Id),
    FixedVersion: Version,
  }
}

type System = Pick<Bus, 'call'>

async function channelOf(system: System, { SpaceId, ProjectId }: Process, text: string) {
  const channels = await system.call('channels.ofProject', {
    spaceId: SpaceId,
    projectId: ProjectId,
  })
  const channel = channels.find(({ Id, Name }) => Id === text || foldName(Name) === foldName(text))
  if (!channel) throw new InvalidError([`channel: the project has no channel '${text}'.`])
  return channel
}

async function releaseOf(system: System, { SpaceId, ProjectId }: Process, id: string) {
  const release = await system
    .call('releases.get', { spaceId: SpaceId, id })
    .catch((error: { type?: string }) => {
      if (error.type === 'NOT_FOUND') return null
      throw error
    })
  if (release?.ProjectId === ProjectId) return release
  throw new InvalidError([`releaseId: the project has no release '${id}'.`])
}
