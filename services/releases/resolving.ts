/** What the built-in feed has of the packages that a release needs. */
import type { Actions } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { InvalidError } from '#bus/errors.ts'
import { ruleFor } from '#domain/channel-rules.ts'
import {
  calledInMessages,
  isExpression,
  isResolvable,
  type UsedPackage,
} from '#domain/package-references.ts'
import type { ChosenPackage } from '#domain/package-selection.ts'
import { faultOfVersion } from '#domain/version.ts'
import type { Asked } from '#mixins/crud.ts'
import type { Selected, Selecting } from './selecting.ts'

type Wish = Parameters<Actions['packages.resolve']>[0]['wishes'][number]

/** Each package with the version that its feed has for it, or that nobody can ask for and was said. */
export async function resolved(
  ctx: Asked,
  chosen: ChosenPackage[],
  about: Selecting,
): Promise<Selected[]> {
  if (chosen.length === 0) return []
  const spaceId = about.project.SpaceId
  const system = asSystem(ctx.broker, 'a release takes its packages')
  const feed = await system.call('feeds.builtin', { spaceId })
  const inFeed = chosen.filter(({ used }) => isResolvable(used.reference, feed.Id))
  const ask = (wishes: Wish[]) => system.call('packages.resolve', { spaceId, wishes })
  const versions = await versionsInFeed(ask, inFeed, about)
  const results = chosen.map(({ used, version: wished }) => {
    const isInFeed = versions.has(used)
    return { used, wished, isInFeed, version: isInFeed ? versions.get(used) : wished }
  })
  const faults = results.flatMap((one) => faultsOfResult(one, about))
  if (faults.length > 0) throw new InvalidError(faults)
  // Without a fault, each has one.
  return results.map(({ used, version }) => ({ used, version: version ?? '' }))
}

type Ask = (wishes: Wish[]) => Promise<({ Version: string } | null)[]>

/** Asks for all packages at once; null is a package of which there is no such version. */
async function versionsInFeed(
  ask: Ask,
  chosen: readonly ChosenPackage[],
  { channel, wish, ignoreChannelRules }: Selecting,
): Promise<Map<UsedPackage, string | null>> {
  const Tag = wish.preRelease ?? ''
  const found = await ask(
    chosen.map(({ used, version: Version }) => {
      const { PackageId } = used.reference
      if (Version !== null) return { PackageId, Version }
      const rule = ruleFor(channel.Rules, used)
      return { PackageId, VersionRange: rule?.VersionRange ?? '', Tag: Tag || (rule?.Tag ?? '') }
    }),
  )
  const versions = new Map(chosen.map(({ used }, at) => [used, found[at]?.Version ?? null]))
  // Where nothing fits the rules that are ignored, the latest of all is taken.
  const open = chosen.filter(({ used, version }) => version === null && !versions.get(used))
  if (!ignoreChannelRules || open.length === 0) return versions
  const latest = await ask(
    open.map(({ used: { reference } }) => ({ PackageId: reference.PackageId, Tag })),
  )
  for (const [at, { used }] of open.entries()) versions.set(used, latest[at]?.Version ?? null)
  return versions
}

interface Result {
  used: UsedPackage
  wished: string | null
  isInFeed: boolean
  version: string | null | undefined
}

function faultsOfResult({ used, version, wished, isInFeed }: Result, about: Selecting): string[] {
  const called = calledInMessages(used)
  if (version) {
    const fault = faultOfVersion(version)
    return fault ? [`${called}: ${fault}`] : []
  }
  if (!isInFeed) {
    const { PackageId, FeedId } = used.reference
    const why = isExpression(PackageId)
      ? 'only a deployment knows what its id says'
      : `Tako cannot ask the feed '${FeedId}'`
    return [`${called} needs a version that you say: ${why}.`]
  }
  if (wished !== null) return [`${called} has no version ${wished} in the built-in feed.`]
  const { channel, wish } = about
  const limits = [
    ...(wish.preRelease ? [`matches the pre-release '${wish.preRelease}'`] : []),
    ...(ruleFor(channel.Rules, used) ? [`fits the rules of the channel '${channel.Name}'`] : []),
  ]
  return [
    limits.length > 0
      ? `${called} has no version in the built-in feed that ${limits.join(' and ')}.`
      : `${called} has no version in the built-in feed: push one, or say which it has.`,
  ]
}
