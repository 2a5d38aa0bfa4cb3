import { SKEW_MS } from './certificates.ts'
import { type Container, openContainer } from './container.ts'
import { sha256Of } from './content-digest.ts'
import { BundleError } from './errors.ts'
import { parseJson } from './json.ts'
import { checkSignature, readJws } from './jws.ts'
import { type BundleLimits, bundleLimits } from './limits.ts'
import { type ContainerKind, type ManifestOf, manifestOf, type SignedFacts } from './manifest.ts'
import { checkSchema, READER_VERSION } from './schema-version.ts'
import { checkSender, type SenderTrust, type TrustByKid } from './sender.ts'
import type { ByteSource } from './source.ts'

/** What a reader must know to believe what another space has signed. */
export interface ReaderContext<T extends SenderTrust = SenderTrust> {
  trustByKid: TrustByKid<T>
  /** The fingerprints of the reader's own identity: the present one, and one that is being replaced. */
  ownFingerprints: string[]
  now: Date
  limits?: BundleLimits
  /** The newest version of the formats that is understood; this Tako's own when left out. */
  reader?: number
}

/** The signed part of a container, which may have come without the rest. */
export interface SignedManifest {
  /** The exact bytes of manifest.json. */
  manifest: Uint8Array
  /** manifest.jws */
  jws: string
}

export interface CheckedManifest<K extends ContainerKind, T extends SenderTrust> {
  manifest: ManifestOf[K]
  /** Of its bytes. */
  manifestSha256: string
  trust: T
  /** Whether the writer knows more than this reader, which may be left aside. */
  newerMinor: boolean
}

const rights = {
  bundle: 'ReceiveReleases',
  pack: 'ReceiveReleases',
  receipts: 'ReceiveReceipts',
} as const

/** Opens a container and takes the signed part out of it, unchecked. */
export async function openSigned(
  source: ByteSource,
  { kind, limits = bundleLimits }: { kind: ContainerKind; limits?: BundleLimits },
): Promise<{ container: Container; signed: SignedManifest }> {
  const container = await openContainer(source, { kind, limits })
  if (!container.sizes.has('manifest.json'))
    throw new BundleError('NotABundle', 'This cannot be read. It has no manifest.json.')
  if (!container.sizes.has('manifest.jws'))
    throw new BundleError('SignatureMissing', 'It is not signed: it has no manifest.jws.')
  const manifest = await container.read('manifest.json')
  const jws = Buffer.from(await container.read('manifest.jws')).toString('latin1')
  return { container, signed: { manifest, jws } }
}

/** Who has sent it, whether for us, and whether now; the checks 2 to 8, the first failure ends it. */
export async function checkManifest<K extends ContainerKind, T extends SenderTrust>(
  { manifest: bytes, jws }: SignedManifest,
  kind: K,
  context: ReaderContext<T>,
): Promise<CheckedManifest<K, T>> {
  const { limits = bundleLimits, reader = READER_VERSION } = context
  const trust = await checkSigner(
    { jws, payload: bytes, typ: `tako-${kind}+jws` },
    rights[kind],
    context,
  )
  const facts = parseJson(bytes, 'manifest.json', limits.jsonDepth)
  const { newerMinor } = checkSchema(facts, { kind, reader })
  const manifest = manifestOf(kind, facts)
  if (manifest.source.fingerprint !== trust.Fingerprint)
    throw new BundleError('InvalidContent', 'The manifest names another sender than its signature.')
  checkTarget(manifest, context.ownFingerprints)
  checkTimes(manifest, context.now)
  return { manifest, manifestSha256: sha256Of(bytes), trust, newerMinor }
}

/** Finds the trust that a signature claims, and checks both. */
export async function checkSigner<T extends SenderTrust>(
  { jws, payload, typ }: { jws: string; payload?: Uint8Array; typ: string },
  right: keyof SenderTrust['Allow'] | null,
  { trustByKid, now }: Pick<ReaderContext<T>, 'trustByKid' | 'now'>,
): Promise<T> {
  if (jws === '') throw new BundleError('SignatureMissing', 'It is not signed.')
  const unchecked = readJws(jws, payload)
  const trust = await trustByKid(unchecked.kid)
  if (trust?.Fingerprint !== unchecked.kid) throw unknownSender(unchecked)
  checkSender(trust, { right, now })
  await checkSignature(unchecked, { typ, certificate: trust.IdentityCertificate })
  return trust
}

function unknownSender({ kid, claims }: { kid: string; claims: string | null }) {
  const name = claims ? ` It calls itself ${claims}.` : ''
  return new BundleError('UnknownSender', `There is no trust in who has signed this.${name}`, {
    data: { fingerprint: kid, claims },
  })
}

function checkTarget({ target }: SignedFacts, own: string[]) {
  if (own.includes(target.fingerprint)) return
  throw new BundleError('WrongTarget', `This is for another space, '${target.name}'.`, {
    data: { name: target.name, fingerprint: target.fingerprint },
  })
}

function checkTimes({ issuedAt, notAfter }: SignedFacts, now: Date) {
  const here = now.toISOString()
  const data = { issuedAt, notAfter, now: here }
  if (Date.parse(issuedAt) > now.getTime() + SKEW_MS) {
    const message = `This was issued at ${issuedAt}, and here it is ${here}. One of the two clocks is wrong.`
    throw new BundleError('IssuedInFuture', message, { data })
  }
  if (Date.parse(notAfter) < now.getTime()) {
    const message = `This was valid until ${notAfter}, and here it is ${here}: the sender must make a new one.`
    throw new BundleError('BundleExpired', message, { data })
  }
}
