import type { Actions } from '#bus'
import { asSystem } from '#bus/caller.ts'
import { foldName } from '#domain/name.ts'
import { isExpression } from '#domain/package-references.ts'
import { keptOf } from '#domain/release-builds.ts'
import { isSameVersion } from '#domain/version.ts'
import type { Asked } from '#mixins/crud.ts'
import type { ReleaseBuildInformation } from './releases.contract.ts'
import type { Selected } from './selecting.ts'

type BuildInformation = ReturnType<Actions['buildinformation.of']>[number]

/** What the builds of a release's packages have told of them until now, in the order of the packages. */
export async function buildInformationOf(
  ctx: Asked,
  spaceId: string,
  selected: readonly Selected[],
): Promise<ReleaseBuildInformation[]> {
  const packages = selected
    .filter(({ used }) => !isExpression(used.reference.PackageId))
    .map(({ used, version }) => ({ PackageId: used.reference.PackageId, Version: version }))
  if (packages.length === 0) return []
  const system = asSystem(ctx.broker, 'a release takes its build information')
  const found = await system.call('buildinformation.of', { spaceId, packages })
  const placeOf = (build: BuildInformation) =>
    packages.findIndex(
      ({ PackageId, Version }) =>
        foldName(PackageId) === foldName(build.PackageId) && isSameVersion(Version, build.Version),
    )
  const sorted = found.toSorted((a, b) => placeOf(a) - placeOf(b))
  return keptOf(sorted.map(partOf))
}

/** Of a package's build information, all but what it is as a resource of its own. */
function partOf({ Id, SpaceId, Created, ...told }: BuildInformation): ReleaseBuildInformation {
  return told
}
