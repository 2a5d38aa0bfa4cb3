/** Makes the bundle of a promotion. Begun again after a crash, it makes the same one, with the same number. */
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Bus } from '#bus'
import { isForClient, RefusedError } from '#bus/errors.ts'
import { VERSION } from '#bus/version.ts'
import { bundleIdOf } from '#domain/bundle/bundle-id.ts'
import { contentDigestOf } from '#domain/bundle/content-digest.ts'
import { BundleError } from '#domain/bundle/errors.ts'
import { fingerprintOf } from '#domain/bundle/identity.ts'
import type { Signer } from '#domain/bundle/jws.ts'
import type { Secret } from '#domain/bundle/secrets.ts'
import { type BundleParts, writeBundle } from '#domain/bundle/write.ts'
import { type BuildReport, buildContent } from '#domain/promotion/build.ts'
import type { BundleContent } from '#domain/promotion/content.ts'
import { blobs } from '#store/blobs.ts'
import { keyedHash, unseal } from '#store/encryption.ts'
import { gather } from './gathering.ts'
import type { StoredPromotion } from './promotion.model.ts'
import { withBundle } from './promotion-news.ts'
import { change, numbered, type Promotions } from './promotion-writes.ts'
import { type TrustFacts, refusalOf as trustRefusal } from './trust-facts.ts'

/** How long a target may take a bundle, in days. */
const DAYS = { connected: 7, disconnected: 90 }
const DAY_MS = 86_400_000

export interface BuildsWith {
  system: Pick<Bus, 'call'>
  promotions: Promotions
  /** What the space signs with, and what it calls its server. */
  identityOf(spaceId: string): Promise<Signer & { serverName: string }>
}

export interface Built {
  content: BundleContent
  secrets: Secret[]
  report: BuildReport
  /** SHA-256: equal for equal contents. */
  digest: string
}

/** What a bundle of the release would hold now. Throws `UnsupportedContent`. */
export async function contentFor(
  system: Pick<Bus, 'call'>,
  { SpaceId: spaceId, ReleaseId: releaseId }: StoredPromotion,
  trust: TrustFacts,
): Promise<Built> {
  const built = buildContent(await gather(system, { spaceId, releaseId, trust }), unseal)
  return { ...built, digest: contentDigestOf(contentsOf(built), secretsKeyOf(spaceId)) }
}

/** Builds, and stores what has become of it. What is wrong with the release ends the promotion. */
export async function build(
  parts: BuildsWith,
  { _id }: StoredPromotion,
  trust: TrustFacts,
): Promise<void> {
  const { system, promotions } = parts
  const begun = await begunOf(promotions, _id)
  if (!begun) return
  try {
    const refusal = trustRefusal(trust)
    if (refusal) throw new RefusedError(refusal)
    const built = await contentFor(system, begun, trust)
    const packages = begun.IncludePackages
      ? await packageFiles(system, begun.SpaceId, built.content)
      : []
    const known = await numbered(promotions, begun)
    // It was changed meanwhile: the next look takes it as it is then.
    if (!known?._building) return
    await finish(promotions, known, await written(parts, known, { built, packages, trust }))
  } catch (error) {
    const why = refusalOf(error)
    await change(promotions, _id, (one) => (isToBeBuilt(one) ? failed(one, why) : one))
  }
}

/** With the id that its bundle will have; null when nothing is to be built any more. */
async function begunOf(promotions: Promotions, id: string): Promise<StoredPromotion | null> {
  const news = { state: 'Building', at: null } as const
  const begun = await change(promotions, id, (one) =>
    isToBeBuilt(one)
      ? {
          ...withBundle(one, { ...news, now: new Date().toISOString() }),
          _building: one._building ?? bundleIdOf(Date.now(), randomBytes(10)),
        }
      : one,
  )
  return begun && isToBeBuilt(begun) ? begun : null
}

interface Draft {
  built: Built
  packages: BundleParts['packages']
  trust: TrustFacts
}

/** Writes the file, and gives what the promotion has of it. */
async function written(
  { system, promotions, identityOf }: BuildsWith,
  promotion: StoredPromotion,
  { built, packages, trust }: Draft,
) {
  const { SpaceId } = promotion
  const previous = await previousOf(promotions, promotion)
  const isSame = previous?.ContentDigest === built.digest
  const Revision = previous ? previous.Revision + (isSame ? 0 : 1) : 1
  const signer = await identityOf(SpaceId)
  const facts = { promotion, built, trust, revision: Revision, signer, previous }
  const bundle = await writeBundle({
    ...contentsOf(built),
    facts: await factsOf(system, facts),
    ...{ packages, signer, encryptionCert: trust.EncryptionCertificate },
    secretsKey: secretsKeyOf(SpaceId),
  })
  const { notAfter: NotAfter, bundleId: BundleId, contentDigest: ContentDigest } = bundle.manifest
  const _blob = blobOf(SpaceId, BundleId)
  await blobs.write(`${_blob}.json`, JSON.stringify(built.report))
  const BundleSize = await blobs.write(_blob, Readable.from(bundle.bytes(), { objectMode: false }))
  return { Revision, NotAfter, BundleId, BundleSize, ContentDigest, _blob }
}

/** The file is there: unless it is not wanted so any more, it is the promotion's. */
async function finish(
  promotions: Promotions,
  known: StoredPromotion,
  file: Awaited<ReturnType<typeof written>>,
): Promise<void> {
  // While it is made anew, nobody is given the old one.
  const old = known._blob === file._blob ? null : known._blob
  if (old !== null) await blobs.remove(old)
  const news = { state: 'Built', at: null } as const
  const after = await change(promotions, known._id, (one) => {
    // Withdrawn, or wished with its packages, meanwhile.
    const isWanted =
      isToBeBuilt(one) &&
      one._building === file.BundleId &&
      one.IncludePackages === known.IncludePackages
    if (!isWanted) return one
    const made = { ...one, ...file, _building: null, _rebuild: false, _work: true }
    const built = { ...made, _bundles: [...one._bundles, file.BundleId] }
    return withBundle(built, { ...news, now: new Date().toISOString() })
  })
  if (after?._blob === file._blob) {
    if (old !== null) await removeBundle(old)
  }
  // Begun again, it has the same name.
  else if (after?._building !== file.BundleId) await removeBundle(file._blob)
}

/** Removes the file of a bundle with what belongs to it. */
const removeBundle = (blob: string) =>
  Promise.all(['', '.pack', '.json'].map((end) => blobs.remove(`${blob}${end}`)))

export const isToBeBuilt = ({ _bundle, _rebuild }: StoredPromotion): boolean =>
  _rebuild || _bundle === 'Created' || _bundle === 'Building'

/** Where the file of a bundle is; with '.json' behind it, the report of what crosses. */
export const blobOf = (spaceId: string, bundleId: string) => `bundles/${spaceId}/${bundleId}`

/** A bundle that was to be made anew, and cannot, stays as it was. */
function failed(promotion: StoredPromotion, error: string) {
  if (promotion._rebuild)
    return { ...promotion, _rebuild: false, _building: null, Error: error, _work: true }
  const now = new Date().toISOString()
  return withBundle(promotion, { state: 'BuildFailed', at: null, error, now })
}

/** Why a release cannot be promoted; what passes, and what is a fault of ours, is thrown on. */
function refusalOf(error: unknown): string {
  if (error instanceof BundleError) return error.message
  if (error instanceof Error && isForClient(error)) return error.message
  throw error
}

const contentsOf = ({ content, secrets }: Pick<Built, 'content' | 'secrets'>) => ({
  documents: { ...content },
  modules: [],
  secrets,
})

/** The source's own, by which equal secrets count as equal without a guess being possible. */
const secretsKeyOf = (spaceId: string) =>
  Buffer.from(keyedHash(`the contents of releases of ${spaceId}`), 'hex')

/** The last bundle of the release for the same space. */
const previousOf = (promotions: Promotions, { ReleaseId, TrustId }: StoredPromotion) =>
  promotions
    .findOne({ ReleaseId, TrustId, Revision: { $gt: 0 } })
    .sort({ _turns: -1 })
    .lean<StoredPromotion | null>()

/** Until when a target may take what is made for it now. */
export function notAfterOf({ Transport }: Pick<TrustFacts, 'Transport'>): string {
  const days = Transport.Kind === 'Disconnected' ? DAYS.disconnected : DAYS.connected
  return new Date(Date.now() + days * DAY_MS).toISOString()
}

interface FactsWish {
  promotion: StoredPromotion
  built: Built
  trust: TrustFacts
  revision: number
  signer: Signer & { serverName: string }
  previous: StoredPromotion | null
}

async function factsOf(
  system: Pick<Bus, 'call'>,
  { promotion, built, trust, revision, signer, previous }: FactsWish,
): Promise<BundleParts['facts']> {
  const { SpaceId, Sequence, Wanted, _building } = promotion
  const [space, origin] = await Promise.all([
    system.call('spaces.get', { id: SpaceId }),
    system.call('imports.origin', { spaceId: SpaceId, releaseId: promotion.ReleaseId }),
  ])
  const { release, project } = built.content
  const wanted = Wanted.filter(({ Kind, State }) => Kind === 'Environment' && State !== 'Withdrawn')
  return {
    bundleId: _building ?? '',
    sequence: Sequence,
    revision,
    source: {
      ...{ space: space.Name, spaceId: SpaceId, server: signer.serverName },
      fingerprint: fingerprintOf(signer.identityCert),
    },
    target: {
      ...{ name: trust.Name, fingerprint: trust.Fingerprint },
      encryptionKey: fingerprintOf(trust.EncryptionCertificate),
    },
    issuedAt: new Date().toISOString(),
    notAfter: notAfterOf(trust),
    project: { id: project.id, name: project.name, slug: project.slug },
    release: { id: release.id, version: release.version, channel: release.channel },
    wantedEnvironments: [...new Set(wanted.map(({ RemoteName }) => RemoteName))],
    previous: previous?.BundleId
      ? { bundleId: previous.BundleId, contentDigest: previous.ContentDigest ?? '' }
      : null,
    producer: `tako/${VERSION}`,
    origin,
  }
}

/** The files of the packages, as this server has them; each is checked while it is written. */
export async function packageFiles(
  system: Pick<Bus, 'call'>,
  spaceId: string,
  { packages }: BundleContent,
): Promise<BundleParts['packages']> {
  const digests = new Set(packages.packages.flatMap(({ sha256 }) => sha256 ?? []))
  return Promise.all(
    [...digests].map(async (sha256) => {
      const blob = await system.call('packages.blob', { spaceId, sha256 })
      if (!blob)
        throw new BundleError('PackageMissing', `The package with the digest ${sha256} has gone.`)
      return { sha256, size: blob.Size, open: () => blobs.read(blob.BlobName) }
    }),
  )
}
