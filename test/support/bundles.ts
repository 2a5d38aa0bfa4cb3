/** Spaces that send bundles to each other, and a small bundle to send. */
import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { fingerprintOf, makeIdentity, type SpaceIdentity } from '#domain/bundle/identity.ts'
import { jsonBytes } from '#domain/bundle/json.ts'
import { type Signer, signDetached } from '#domain/bundle/jws.ts'
import type { Manifest } from '#domain/bundle/manifest.ts'
import type { ReceiptFacts } from '#domain/bundle/receipt.ts'
import type { Seen } from '#domain/bundle/replay.ts'
import type { SenderTrust } from '#domain/bundle/sender.ts'
import { openSigned } from '#domain/bundle/signed.ts'
import { memorySource } from '#domain/bundle/source.ts'
import type { BundleContext, OpenedContents } from '#domain/bundle/verify.ts'
import { verifyBundle } from '#domain/bundle/verify.ts'
import { type BundleParts, writeBundle } from '#domain/bundle/write.ts'
import {
  type PackageFile,
  type SmallFile,
  type WrittenContainer,
  writeContainer,
} from '#domain/bundle/write-container.ts'

export const now = new Date('2026-11-24T12:00:00.000Z')
export const secretsKey = Buffer.alloc(32, 7)
/** A value that must be found nowhere but where it is encrypted. */
export const CANARY = 'canary-of-the-secrets'

export interface Space extends SpaceIdentity {
  name: string
  fingerprint: string
  encryptionFingerprint: string
}

export async function makeSpace(name: string, from: Date = now): Promise<Space> {
  const identity = await makeIdentity({ spaceName: name, serverName: 'test', now: from })
  return spaceOf(name, identity)
}

export const spaceOf = (name: string, identity: SpaceIdentity): Space => ({
  ...identity,
  name,
  fingerprint: fingerprintOf(identity.identityCert),
  encryptionFingerprint: fingerprintOf(identity.encryptionCert),
})

export const trustIn = (space: Space, changes: Partial<SenderTrust> = {}): SenderTrust => ({
  Fingerprint: space.fingerprint,
  IdentityCertificate: space.identityCert,
  State: 'Active',
  Allow: { ReceiveReleases: true, ReceiveReceipts: true },
  ...changes,
})

export const packageOf = (text: string | Buffer): PackageFile => {
  const bytes = Buffer.from(text)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return {
    ...{ sha256, size: bytes.length },
    async *open() {
      yield bytes
    },
  }
}

/** What goes from one space to another: a release of one step and two variables. */
export const partsOf = (source: Space, target: Space): BundleParts => ({
  facts: {
    bundleId: '019ac5f0-0000-7000-8000-000000000001',
    ...{ sequence: 42, revision: 1 },
    source: {
      ...{ space: source.name, spaceId: 'Spaces-1', server: 'dev.example' },
      fingerprint: source.fingerprint,
    },
    target: {
      ...{ name: target.name, fingerprint: target.fingerprint },
      encryptionKey: target.encryptionFingerprint,
    },
    ...{ issuedAt: '2026-11-24T11:59:00.000Z', notAfter: '2026-12-01T11:59:00.000Z' },
    project: { id: 'Projects-7', name: 'My Project', slug: 'my-project' },
    release: { id: 'Releases-91', version: '1.4.2', channel: 'Default' },
    wantedEnvironments: ['Production'],
    ...{ previous: null, origin: null, producer: 'tako/0.1.0' },
  },
  documents: {
    release: { version: '1.4.2', releaseNotes: 'Übergröße fits.' },
    project: { name: 'My Project', slug: 'my-project' },
    process: { steps: [{ name: 'Say it', script: 'echo "Hello"' }] },
    variables: [{ id: 'Variables-1', name: 'Greeting', value: 'Hello' }],
    templates: [{ name: 'Address', type: 'SingleLineText' }],
    packages: [],
    history: [{ environment: 'Test', state: 'Success' }],
  },
  modules: ['say() { echo "$1"; }'],
  secrets: [{ path: 'variables/Variables-2', value: CANARY }],
  packages: [],
  signer: source,
  encryptionCert: target.encryptionCert,
  secretsKey,
})

const signedFactsOf = (from: Space, to: Space) => ({
  source: {
    ...{ space: from.name, spaceId: 'Spaces-1', server: 'test.example' },
    fingerprint: from.fingerprint,
  },
  target: { name: to.name, fingerprint: to.fingerprint },
  ...{ issuedAt: '2026-11-24T11:59:00.000Z', notAfter: '2026-12-01T11:59:00.000Z' },
  producer: 'tako/0.1.0',
})

export const packFactsOf = (from: Space, to: Space) => ({
  ...signedFactsOf(from, to),
  packId: '019ac5f0-0000-7000-8000-000000000002',
})

/** Receipts go the other way: from the target of the release to its source. */
export const receiptsFactsOf = (source: Space, target: Space) => ({
  ...signedFactsOf(target, source),
  fileId: '019ac5f0-0000-7000-8000-000000000003',
})

/** Of a deployment that has succeeded. */
export const receiptOf = (source: Space, target: Space): ReceiptFacts => ({
  receiptId: '019ac5f0-0000-7000-8000-000000000004',
  ...{ sequence: 1, bundleId: '019ac5f0-0000-7000-8000-000000000001', revision: 1 },
  ...{ source: source.fingerprint, target: target.fingerprint },
  release: { id: 'Releases-91', version: '1.4.2' },
  environment: { id: 'Environments-3', name: 'Production' },
  ...{ deploymentId: 'Deployments-5', state: 'Success' },
  queuedAt: '2026-11-24T11:50:00.000Z',
  startedAt: '2026-11-24T11:50:01.000Z',
  endedAt: '2026-11-24T11:51:30.000Z',
  warnings: false,
  steps: [{ name: 'Say it', status: 'Success' }],
  ...{ error: '', tenants: null, by: null, issuedAt: '2026-11-24T11:51:31.000Z' },
})

const nothingSeen: Seen = { sameId: null, latest: null, sameVersion: null, newest: null }

type Context = BundleContext<OpenedContents>

/** What a space knows that trusts these. */
export const contextOf = (
  reader: Space,
  trusts: SenderTrust[],
  changes: Partial<Context> = {},
): Context => ({
  trustByKid: async (kid) => trusts.find(({ Fingerprint }) => Fingerprint === kid) ?? null,
  ownFingerprints: [reader.fingerprint],
  encryptionKeys: [{ fingerprint: reader.encryptionFingerprint, key: reader.encryptionKey }],
  now,
  seen: async () => nothingSeen,
  readContent: (opened) => opened,
  ...changes,
})

export const bytesOf = async (written: Pick<WrittenContainer, 'bytes'>): Promise<Buffer> =>
  buffer(written.bytes())

export const bundleOf = async (parts: BundleParts): Promise<Buffer> =>
  bytesOf(await writeBundle(parts))

export const verified = (bytes: Uint8Array, context: Context) =>
  verifyBundle(memorySource(bytes), context)

/** The files of a bundle, to make a wrong one of them. */
export interface Loose {
  manifest: Manifest
  jws: string
  files: SmallFile[]
}

/** A bundle taken apart. */
export async function looseBundle(parts: BundleParts): Promise<Loose> {
  const written = await writeBundle(parts)
  const bytes = await bytesOf(written)
  const { container } = await openSigned(memorySource(bytes), { kind: 'bundle' })
  const files: SmallFile[] = []
  for (const { name } of written.manifest.entries)
    files.push({ name, bytes: await container.read(name) })
  return { manifest: written.manifest, jws: written.jws, files }
}

/** A bundle with this manifest and these files, signed as it should be where no signature is given. */
export async function tightBundle(
  { manifest, files }: Omit<Loose, 'jws'>,
  { signer, jws }: { signer: Signer; jws?: string },
): Promise<Buffer> {
  const bytes = jsonBytes(manifest)
  const signature = jws ?? (await signDetached(bytes, { typ: 'tako-bundle+jws', signer }))
  const all = [
    { name: 'manifest.json', bytes },
    { name: 'manifest.jws', bytes: Buffer.from(signature) },
    ...files,
  ]
  return buffer(writeContainer(all).bytes())
}

/** The code with which something is refused; fails when it is not, or by another error. */
export async function codeOf(refused: Promise<unknown>): Promise<string> {
  try {
    await refused
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.name === 'BundleError')
      return String(error.code)
    throw error
  }
  throw new Error('It was not refused.')
}
