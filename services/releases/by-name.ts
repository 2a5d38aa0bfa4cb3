import type { Actions } from '#bus'
import { InvalidError } from '#bus/errors.ts'
import { packageOverrideOf } from '#domain/package-override.ts'
import type { Asked } from '#mixins/crud.ts'
import { channelOf, projectNamed, VersionTakenError } from './assembling.ts'
import { createRelease, type Releases } from './release-writes.ts'

type Command = Parameters<Actions['releases.createByName']>[0]
type Answer = ReturnType<Actions['releases.createByName']>

/** The executions API's command: its names become ids, and the rest is an ordinary creation. */
export async function createByName(
  service: Releases,
  ctx: Asked,
  command: Command,
): Promise<Answer> {
  const { spaceId, ProjectName, ReleaseVersion } = command
  const packages = packagesIn(command)
  const project = await projectNamed(ctx, spaceId, ProjectName).catch((error) => {
    throw error.type === 'NOT_FOUND'
      ? new InvalidError([`The project '${ProjectName}' was not found.`])
      : error
  })
  const existing = (version: string) => existingRelease(ctx, spaceId, project.Id, version)
  if (ReleaseVersion && command.IgnoreIfAlreadyExists) {
    const release = await existing(ReleaseVersion)
    if (release) return release
  }
  const channel = await channelOf(ctx, project, command.ChannelName)
  const wish = {
    ProjectId: project.Id,
    ChannelId: channel.Id,
    ReleaseNotes: command.ReleaseNotes ?? '',
    CustomFields: command.CustomFields ?? {},
    ignoreChannelRules: command.IgnoreChannelRules ?? false,
    packages,
    ...(ReleaseVersion && { Version: ReleaseVersion }),
  }
  try {
    return answerOf(await createRelease(service, ctx, { spaceId, wish }))
  } catch (error) {
    const isTaken = command.IgnoreIfAlreadyExists && error instanceof VersionTakenError
    const release = isTaken ? await existing(error.version) : null
    if (release) return release
    throw error
  }
}

/** What a command says of packages. */
function packagesIn({ Packages = [], PackageVersion, PackagePrerelease }: Command) {
  const read = Packages.map(packageOverrideOf)
  const faults = read.filter((one) => typeof one === 'string')
  if (faults.length > 0) throw new InvalidError(faults.map((fault) => `Packages: ${fault}`))
  return {
    selected: [],
    overrides: read.filter((one) => typeof one !== 'string'),
    defaultVersion: PackageVersion || null,
    preRelease: PackagePrerelease ?? '',
  }
}

async function existingRelease(
  ctx: Asked,
  spaceId: string,
  projectId: string,
  version: string,
): Promise<Answer | null> {
  try {
    return answerOf(await ctx.call('releases.byVersion', { spaceId, projectId, version }))
  } catch (error) {
    if ((error as { type?: string }).type === 'NOT_FOUND') return null
    throw error
  }
}

const answerOf = ({ Id, Version }: { Id: string; Version: string }): Answer => ({
  ReleaseId: Id,
  ReleaseVersion: Version,
  AutomaticallyDeployedEnvironments: '',
})
