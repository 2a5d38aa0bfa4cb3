/** Which versions of its packages a release takes. */
import type { Actions } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError, RefusedError } from '#bus/errors.ts'
import { ensureMay } from '#bus/permitted.ts'
import { namesWithoutPackage, ruleFor, whyRefused } from '#domain/channel-rules.ts'
import {
  calledInMessages,
  isExpression,
  isResolvable,
  packagesNeeded,
  packagesOf,
  type UsedPackage,
} from '#domain/package-references.ts'
import {
  type ChosenPackage,
  choose,
  faultsOfWish,
  type SelectedPackage,
  type SelectionWish,
  selectedFor,
} from '#domain/package-selection.ts'
import { preReleaseTagOf } from '#domain/pre-release-tag.ts'
import type { Step } from '#domain/process.ts'
import { faultOfVersion } from '#domain/version.ts'
import type { Asked } from '#mixins/crud.ts'

type Project = ReturnType<Actions['projects.get']>
type Channel = ReturnType<Actions['channels.get']>
type Wish = Parameters<Actions['packages.resolve']>[0]['wishes'][number]

/** What packages are selected for. */
export interface Selecting {
  project: Project
  channel: Channel
  steps: readonly Step[]
  wish: SelectionWish & {
    /** A pattern for the pre-release part of what nothing is said for. */
    preRelease?: string
  }
  ignoreChannelRules: boolean
}

/** A package with the version that it has in a release. */
export interface Selected {
  used: UsedPackage
  version: string
}

/** The version of each package that a release needs. Refuses what cannot be, a sentence for each package. */
export async function selectPackages(ctx: Asked, about: Selecting): Promise<Selected[]> {
  const { channel, steps, wish } = about
  const faults = faultsOfWish(packagesOf(steps), wish)
  if (wish.preRelease && preReleaseTagOf(wish.preRelease) === null)
    faults.push(`PackagePrerelease: '${wish.preRelease}' is no pattern such as '^beta'.`)
  if (faults.length > 0) throw new InvalidError(faults)
  const chosen = choose(packagesNeeded(steps, channel.Id), wish)
  const selected = await resolved(ctx, chosen, about)
  await checkRules(ctx, selected, about)
  return selected
}

/** As a release keeps them: also what was selected for steps that do not run in this channel. */
export function frozenPackages(
  selected: readonly Selected[],
  { steps, wish }: Pick<Selecting, 'steps' | 'wish'>,
): SelectedPackage[] {
  const versions = new Map(selected.map(({ used, version }) => [used.reference, version]))
  return packagesOf(steps).flatMap((used) => {
    const Version =
      versions.get(used.reference) ?? selectedFor(used, wish.selected)?.Version ?? null
    if (Version === null) return []
    const { step, action, reference } = used
    const names = { StepName: step.Name, ActionName: action.Name }
    return [{ ...names, PackageReferenceName: reference.Name, Version }]
  })
}

/** Asks the feed what there is of all packages at once. */
async function resolved(
  ctx: Asked,
  chosen: ChosenPackage[],
  { project, channel, wish, ignoreChannelRules }: Selecting,
): Promise<Selected[]> {
  if (chosen.length === 0) return []
  const spaceId = project.SpaceId
  const system = asSystem(ctx.broker, 'a release takes its packages')
  const feed = await system.call('feeds.builtin', { spaceId })
  const inFeed = chosen.filter(({ used }) => isResolvable(used.reference, feed.Id))
  const wishes = inFeed.map((one): Wish => {
    const { PackageId } = one.used.reference
    if (one.version !== null) return { PackageId, Version: one.version }
    const { VersionRange = '', Tag = '' } = ruleFor(channel.Rules, one.used) ?? {}
    return { PackageId, VersionRange, Tag: wish.preRelease || Tag }
  })
  const found = await system.call('packages.resolve', { spaceId, wishes })
  const versions = new Map(inFeed.map(({ used }, at) => [used, found[at]?.Version ?? null]))
  if (ignoreChannelRules) {
    // Where nothing fits the rules that are ignored, the latest of all is taken.
    const open = inFeed.filter(({ used, version }) => version === null && !versions.get(used))
    const all = open.map(({ used }) => ({ PackageId: used.reference.PackageId }))
    const latest =
      all.length > 0 ? await system.call('packages.resolve', { spaceId, wishes: all }) : []
    for (const [at, { used }] of open.entries()) versions.set(used, latest[at]?.Version ?? null)
  }
  const results = chosen.map(({ used, version }) => ({
    used,
    version: versions.has(used) ? (versions.get(used) ?? null) : version,
    wished: version,
  }))
  const faults = results.flatMap((one) => faultsOfResult(one, versions.has(one.used), channel))
  if (faults.length > 0) throw new InvalidError(faults)
  // Without a fault, each has one.
  return results.map(({ used, version }) => ({ used, version: version ?? '' }))
}

function faultsOfResult(
  { used, version, wished }: ChosenPackage & { wished: string | null },
  isInFeed: boolean,
  channel: Channel,
): string[] {
  const called = calledInMessages(used)
  if (isInFeed) {
    if (version !== null) return []
    if (wished !== null) return [`${called} has no version ${wished} in the built-in feed.`]
    const rule = ruleFor(channel.Rules, used)
    return [
      rule
        ? `${called} has no version in the built-in feed that fits the rules of the channel '${channel.Name}'.`
        : `${called} has no version in the built-in feed: push one, or say which it has.`,
    ]
  }
  if (version === null) {
    const { PackageId, FeedId } = used.reference
    const why = isExpression(PackageId)
      ? 'only a deployment knows what its id says'
      : `Tako cannot ask the feed '${FeedId}'`
    return [`${called} needs a version that you say: ${why}.`]
  }
  const fault = faultOfVersion(version)
  return fault ? [`${called}: ${fault}`] : []
}

/** Refuses versions that the channel does not take, unless the rules may be ignored here. */
async function checkRules(
  ctx: Asked,
  selected: readonly Selected[],
  { project, channel, steps, ignoreChannelRules }: Selecting,
): Promise<void> {
  const refusals = [
    ...namesWithoutPackage(channel.Rules, packagesOf(steps)).map(
      (name) =>
        `The channel '${channel.Name}' has a rule about the package of ${name}, which the process does not have: change the rule.`,
    ),
    ...selected.flatMap(({ used, version }) => {
      const rule = ruleFor(channel.Rules, used)
      const why = rule ? whyRefused(version, rule) : null
      if (why === null) return []
      return [
        `${calledInMessages(used)} cannot have the version ${version} in the channel '${channel.Name}': ${why}.`,
      ]
    }),
  ]
  if (refusals.length === 0) return
  if (!ignoreChannelRules) throw new InvalidError(refusals)
  if (!project.AllowIgnoreChannelRules)
    throw new RefusedError(
      `The project '${project.Name}' does not let the rules of its channels be ignored. ${refusals.join(' ')}`,
    )
  // Who may change the rules may also do without them.
  await ensureMay(ctx, 'ProcessEdit', project.SpaceId)
}
