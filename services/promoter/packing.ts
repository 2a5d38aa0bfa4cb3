/** The packages of a promotion in a file of their own, for a target that lacks them. */
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { RefusedError } from '#bus/errors.ts'
import { VERSION } from '#bus/version.ts'
import { bundleIdOf } from '#domain/bundle/bundle-id.ts'
import { fingerprintOf } from '#domain/bundle/identity.ts'
import { writePack } from '#domain/bundle/pack.ts'
import { blobs } from '#store/blobs.ts'
import { type BuildsWith, blobOf, contentFor, notAfterOf, packageFiles } from './building.ts'
import type { StoredPromotion } from './promotion.model.ts'
import type { PromotionFile } from './promotions.contract.ts'
import type { TrustFacts } from './trust-facts.ts'

/** Makes the file, or gives the one that was made before. It goes with the bundle. */
export async function packOf(
  parts: BuildsWith,
  promotion: StoredPromotion,
  trust: TrustFacts,
): Promise<PromotionFile> {
  const { SpaceId, BundleId, Sequence, ReleaseVersion, _blob } = promotion
  if (BundleId === null || _blob === null)
    throw new RefusedError(promotion.Error || 'There is no bundle for which packages are wanted.')
  const BlobName = `${blobOf(SpaceId, BundleId)}.pack`
  const there = await blobs.stat(BlobName)
  const Size = there?.size ?? (await write(parts, BlobName, { promotion, trust }))
  const FileName = `${Sequence}-${ReleaseVersion}.takopack`
  return { BlobName, Size, FileName, Tag: `${BundleId}-packages` }
}

async function write(
  { system, identityOf }: BuildsWith,
  name: string,
  { promotion, trust }: { promotion: StoredPromotion; trust: TrustFacts },
): Promise<number> {
  const { SpaceId } = promotion
  const { content } = await contentFor(system, promotion, trust)
  const files = await packageFiles(system, SpaceId, content)
  if (files.length === 0) throw new RefusedError('The release has no packages.')
  const byDigest = new Map(files.map((file) => [file.sha256, file]))
  const packages = content.packages.packages.flatMap(({ packageId, version, sha256 }) => {
    const file = sha256 === null ? undefined : byDigest.get(sha256)
    return file ? [{ ...file, packageId, version }] : []
  })
  const signer = await identityOf(SpaceId)
  const space = await system.call('spaces.get', { id: SpaceId })
  const pack = await writePack({
    packages,
    signer,
    facts: {
      packId: bundleIdOf(Date.now(), randomBytes(10)),
      source: {
        ...{ space: space.Name, spaceId: SpaceId, server: signer.serverName },
        fingerprint: fingerprintOf(signer.identityCert),
      },
      target: { name: trust.Name, fingerprint: trust.Fingerprint },
      issuedAt: new Date().toISOString(),
      notAfter: notAfterOf(trust),
      producer: `tako/${VERSION}`,
    },
  })
  return blobs.write(name, Readable.from(pack.bytes(), { objectMode: false }))
}
