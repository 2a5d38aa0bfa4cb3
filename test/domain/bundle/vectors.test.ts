import { buffer } from 'node:stream/consumers'
import { expect } from 'chai'
import { documentNames, sha256Of } from '#domain/bundle/content-digest.ts'
import { readEnvelope } from '#domain/bundle/envelope.ts'
import { fingerprintOf, shortForm } from '#domain/bundle/identity.ts'
import { readIdentityDocument } from '#domain/bundle/identity-document.ts'
import type { Manifest } from '#domain/bundle/manifest.ts'
import { readPack } from '#domain/bundle/pack.ts'
import { readReceipt } from '#domain/bundle/receipt.ts'
import { readReceiptsFile } from '#domain/bundle/receipts-file.ts'
import type { Seen } from '#domain/bundle/replay.ts'
import { followRotations } from '#domain/bundle/rotation.ts'
import { openSigned } from '#domain/bundle/signed.ts'
import { memorySource } from '#domain/bundle/source.ts'
import { readRevocation, readRotation } from '#domain/bundle/trust-statements.ts'
import { type OpenedContents, verifyBundle } from '#domain/bundle/verify.ts'
import { checkContent, documentOf } from '#domain/promotion/content-shape.ts'
import { codeOf, contextOf, trustIn } from '../../support/bundles.ts'
import { readSpaces, readVectors, type Vector, vectorBytes } from '../../support/vectors.ts'

const { now, vectors } = readVectors()
const spaces = readSpaces()

const readers = {
  bundle: (bytes, context) => verifyBundle(memorySource(bytes), context),
  pack: (bytes, context) => readPack(memorySource(bytes), context),
  receipts: (bytes, context) => readReceiptsFile(memorySource(bytes), context),
  receipt: (bytes, context) => readReceipt(bytes.toString(), context),
  envelope: (bytes, context) => readEnvelope(bytes.toString(), context),
  identity: (bytes, context) => readIdentityDocument(bytes.toString(), context.now),
  rotation: (bytes, context) => readRotation(bytes.toString(), context),
  rotations: (bytes, context) =>
    followRotations(bytes.toString(), spaces.dev.identityCert, context.now),
  revocation: (bytes, context) => readRevocation(bytes.toString(), context),
} satisfies Record<
  Vector['kind'],
  (bytes: Buffer, context: ReturnType<typeof contextFor>) => Promise<unknown>
>

function contextFor({ kind, reader, trusts, after, now: at }: Vector) {
  const isAboutReceipts = kind === 'receipt' || kind === 'receipts'
  const trusted = trusts ?? [isAboutReceipts ? 'prod' : 'dev']
  return {
    ...contextOf(
      spaces[reader ?? (isAboutReceipts ? 'dev' : 'prod')],
      trusted.map((name) => trustIn(spaces[name])),
      {
        now: new Date(at ?? now),
        readContent,
        ...(after && { seen: (offer) => seenAfter(after, offer.manifest) }),
      },
    ),
    hasSent: async () => true,
    unseen: async () => true,
  }
}

/** What a target remembers that has taken this bundle. */
async function seenAfter(file: string, { bundleId }: Manifest): Promise<Seen> {
  const opening = openSigned(memorySource(vectorBytes(file)), { kind: 'bundle' })
  const bytes = (await opening).signed.manifest
  const manifest: Manifest = JSON.parse(Buffer.from(bytes).toString())
  return {
    sameId: manifest.bundleId === bundleId ? { manifestSha256: sha256Of(bytes) } : null,
    ...{ latest: manifest, sameVersion: null, newest: manifest },
  }
}

function readContent(opened: OpenedContents): OpenedContents {
  const documents = Object.fromEntries(
    documentNames.map((name) => [name, documentOf(name, opened.documents[name])]),
  ) as unknown as Parameters<typeof checkContent>[0] // One for each name.
  checkContent(documents)
  return opened
}

const read = (vector: Vector) =>
  readers[vector.kind](vectorBytes(vector.file), contextFor(vector)) as Promise<unknown>

const vectorOf = (file: string) => {
  const vector = vectors.find((one) => one.file === file && one.code === null)
  if (!vector) throw new Error(`There is no vector ${file}.`)
  return vector
}

describe('The kept files of the format', () => {
  for (const vector of vectors) {
    const { file, kind, code } = vector
    it(`have ${file}, as ${kind}, ${code ? `refused: ${code}` : 'taken'}`, async () => {
      if (code) expect(await codeOf(read(vector))).to.equal(code)
      else expect(await read(vector)).to.be.an('object')
    })
  }

  it('say what is in the good bundle, in each form that it has', async () => {
    const expected = JSON.parse(vectorBytes('good.content.json').toString())
    const forms = ['good', 'good.encrypted', 'good.with-package', 'good.newer-minor']

    for (const form of forms) {
      const vector = vectorOf(`${form}.takobundle`)
      const { opened } = await readers.bundle(vectorBytes(vector.file), contextFor(vector))

      expect(opened?.content.documents).to.deep.equal(expected.documents)
      expect(opened?.content.secrets).to.deep.equal(expected.secrets)
      expect([...(opened?.content.modules.values() ?? [])]).to.deep.equal(expected.modules)
    }
  })

  it('have the package with its digest, in the bundle and in the pack', async () => {
    const bundle = vectorOf('good.with-package.takobundle')
    const pack = vectorOf('good.takopack')

    const { opened } = await readers.bundle(vectorBytes(bundle.file), contextFor(bundle))
    const { packages } = await readers.pack(vectorBytes(pack.file), contextFor(pack))

    for (const one of [...(opened?.packages ?? []), ...packages])
      expect(sha256Of(await buffer(await one.open()))).to.equal(one.sha256)
    expect(packages).to.have.length(1)
    expect(opened?.packages).to.have.length(1)
  })

  it('name the spaces by the fingerprints of their certificates', () => {
    for (const space of Object.values(spaces)) {
      expect(fingerprintOf(space.identityCert)).to.equal(space.fingerprint)
      expect(fingerprintOf(space.encryptionCert)).to.equal(space.encryptionFingerprint)
      expect(shortForm(space.fingerprint)).to.equal(space.shortForm)
    }
  })
})
