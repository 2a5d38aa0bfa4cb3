import type { Actions } from '#bus'
import { InvalidError } from '#bus/errors.ts'
import type { Asked } from '#mixins/crud.ts'
import { channelOf, projectNamed } from './assembling.ts'
import type { SelectedPackage } from './releases.contract.ts'

type Command = Parameters<Actions['releases.createByName']>[0]
type Answer = ReturnType<Actions['releases.createByName']>

/** Separates the parts of a package's version: ':', '/' or '=', unless written '\:'. */
const SEPARATOR = /(?<!\\)[:/=]/

/** The executions API's command: its names become ids, and the rest is an ordinary creation. */
export async function createByName(ctx: Asked, command: Command): Promise<Answer> {
  const { spaceId, ProjectName, ReleaseVersion } = command
  const project = await projectNamed(ctx, spaceId, ProjectName).catch((error) => {
    throw error.type === 'NOT_FOUND'
      ? new InvalidError([`The project '${ProjectName}' was not found.`])
      : error
  })
  if (ReleaseVersion && command.IgnoreIfAlreadyExists) {
    const existing = await existingRelease(ctx, spaceId, project.Id, ReleaseVersion)
    if (existing) return existing
  }
  const channel = await channelOf(ctx, project, command.ChannelName)
  const release = await ctx.call('releases.create', {
    spaceId,
    ProjectId: project.Id,
    ChannelId: channel.Id,
    ReleaseNotes: command.ReleaseNotes ?? '',
    SelectedPackages: (command.Packages ?? []).map(packageOf),
    CustomFields: command.CustomFields ?? {},
    ignoreChannelRules: command.IgnoreChannelRules ?? false,
    ...(ReleaseVersion && { Version: ReleaseVersion }),
  })
  return answerOf(release)
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

/** 'Step:1.0', or 'Step:Reference:1.0'. */
function packageOf(text: string): SelectedPackage {
  const parts = text.split(SEPARATOR).map((part) => part.replaceAll(/\\(?=[:/=])/g, ''))
  const Version = parts.at(-1) ?? ''
  if (parts.length < 2 || Version === '')
    throw new InvalidError([`Packages: '${text}' is not 'Step:Version'.`])
  const ActionName = parts[0] ?? ''
  return {
    ActionName,
    StepName: ActionName,
    PackageReferenceName: parts.length > 2 ? (parts[1] ?? '') : '',
    Version,
  }
}
