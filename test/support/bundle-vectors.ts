/**
 * `node test/support/bundle-vectors.ts`: makes the files of test/vectors/bundle anew, with new keys.
 * They are kept, and every later Tako reads those that are there: run it for a new version of the
 * format, into a folder of its own.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeEnvelope } from '#domain/bundle/envelope.ts'
import { shortForm } from '#domain/bundle/identity.ts'
import { writeIdentityDocument } from '#domain/bundle/identity-document.ts'
import { originOf } from '#domain/bundle/origin.ts'
import { writePack } from '#domain/bundle/pack.ts'
import { writeReceipt } from '#domain/bundle/receipt.ts'
import { writeReceiptsFile } from '#domain/bundle/receipts-file.ts'
import { writeRotations } from '#domain/bundle/rotation.ts'
import { sealBundle } from '#domain/bundle/sealed.ts'
import { writeRevocation, writeRotation } from '#domain/bundle/trust-statements.ts'
import { type BundleParts, writeBundle } from '#domain/bundle/write.ts'
import { propertyPath, variablePath } from '#domain/promotion/secret-paths.ts'
import { contentDocs, stepDoc, variableDoc } from '../domain/promotion/content-sample.ts'
import {
  bundleOf,
  bytesOf,
  makeSpace,
  now,
  packageOf,
  packFactsOf,
  partsOf,
  receiptOf,
  receiptsFactsOf,
  type Space,
} from './bundles.ts'
import { keepRefused } from './refused-bundles.ts'
import { keepChangedStatements, misread } from './refused-statements.ts'
import { type Vector, vectorBytes } from './vectors.ts'

const folder = join(import.meta.dirname, '../vectors/bundle')
const MESSAGE_ID = '019ac5f0-0000-7000-8000-00000000000a'

const vectors: Vector[] = []

function keep(vector: Vector, bytes: Uint8Array | string) {
  const path = join(folder, vector.file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
  vectors.push(vector)
}

/** The release in all of them. */
function contentOf(dev: Space, prod: Space): BundleParts {
  const script = 'Octopus.Action.Script.ScriptBody'
  const site = packageOf('the web site')
  const documents = contentDocs({
    process: {
      steps: [
        stepDoc('Deploy', { properties: { [script]: 'echo "Grüße, #{Name}"' } }),
        stepDoc('Notify', { secretProperties: ['Notify.Token'] }),
      ],
    },
    variables: {
      variables: [
        variableDoc({ name: 'Url', value: 'https://prod.example' }),
        variableDoc({ name: 'Password', kind: 'secret', type: 'Sensitive', value: null }),
      ],
    },
    packages: {
      packages: [
        {
          ...{ packageId: 'Web', version: '1.0.0', feedKind: 'BuiltIn', feedName: 'Built-in' },
          ...{ actionSlug: 'deploy', referenceName: '', fileName: 'Web.1.0.0.zip' },
          ...{ size: site.size, sha256: site.sha256 },
        },
      ],
    },
  })
  return {
    ...partsOf(dev, prod),
    documents,
    secrets: [
      { path: variablePath('variable-Password'), value: 'correct horse battery staple' },
      { path: propertyPath('step-Notify', 'action-Notify', 'Notify.Token'), value: 'tøken' },
    ],
  }
}

async function keepGood(dev: Space, prod: Space, stranger: Space) {
  const parts = contentOf(dev, prod)
  const written = await writeBundle(parts)
  keep({ file: 'good.takobundle', kind: 'bundle', code: null }, await bytesOf(written))
  const expected = { documents: parts.documents, modules: parts.modules, secrets: parts.secrets }
  writeFileSync(join(folder, 'good.content.json'), `${JSON.stringify(expected, null, 2)}\n`)
  keep(
    { file: 'good.encrypted.takobundle', kind: 'bundle', code: null },
    await sealBundle(written, prod.encryptionCert),
  )
  keep(
    { file: 'good.with-package.takobundle', kind: 'bundle', code: null },
    await bundleOf({ ...parts, packages: [packageOf('the web site')] }),
  )
  const site = { ...packageOf('the web site'), packageId: 'Web', version: '1.0.0' }
  const pack = { facts: packFactsOf(dev, prod), packages: [site], signer: dev }
  keep({ file: 'good.takopack', kind: 'pack', code: null }, await bytesOf(await writePack(pack)))
  await keepReceipts(dev, prod)
  await keepStatements(dev, prod, stranger)
  await keepOrigin({ dev, prod, stranger })
}

async function keepReceipts(dev: Space, prod: Space) {
  const receipt = await writeReceipt(receiptOf(dev, prod), prod)
  keep({ file: 'receipt.jws', kind: 'receipt', code: null }, receipt)
  const receipts = [{ jws: receipt, sequence: 1 }]
  const facts = receiptsFactsOf(dev, prod)
  keep(
    { file: 'good.takoreceipts', kind: 'receipts', code: null },
    await bytesOf(await writeReceiptsFile({ facts, receipts, signer: prod })),
  )
}

async function keepStatements(dev: Space, prod: Space, next: Space) {
  const issuedAt = '2026-11-24T11:59:00.000Z'
  const document = (space: Space) =>
    writeIdentityDocument(space, {
      ...{ spaceName: space.name, serverName: 'dev.example', issuedAt },
      serverUrl: 'https://dev.example',
    })
  keep({ file: 'identity.json', kind: 'identity', code: null }, await document(dev))
  const letter = { id: MESSAGE_ID, type: 'hello' as const, to: prod.fingerprint, now }
  const body = { versions: ['0.1.0'] }
  keep(
    { file: 'envelope.jws', kind: 'envelope', code: null },
    await writeEnvelope({ ...letter, body }, dev),
  )
  const rotation = await writeRotation({ document: await document(next), old: dev, next, now })
  keep({ file: 'rotation.json', kind: 'rotation', code: null }, rotation)
  keep({ file: 'rotations.json', kind: 'rotations', code: null }, writeRotations([rotation]))
  const reason = 'The laptop was stolen.'
  keep(
    { file: 'revocation.jws', kind: 'revocation', code: null },
    await writeRevocation({ target: prod.fingerprint, reason, now }, dev),
  )
}

/** From the stranger by way of the development space. */
async function keepOrigin({ dev, prod, stranger }: Record<'dev' | 'prod' | 'stranger', Space>) {
  const first = await writeBundle(contentOf(stranger, dev))
  const parts = contentOf(dev, prod)
  const origin = originOf({ manifest: first.manifestBytes, jws: first.jws })
  const bundle = await bundleOf({ ...parts, facts: { ...parts.facts, origin } })
  keep({ file: 'good.with-origin.takobundle', kind: 'bundle', code: null }, bundle)
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const made = new Date('2026-10-01T00:00:00.000Z')
const [dev, prod, stranger] = await Promise.all([
  makeSpace('DevTest Space', made),
  makeSpace('Prod Space', made),
  makeSpace('Stranger', made),
])
await keepGood(dev, prod, stranger)
await keepRefused(
  { dev, stranger },
  {
    parts: contentOf(dev, prod),
    // Encrypted to a key that its target no longer has.
    rotated: contentOf(dev, {
      ...prod,
      encryptionCert: stranger.encryptionCert,
      encryptionFingerprint: stranger.encryptionFingerprint,
    }),
    keep,
  },
)
keepChangedStatements(vectorBytes, keep)
vectors.push(...misread)
const spaces = Object.fromEntries(
  Object.entries({ dev, prod, stranger }).map(([name, space]) => [
    name,
    { ...space, shortForm: shortForm(space.fingerprint) },
  ]),
)
writeFileSync(join(folder, 'spaces.json'), `${JSON.stringify(spaces, null, 2)}\n`)
const list = { now: now.toISOString(), vectors }
writeFileSync(join(folder, 'vectors.json'), `${JSON.stringify(list, null, 2)}\n`)
