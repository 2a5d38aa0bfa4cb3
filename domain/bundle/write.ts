import { type BundleContents, contentDigestOf, sha256Of, smallFilesOf } from './content-digest.ts'
import { BundleError } from './errors.ts'
import { jsonBytes } from './json.ts'
import { type Signer, signDetached } from './jws.ts'
import { bundleLimits } from './limits.ts'
import type { ContainerKind, Manifest, ManifestEntry, ManifestOf, SignedFacts } from './manifest.ts'
import { READER_VERSION } from './schema-version.ts'
import { encryptSecrets } from './secrets.ts'
import {
  type PackageFile,
  type SmallFile,
  type WrittenContainer,
  writeContainer,
} from './write-container.ts'

/** What the writer finds out itself. */
type Found = 'schema' | 'minReader' | 'entries'

export interface BundleParts extends BundleContents {
  facts: Omit<Manifest, Found | 'contentDigest' | 'packagesIncluded'>
  /** Those that go along; the others are only named in the document `packages`. */
  packages: PackageFile[]
  signer: Signer
  /** PEM: the target's, that the secrets are encrypted to. */
  encryptionCert: string
  /** See contentDigestOf. */
  secretsKey: Uint8Array
}

export interface Written<K extends ContainerKind> extends WrittenContainer {
  manifest: ManifestOf[K]
  /** The exact bytes of manifest.json. */
  manifestBytes: Uint8Array
  /** manifest.jws */
  jws: string
}

/**
 * Builds a bundle. All is done but for its bytes, which come when they are asked for, the packages
 * piece by piece. Throws `UnsupportedContent` when it is more than a reader takes.
 */
export async function writeBundle(parts: BundleParts): Promise<Written<'bundle'>> {
  const { facts, secrets, packages, encryptionCert, secretsKey } = parts
  const files: SmallFile[] = smallFilesOf(parts)
  if (secrets.length > 0)
    files.push({ name: 'secrets.jwe', bytes: await encryptSecrets(secrets, facts, encryptionCert) })
  return writeSigned('bundle', {
    ...{ files, packages, signer: parts.signer },
    facts: {
      ...facts,
      contentDigest: contentDigestOf(parts, secretsKey),
      packagesIncluded: packages.length > 0,
    },
  })
}

interface SignedParts<K extends ContainerKind> {
  facts: Omit<ManifestOf[K], Found>
  files: SmallFile[]
  packages: PackageFile[]
  signer: Signer
}

/** Lists the files in a manifest, signs it and puts it before them. */
export async function writeSigned<K extends ContainerKind>(
  kind: K,
  { facts, files, packages: given, signer }: SignedParts<K>,
): Promise<Written<K>> {
  // Two packages may be the same file.
  const packages = [...new Map(given.map((file) => [file.sha256, file])).values()]
  const common: Pick<SignedFacts, Found> = {
    schema: `tako/${kind}@${READER_VERSION}`,
    minReader: READER_VERSION,
    entries: [...files.map(entryOf), ...packages.map(packageEntryOf)],
  }
  // The facts and what is common make the manifest of that kind: the compiler does not follow Omit.
  const manifest = { ...common, ...facts } as unknown as ManifestOf[K]
  const manifestBytes = jsonBytes(manifest)
  const typ = `tako-${kind}+jws`
  const jws = await signDetached(manifestBytes, { typ, signer, withCertificate: true })
  const all = [
    { name: 'manifest.json', bytes: manifestBytes },
    { name: 'manifest.jws', bytes: Buffer.from(jws) },
    ...files,
  ]
  checkSize(all, packages.length)
  return { manifest, manifestBytes, jws, ...writeContainer(all, packages) }
}

const entryOf = ({ name, bytes }: SmallFile): ManifestEntry => ({
  ...{ name, size: bytes.length },
  sha256: sha256Of(bytes),
})

const packageEntryOf = ({ sha256, size }: PackageFile): ManifestEntry => ({
  ...{ name: `packages/${sha256}`, size },
  sha256,
})

/** What no reader would take is better refused here. */
function checkSize(files: SmallFile[], packages: number) {
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const large = files.find(({ name, bytes }) => bytes.length > mostOf(name))
  if (large) throw tooMuch(`${large.name} would have ${large.bytes.length} bytes`)
  if (total > bundleLimits.totalBytes) throw tooMuch(`its files would have ${total} bytes`)
  if (files.length + packages > bundleLimits.entries)
    throw tooMuch(`it would have ${files.length + packages} files`)
}

const mostOf = (name: string) => {
  if (name === 'manifest.json') return bundleLimits.manifestBytes
  return name === 'receipts.jsonl' ? bundleLimits.totalBytes : bundleLimits.documentBytes
}

const tooMuch = (why: string) =>
  new BundleError('UnsupportedContent', `This is more than can be sent: ${why}.`)
