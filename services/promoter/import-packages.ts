/** The packages of an import: whether this space has them, and how those that came along get into its feed. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Bus } from '#bus'
import { BundleRefusedError } from '#bus/errors.ts'
import { openContainer } from '#domain/bundle/container.ts'
import { bundleLimits } from '#domain/bundle/limits.ts'
import { blobs, freshName } from '#store/blobs.ts'
import { withBlob } from './blob-source.ts'
import type { IncludedPackage, StoredImport } from './import.model.ts'
import type { ImportPackage } from './imports.contract.ts'

type System = Pick<Bus, 'call'>
type Needs = Pick<StoredImport, 'SpaceId' | 'Packages' | '_included'>

/** How each stands now. */
export async function packagesNow(
  system: System,
  { SpaceId: spaceId, Packages, _included }: Needs,
): Promise<ImportPackage[]> {
  if (Packages.length === 0) return []
  const packages = Packages.map(({ PackageId, Version }) => ({ PackageId, Version }))
  const found = await system.call('packages.toRun', { spaceId, packages })
  const included = new Set(_included.map(({ Sha256 }) => Sha256))
  return Packages.map((one, index): ImportPackage => {
    const there = found[index]
    if (there) return { ...one, State: there.Sha256 === one.Sha256 ? 'Here' : 'OtherFile' }
    return { ...one, State: included.has(one.Sha256) ? 'Arrived' : 'Missing' }
  })
}

/** Whether nothing keeps the release from being run, as far as its packages go. */
export const areComplete = (packages: readonly ImportPackage[]): boolean =>
  packages.every(({ State }) => State === 'Here' || State === 'Arrived')

/** Refuses to import without its packages, or with other bytes under their names. */
export function checkPackages(packages: readonly ImportPackage[]): void {
  const named = (state: ImportPackage['State']) =>
    packages.filter(({ State }) => State === state).map((one) => `${one.PackageId} ${one.Version}`)
  const differing = named('OtherFile')
  if (differing.length > 0)
    throw new BundleRefusedError(
      `The feed of this space has other files under these versions: ${differing.join(', ')}.`,
      'PackageDigestMismatch',
    )
  const missing = named('Missing')
  if (missing.length > 0)
    throw new BundleRefusedError(
      `These packages have not come: ${missing.join(', ')}.`,
      'PackageMissing',
    )
}

/** Pushes what came along and is not in the feed. May be begun again: what is there is left alone. */
export async function bringIn(system: System, stored: Needs): Promise<void> {
  const packages = await packagesNow(system, stored)
  checkPackages(packages)
  for (const one of packages.filter(({ State }) => State === 'Arrived')) {
    const from = stored._included.find(({ Sha256 }) => Sha256 === one.Sha256)
    if (from) await push(system, stored.SpaceId, one, from)
  }
}

async function push(
  system: System,
  spaceId: string,
  one: ImportPackage,
  from: IncludedPackage,
): Promise<void> {
  const blob = await copied(from, `packages/${spaceId}`)
  try {
    const about = { spaceId, fileName: one.FileName, overwriteMode: 'FailIfExists' as const }
    await system.call('packages.push', { ...about, blob }, { timeout: 0 })
  } catch (error) {
    await blobs.remove(blob.BlobName)
    // Somebody has pushed it meanwhile: well if it is the same.
    const [now] = await packagesNow(system, { SpaceId: spaceId, Packages: [one], _included: [] })
    if (now?.State !== 'Here') throw error
  }
}

/** A package out of the file that it came in, as a blob of its own. */
async function copied({ Sha256, blob, kind }: IncludedPackage, folder: string) {
  const BlobName = freshName(folder)
  const [sha1, sha256] = [createHash('sha1'), createHash('sha256')]
  const Size = await withBlob(blob, async (source) => {
    const container = await openContainer(source, { kind, limits: bundleLimits })
    async function* digested() {
      for await (const piece of container.pieces(`packages/${Sha256}`)) {
        sha1.update(piece)
        sha256.update(piece)
        yield piece
      }
    }
    return blobs.write(BlobName, Readable.from(digested(), { objectMode: false }))
  })
  const digest = sha256.digest('hex')
  if (digest === Sha256) return { BlobName, Size, Sha1: sha1.digest('hex'), Sha256 }
  await blobs.remove(BlobName)
  throw new BundleRefusedError(
    'A package that came along is no longer what it was.',
    'PackageDigestMismatch',
  )
}
