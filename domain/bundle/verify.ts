import type { DocumentName, Documents } from './content-digest.ts'
import { documentNames } from './content-digest.ts'
import { checkEntries, packagesIn } from './entries.ts'
import { BundleError } from './errors.ts'
import { parseJson } from './json.ts'
import { bundleLimits } from './limits.ts'
import type { Manifest } from './manifest.ts'
import { type CheckedOrigin, checkOrigin } from './origin.ts'
import { type ReplayOutcome, replayOutcome, type Seen } from './replay.ts'
import { unsealed } from './sealed.ts'
import { decryptSecrets, type EncryptionKey, type Secret } from './secrets.ts'
import type { SenderTrust } from './sender.ts'
import {
  type CheckedManifest,
  checkManifest,
  openSigned,
  type ReaderContext,
  type SignedManifest,
} from './signed.ts'
import type { ByteSource } from './source.ts'
import type { PackageFile } from './write-container.ts'

/** What the target knows, for the checks of a bundle's signed part. */
export interface OfferContext<T extends SenderTrust = SenderTrust> extends ReaderContext<T> {
  /** What is remembered of this sender, its release and the bundle's id. */
  seen(offer: CheckedManifest<'bundle', T>): Promise<Seen>
}

/** And for the rest of it. */
export interface BundleContext<C, T extends SenderTrust = SenderTrust> extends OfferContext<T> {
  /** Own keys, with those that were replaced and are still kept. */
  encryptionKeys: EncryptionKey[]
  /** Checks what the documents say. Throws `InvalidContent` or `UnsupportedStepType`. */
  readContent(opened: OpenedContents): C
}

/** What is in a bundle, as its own texts have it. */
export interface OpenedContents {
  manifest: Manifest
  documents: Documents
  /** Texts of script modules by their SHA-256. */
  modules: Map<string, string>
  secrets: Secret[]
}

export interface CheckedOffer<T extends SenderTrust> extends CheckedManifest<'bundle', T> {
  replay: ReplayOutcome
  /** null where the sender is the first space of the release. */
  origin: CheckedOrigin | null
}

export interface CheckedBundle<C, T extends SenderTrust> extends CheckedOffer<T> {
  /** null for a duplicate, in which nobody looks. */
  opened: {
    content: C
    /** Those that came along, with their digests checked. */
    packages: PackageFile[]
  } | null
}

/**
 * Checks a bundle's signed part alone, as it is offered over a connection: 2 to 9 of the checks, in
 * their order. The first failure is thrown as a BundleError, and nothing more is read.
 */
export async function verifyOffer<T extends SenderTrust>(
  signed: SignedManifest,
  context: OfferContext<T>,
): Promise<CheckedOffer<T>> {
  const offer = await checkManifest(signed, 'bundle', context)
  const { manifest, manifestSha256, trust } = offer
  const { trustByKid, reader } = context
  const origin = await checkOrigin(manifest, { trust, trustByKid, reader })
  const seen = await context.seen(offer)
  const strictOrder = trust.StrictOrder === true
  return {
    ...offer,
    origin,
    replay: replayOutcome(manifest, manifestSha256, { seen, strictOrder }),
  }
}

/**
 * Checks a whole bundle, which may be encrypted as a whole: 1 to 12 of the checks, in their order. The first failure is thrown as a
 * BundleError, and nothing more is read. Packages that did not come along are not looked for.
 */
export async function verifyBundle<C, T extends SenderTrust>(
  source: ByteSource,
  context: BundleContext<C, T>,
): Promise<CheckedBundle<C, T>> {
  const { limits = bundleLimits, encryptionKeys } = context
  const plain = await unsealed(source, { encryptionKeys, limits })
  const { container, signed } = await openSigned(plain, { kind: 'bundle', limits })
  const offer = await verifyOffer(signed, context)
  if (offer.replay.kind === 'Duplicate') return { ...offer, opened: null }
  const { manifest } = offer
  const files = await checkEntries(container, manifest.entries)
  const lacking = documentNames.find((name) => !files.has(`${name}.json`))
  if (lacking) throw new BundleError('MissingEntry', `The file ${lacking}.json is not there.`)
  const secrets = await secretsOf(files, manifest, encryptionKeys)
  const content = context.readContent({
    ...{ manifest, secrets, modules: modulesOf(files) },
    documents: documentsOf(files, limits.jsonDepth),
  })
  return { ...offer, opened: { content, packages: packagesIn(container, manifest.entries) } }
}

type Files = Map<string, Uint8Array>

async function secretsOf(files: Files, manifest: Manifest, keys: EncryptionKey[]) {
  const bytes = files.get('secrets.jwe')
  return bytes ? decryptSecrets(bytes, manifest, keys) : []
}

const documentsOf = (files: Files, depth: number): Documents =>
  Object.fromEntries(
    documentNames.map((name) => {
      const file = `${name}.json`
      return [name, parseJson(files.get(file) ?? new Uint8Array(0), file, depth)]
    }),
  ) as Record<DocumentName, unknown>

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function modulesOf(files: Files): Map<string, string> {
  const modules = [...files].filter(([name]) => name.startsWith('modules/'))
  return new Map(
    modules.map(([name, bytes]) => [name.slice('modules/'.length), textOf(name, bytes)]),
  )
}

function textOf(name: string, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new BundleError('InvalidContent', `${name} is no text.`, { cause, data: { entry: name } })
  }
}
