/** The packages of an action, as the release has frozen them, found in the feed. */
import type { Bus } from '#bus'
import type { RunPackage } from '#bus/orders.ts'
import type { Start } from '#domain/conditions.ts'
import { isBuiltIn } from '#domain/package-references.ts'
import type { PackageReference } from '#domain/process.ts'
import { type Context, type Known, packageNamesOf } from './run-spec.ts'

interface Wanted {
  context: Context
  known: Known
  start: Start
  spaceId: string
}

/** What of them a worker is to fetch, or why the action cannot have them. */
export async function packagesFor(
  bus: Pick<Bus, 'call'>,
  { context, known, start, spaceId }: Wanted,
): Promise<{ packages: RunPackage[] } | { fault: string }> {
  const named = packageNamesOf({ context, known, start })
  if ('fault' in named) return named
  const wanted = named.packages.filter(({ location }) => location !== 'NotAcquired')
  for (const { packageId, feedId, version } of wanted) {
    const title = `The package '${packageId}'`
    if (!isBuiltIn(feedId, context.builtInFeedId))
      return { fault: `${title} is of another feed: Tako fetches only from its own so far.` }
    if (version === null) return { fault: `${title} has no version in this release.` }
  }
  if (wanted.length === 0) return { packages: [] }
  const found = await bus.call('packages.toRun', {
    spaceId,
    packages: wanted.map(({ packageId, version }) => ({
      PackageId: packageId,
      Version: version ?? '',
    })),
  })
  const packages: RunPackage[] = []
  for (const [index, { reference, packageId, version, sha256 }] of wanted.entries()) {
    const one = found[index]
    if (!one)
      return {
        fault: `The package '${packageId}' ${version} is not in the built-in feed any more: push it again, or make a release with another version.`,
      }
    if (sha256 !== null && sha256 !== one.Sha256.toLowerCase())
      return {
        fault: `PackageDigestMismatch: the package '${packageId}' ${version} in the built-in feed has the SHA-256 ${one.Sha256}, and the release was imported with ${sha256}.`,
      }
    packages.push({
      name: reference.Name,
      packageId: one.PackageId,
      version: one.Version,
      fileExtension: one.FileExtension,
      size: one.Size,
      sha256: one.Sha256,
      extract: isExtracted(reference),
    })
  }
  return { packages }
}

const isExtracted = ({ Properties }: PackageReference) =>
  Properties.Extract?.toLowerCase() !== 'false'
