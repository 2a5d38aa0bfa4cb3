import { asSystem } from '#bus/caller.ts'
import { isResolvable, packagesNeeded } from '#domain/package-references.ts'
import { selectedFor } from '#domain/package-selection.ts'
import type { Asked } from '#mixins/crud.ts'
import type { Release } from './releases.contract.ts'

/** The packages of a release that have left the built-in feed. Of other feeds nothing is known. */
export async function missingPackages(
  ctx: Asked,
  release: Release,
): Promise<{ Id: string; Version: string }[]> {
  const spaceId = release.SpaceId
  const system = asSystem(ctx.broker, 'what a release lacks')
  const [{ Steps }, feed] = await Promise.all([
    system.call('processes.ofSnapshot', {
      spaceId,
      id: release.ProjectDeploymentProcessSnapshotId,
    }),
    system.call('feeds.builtin', { spaceId }),
  ])
  const packages = packagesNeeded(Steps, release.ChannelId)
    .filter(({ reference }) => isResolvable(reference, feed.Id))
    .flatMap((used) => {
      const { Version } = selectedFor(used, release.SelectedPackages) ?? {}
      return Version ? [{ PackageId: used.reference.PackageId, Version }] : []
    })
  if (packages.length === 0) return []
  const found = await system.call('packages.resolve', { spaceId, wishes: packages })
  const missing = packages.filter((_, at) => found[at] === null)
  // Several steps may use the same one.
  const byName = new Map(missing.map((one) => [`${one.PackageId}/${one.Version}`, one]))
  return [...byName.values()].map(({ PackageId: Id, Version }) => ({ Id, Version }))
}
