/** What of a release may be changed after it was made. */
import { isDeepStrictEqual } from 'node:util'
import type { Actions } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import { packagesOf } from '#domain/package-references.ts'
import { faultsOfWish, type SelectedPackage, selectedFor } from '#domain/package-selection.ts'
import type { Step } from '#domain/process.ts'
import { faultOfVersion, versionKey } from '#domain/version.ts'
import type { Asked } from '#mixins/crud.ts'
import { buildInformationOf } from './build-information.ts'
import type { StoredRelease } from './release.model.ts'
import type { Release } from './releases.contract.ts'
import { frozenPackages, selectPackages } from './selecting.ts'

type Wish = Omit<Parameters<Actions['releases.modify']>[0], 'spaceId' | 'id'>

/** Refuses a change of a release that another space has made. */
export function refuseRemote({ Remote }: Release): void {
  if (Remote) throw new RefusedError(`This project is owned by ${Remote.RemoteSpace}.`)
}

/** The fields that a wish changes. Refuses what cannot be. */
export async function changesFor(
  ctx: Asked,
  before: Release,
  { SelectedPackages: wished, ...wish }: Wish,
): Promise<Partial<StoredRelease>> {
  const fault = faultOfVersion(wish.Version)
  if (fault) throw new InvalidError([fault])
  const channel = await channelFor(ctx, before, wish.ChannelId)
  const fields = {
    ...wish,
    IgnoreChannelRules: wish.IgnoreChannelRules ?? before.IgnoreChannelRules,
    _version: versionKey(wish.Version),
  }
  const system = asSystem(ctx.broker, 'a release is changed')
  const spaceId = before.SpaceId
  const { Steps: steps } = await system.call('processes.ofSnapshot', {
    spaceId,
    id: before.ProjectDeploymentProcessSnapshotId,
  })
  const selected = merged(steps, before.SelectedPackages, wished)
  const isSame = isDeepStrictEqual(selected, before.SelectedPackages)
  // Its packages may have left the feed, and the rules may be others by now: what stays is not asked.
  if (isSame && channel.Id === before.ChannelId) return fields
  const project = await system.call('projects.get', { spaceId, id: before.ProjectId })
  const about = {
    ...{ project, channel, steps, wish: { selected } },
    ignoreChannelRules: fields.IgnoreChannelRules,
  }
  const resolved = await selectPackages(ctx, about)
  const SelectedPackages = frozenPackages(resolved, about)
  if (!isDeepStrictEqual(SelectedPackages, before.SelectedPackages))
    await refuseDeployed(ctx, before)
  const BuildInformation = await buildInformationOf(ctx, spaceId, resolved)
  return { ...fields, SelectedPackages, BuildInformation }
}

/** What is wished, and for other packages what there was, each by the names that the process has for it. */
function merged(
  steps: readonly Step[],
  before: readonly SelectedPackage[],
  wished: readonly SelectedPackage[],
): SelectedPackage[] {
  const packages = packagesOf(steps)
  const faults = faultsOfWish(packages, { selected: wished })
  if (faults.length > 0) throw new InvalidError(faults)
  return packages.flatMap((used) => {
    const kept = selectedFor(used, before)
    const Version = selectedFor(used, wished)?.Version ?? kept?.Version
    if (Version === undefined) return []
    const { step, action, reference } = used
    const names = { StepName: step.Name, ActionName: action.Name }
    return [{ ...names, PackageReferenceName: reference.Name, Version }]
  })
}

/** What went to one environment must be what goes to the next. */
async function refuseDeployed(ctx: Asked, { SpaceId, Id, Version }: Release): Promise<void> {
  const system = asSystem(ctx.broker, 'a release is changed')
  const wish = { spaceId: SpaceId, releaseId: Id, take: 1 }
  const { TotalResults } = await system.call('deployments.list', wish)
  if (TotalResults === 0) return
  throw new RefusedError(
    `The release ${Version} has been deployed: its packages stay as they are. Create another release.`,
  )
}

async function channelFor(ctx: Asked, { SpaceId, ProjectId }: Release, id: string) {
  const channel = await ctx.call('channels.get', { spaceId: SpaceId, id }).catch((error) => {
    if (error.type === 'NOT_FOUND') return null
    throw error
  })
  if (channel?.ProjectId !== ProjectId)
    throw new InvalidError([`ChannelId: the project has no channel '${id}'.`])
  return channel
}
