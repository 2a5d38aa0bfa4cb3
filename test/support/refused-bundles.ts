/** Bundles of which something is wrong: for the kept files of the format. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { type CompactJWSHeaderParameters, CompactSign } from 'jose'
import { sha256Of } from '#domain/bundle/content-digest.ts'
import { jsonBytes } from '#domain/bundle/json.ts'
import type { BundleParts } from '#domain/bundle/write.ts'
import { writeContainer } from '#domain/bundle/write-container.ts'
import { contentDocs } from '../domain/promotion/content-sample.ts'
import { zipOf } from './archives.ts'
import { bundleOf, bytesOf, type Loose, looseBundle, type Space, tightBundle } from './bundles.ts'
import type { Vector } from './vectors.ts'

const OTHER_BUNDLE_ID = '019ac5f0-0000-7000-8000-0000000000ff'
const TYPE = 'tako-bundle+jws'

type Tampered = (name: string, code: string, bytes: Uint8Array, more?: Partial<Vector>) => void

interface Material {
  parts: BundleParts
  rotated: BundleParts
  keep(vector: Vector, bytes: Uint8Array): void
}

/** Keeps a bundle for each thing that may be wrong with one. */
export async function keepRefused(
  { dev, stranger }: { dev: Space; stranger: Space },
  { parts, rotated, keep }: Material,
): Promise<void> {
  const loose = await looseBundle(parts)
  const good = await tightBundle(loose, { signer: dev, jws: loose.jws })
  const tampered = (name: string, code: string, bytes: Uint8Array, more: Partial<Vector> = {}) =>
    keep({ file: `refused/${name}.takobundle`, kind: 'bundle', code, ...more }, bytes)
  await keepChanged(loose, good, tampered)
  await keepOtherFiles(loose, dev, tampered)
  await keepRepeated(parts, tampered)
  await keepSignatures(loose, { dev, stranger }, tampered)
  await keepManifests(loose, { dev, stranger }, tampered)
  keep(
    { file: 'good.newer-minor.takobundle', kind: 'bundle', code: null },
    await newerMinor(loose, dev),
  )
  tampered('expired', 'BundleExpired', good, { now: '2027-03-01T00:00:00.000Z' })
  tampered('from-the-future', 'IssuedInFuture', good, { now: '2026-11-24T11:00:00.000Z' })
  tampered('unknown-sender', 'UnknownSender', good, { trusts: [] })
  tampered('another-target', 'WrongTarget', good, { reader: 'stranger' })
  tampered('key-rotated-away', 'CannotDecrypt', await bundleOf(rotated))
  await keepContents(loose, parts, tampered)
}

/** Changed on the way. */
async function keepChanged({ files, jws }: Loose, good: Buffer, tampered: Tampered) {
  const changedAt = (at: number) => {
    const bytes = Buffer.from(good)
    bytes[at] = (bytes[at] as number) ^ 1
    return bytes
  }
  for (const { name, bytes } of files) {
    const at = good.indexOf(bytes) + Math.floor(bytes.length / 2)
    tampered(`changed-${name.replace(/\W+\w*$/, '')}`, 'DigestMismatch', changedAt(at))
  }
  tampered('changed-manifest', 'BadSignature', changedAt(good.indexOf('"schema"') + 30))
  tampered('changed-signature', 'BadSignature', changedAt(good.indexOf(jws) + jws.length - 40))
  tampered('changed-header', 'NotABundle', changedAt(10))
  tampered('changed-directory', 'NotABundle', changedAt(good.lastIndexOf('PK\x01\x02') + 12))
  tampered('cut-off', 'NotABundle', good.subarray(0, good.length - 100))
  tampered('no-zip', 'NotABundle', Buffer.from('This is no ZIP file.'))
  tampered('trailing-data', 'NotABundle', Buffer.concat([good, Buffer.from('more')]))
  tampered(
    'compressed',
    'NotABundle',
    await zipOf({ name: 'manifest.json', content: '0'.repeat(1_000_000) }),
  )
}

/** Signed by its sender as it should be, with something in it that should not be. */
async function keepContents(loose: Loose, parts: BundleParts, tampered: Tampered) {
  const signer = parts.signer
  const facts = { ...parts.facts, bundleId: OTHER_BUNDLE_ID }
  const lifted = (await looseBundle({ ...parts, facts })).files
  const secretsOf = (files: Loose['files']) => files.find(({ name }) => name === 'secrets.jwe')
  const relisted = relist(loose, 'secrets.jwe', secretsOf(lifted)?.bytes ?? Buffer.alloc(0))
  tampered('lifted-secrets', 'SecretsMismatch', await tightBundle(relisted, { signer }))
  const deep = Buffer.from(`${'['.repeat(65)}${']'.repeat(65)}`)
  tampered(
    'too-deep',
    'InvalidContent',
    await tightBundle(relist(loose, 'history.json', deep), { signer }),
  )
  const noSteps = Buffer.from('{"steps":7}')
  tampered(
    'wrong-content',
    'InvalidContent',
    await tightBundle(relist(loose, 'process.json', noSteps), { signer }),
  )
}

/** What is wrong only since the good one has come before. */
async function keepRepeated(parts: BundleParts, tampered: Tampered) {
  const after = 'good.takobundle'
  const documents = contentDocs()
  const reused = await bundleOf({ ...parts, documents, secrets: [] })
  tampered('reused-id', 'BundleIdReused', reused, { after })
  const facts = { ...parts.facts, bundleId: OTHER_BUNDLE_ID, sequence: 43 }
  const stale = await bundleOf({ ...parts, facts, documents, secrets: [] })
  tampered('stale-revision', 'StaleRevision', stale, { after })
}

async function keepOtherFiles({ manifest, jws, files }: Loose, dev: Space, tampered: Tampered) {
  const bytes = Buffer.from('{}')
  const module = { name: `modules/${sha256Of(bytes)}`, bytes }
  const tight = (all: Loose['files']) => tightBundle({ manifest, files: all }, { signer: dev, jws })
  tampered('lacking-a-file', 'MissingEntry', await tight(files.slice(1)))
  tampered('with-another-file', 'UnlistedEntry', await tight([...files, module]))
  const leading = { name: '../release.json', bytes }
  tampered('leading-out', 'NotABundle', await tight([...files, leading]))
  tampered('file-twice', 'NotABundle', await tight([...files, ...files.slice(0, 1)]))
  const unsigned = [{ name: 'manifest.json', bytes: jsonBytes(manifest) }, ...files]
  tampered('unsigned', 'SignatureMissing', await bytesOf(writeContainer(unsigned)))
}

async function keepSignatures(
  loose: Loose,
  { dev, stranger }: { dev: Space; stranger: Space },
  tampered: Tampered,
) {
  const payload = jsonBytes(loose.manifest)
  const own = { alg: 'ES256', typ: TYPE, kid: dev.fingerprint }
  const sign = async (
    header: CompactJWSHeaderParameters,
    key: Parameters<CompactSign['sign']>[0],
  ) => {
    const jws = await new CompactSign(payload).setProtectedHeader(header).sign(key)
    return jws.replace(/\..*\./, '..')
  }
  const by = async (jws: string) => tightBundle(loose, { signer: dev, jws })
  const none = Buffer.from(JSON.stringify({ ...own, alg: 'none' })).toString('base64url')
  tampered('alg-none', 'BadSignature', await by(`${none}..`))
  const { publicKey, raw } = new X509Certificate(dev.identityCert)
  const password = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }))
  tampered('alg-hs256', 'BadSignature', await by(await sign({ ...own, alg: 'HS256' }, password)))
  const foreign = createPrivateKey(stranger.identityKey)
  const x5c = [new X509Certificate(stranger.identityCert).raw.toString('base64')]
  tampered('foreign-certificate', 'BadSignature', await by(await sign({ ...own, x5c }, foreign)))
  tampered(
    'anothers-kid',
    'BadSignature',
    await by(await sign({ ...own, x5c: [raw.toString('base64')] }, foreign)),
    {
      trusts: ['dev', 'stranger'],
    },
  )
  tampered(
    'another-use',
    'BadSignature',
    await by(await sign({ ...own, typ: 'tako-pack+jws' }, createPrivateKey(dev.identityKey))),
  )
}

async function keepManifests(
  { manifest, files }: Loose,
  { dev, stranger }: { dev: Space; stranger: Space },
  tampered: Tampered,
) {
  const changed = (changes: object) =>
    tightBundle({ manifest: { ...manifest, ...changes }, files }, { signer: dev })
  tampered('newer-schema', 'UnsupportedSchema', await changed({ schema: 'tako/bundle@2' }))
  tampered('newer-reader-needed', 'UnsupportedSchema', await changed({ minReader: 2 }))
  const source = { ...manifest.source, fingerprint: stranger.fingerprint }
  tampered('names-another-sender', 'InvalidContent', await changed({ source }))
}

/** What a newer writer adds does not matter. */
const newerMinor = ({ manifest, files }: Loose, dev: Space) =>
  tightBundle(
    {
      manifest: { ...manifest, schema: 'tako/bundle@1.7', ...{ added: { by: 'a newer writer' } } },
      files,
    },
    { signer: dev },
  )

/** The bundle with another file in the place of one, listed as it is. */
function relist({ manifest, files }: Loose, name: string, bytes: Uint8Array) {
  const entry = { name, size: bytes.length, sha256: sha256Of(bytes) }
  const entries = manifest.entries.map((one) => (one.name === name ? entry : one))
  return {
    manifest: { ...manifest, entries },
    files: files.map((one) => (one.name === name ? { name, bytes } : one)),
  }
}
