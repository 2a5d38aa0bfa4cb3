import { X509Certificate } from 'node:crypto'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { FlattenedEncrypt } from 'jose'
import { sha256Of } from '#domain/bundle/content-digest.ts'
import type { SmallFile } from '#domain/bundle/write-container.ts'
import {
  bundleOf,
  CANARY,
  codeOf,
  contextOf,
  looseBundle,
  makeSpace,
  partsOf,
  type Space,
  tightBundle,
  trustIn,
  verified,
} from '../../support/bundles.ts'

const SECRETS = 'secrets.jwe'

describe("A bundle's secrets", () => {
  let dev: Space
  let prod: Space
  let other: Space

  before(async () => {
    dev = await makeSpace('DevTest Space')
    prod = await makeSpace('Prod Space')
    other = await makeSpace('Other Space')
  })

  const secretsOf = (files: SmallFile[]) =>
    files.find(({ name }) => name === SECRETS)?.bytes ?? Buffer.alloc(0)

  /** The bundle with other secrets, which its sender has signed. */
  async function withSecrets(bytes: Uint8Array) {
    const { manifest, files } = await looseBundle(partsOf(dev, prod))
    const entry = { name: SECRETS, size: bytes.length, sha256: sha256Of(bytes) }
    return tightBundle(
      {
        manifest: {
          ...manifest,
          entries: manifest.entries.map((one) => (one.name === SECRETS ? entry : one)),
        },
        files: files.map((one) => (one.name === SECRETS ? { name: SECRETS, bytes } : one)),
      },
      { signer: dev },
    )
  }

  const refusal = async (bytes: Uint8Array) =>
    codeOf(verified(await withSecrets(bytes), contextOf(prod, [trustIn(dev)])))

  const own = () => ({
    alg: 'ECDH-ES+A256KW',
    enc: 'A256GCM',
    kid: prod.encryptionFingerprint,
    bid: partsOf(dev, prod).facts.bundleId,
  })

  const plain = (changes: object = {}) => ({
    bundleId: partsOf(dev, prod).facts.bundleId,
    source: dev.fingerprint,
    target: prod.fingerprint,
    values: [{ path: 'variables/Variables-2', value: CANARY }],
    ...changes,
  })

  const encrypted = (header: object, content: object) =>
    encryptedText(header, JSON.stringify(content))

  async function encryptedText(header: object, content: string) {
    const jwe = await new FlattenedEncrypt(Buffer.from(content))
      .setProtectedHeader(header as never)
      .setKeyManagementParameters({
        apu: Buffer.from(dev.fingerprint, 'hex'),
        apv: Buffer.from(prod.fingerprint, 'hex'),
      })
      .encrypt(new X509Certificate(prod.encryptionCert).publicKey)
    return Buffer.from(JSON.stringify(jwe))
  }

  it('are no part of a bundle that has none', async () => {
    const { manifest } = await looseBundle({ ...partsOf(dev, prod), secrets: [] })

    const bundle = await bundleOf({ ...partsOf(dev, prod), secrets: [] })
    const { opened } = await verified(
      bundle,
      contextOf(prod, [trustIn(dev)], { encryptionKeys: [] }),
    )

    expect(manifest.entries.map(({ name }) => name)).not.to.include(SECRETS)
    expect(opened?.content.secrets).to.deep.equal([])
  })

  it('cannot be taken from one bundle into another, though its sender signs it', async () => {
    const facts = { ...partsOf(dev, prod).facts, bundleId: '019ac5f0-0000-7000-8000-0000000000ff' }
    const { files } = await looseBundle({ ...partsOf(dev, prod), facts })

    expect(await refusal(secretsOf(files))).to.equal('SecretsMismatch')
  })

  it('are refused when what is inside says another bundle, sender or target than what is outside', async () => {
    const inner = [
      { bundleId: '019ac5f0-0000-7000-8000-0000000000ff' },
      { source: other.fingerprint },
      { target: other.fingerprint },
    ]

    const answers = await Promise.all(
      inner.map(async (changes) => refusal(await encrypted(own(), plain(changes)))),
    )

    expect(answers).to.deep.equal(Array(3).fill('SecretsMismatch'))
    expect(await refusal(await encrypted({ ...own(), bid: 'another' }, plain()))).to.equal(
      'SecretsMismatch',
    )
  })

  it('are refused by any other algorithm, and with a header that nobody knows', async () => {
    const headers = [
      { ...own(), alg: 'ECDH-ES' },
      { ...own(), alg: 'ECDH-ES+A128KW' },
      { ...own(), enc: 'A128GCM' },
      { ...own(), enc: 'A256CBC-HS512' },
      { ...own(), cty: 'json' },
    ]

    const answers = await Promise.all(
      headers.map(async (header) => refusal(await encrypted(header, plain()))),
    )

    expect(answers).to.deep.equal([
      // Without an encrypted key, this is of another form already.
      'InvalidContent',
      ...Array(3).fill('CannotDecrypt'),
      'SecretsMismatch',
    ])
  })

  it('are refused in any other form', async () => {
    const jwe = JSON.parse((await encrypted(own(), plain())).toString())
    const { encrypted_key, ...rest } = jwe
    const forms = [
      { ...jwe, unprotected: { alg: 'dir' } },
      { ...jwe, header: { kid: 'x' } },
      { ...rest, recipients: [{ encrypted_key }] },
      rest,
      { ...jwe, protected: Buffer.from('[]').toString('base64url') },
      [],
    ]

    const answers = await Promise.all(
      forms.map((form) => refusal(Buffer.from(JSON.stringify(form)))),
    )

    expect(answers).to.deep.equal([
      ...Array(4).fill('InvalidContent'),
      'SecretsMismatch',
      'InvalidContent',
    ])
  })

  it('cannot be read after a changed tag, key or text, though the sender signs them', async () => {
    const jwe: Record<string, string> = JSON.parse((await encrypted(own(), plain())).toString())
    const changed = ['tag', 'ciphertext', 'iv', 'encrypted_key'].map((name) => {
      const bytes = Buffer.from(jwe[name] ?? '', 'base64url')
      bytes[0] = (bytes[0] as number) ^ 1
      return { ...jwe, [name]: bytes.toString('base64url') }
    })

    const answers = await Promise.all(
      changed.map((form) => refusal(Buffer.from(JSON.stringify(form)))),
    )

    expect(answers).to.deep.equal(Array(4).fill('CannotDecrypt'))
  })

  it('are read with the key before the present one while that is kept, and then no longer', async () => {
    const bundle = await bundleOf(partsOf(dev, prod))
    const present = { fingerprint: other.encryptionFingerprint, key: other.encryptionKey }
    const before = { fingerprint: prod.encryptionFingerprint, key: prod.encryptionKey }
    const withKeys = (encryptionKeys: (typeof present)[]) =>
      verified(bundle, contextOf(prod, [trustIn(dev)], { encryptionKeys }))

    const { opened } = await withKeys([present, before])

    expect(opened?.content.secrets).to.deep.equal(partsOf(dev, prod).secrets)
    expect(await codeOf(withKeys([present]))).to.equal('CannotDecrypt')
  })

  it('are not told by an error, nor by its cause', async () => {
    const wrong = [
      await encrypted(own(), plain({ values: CANARY })),
      await encryptedText(own(), `{"values":[${CANARY}]}`),
    ]

    for (const bytes of wrong) {
      const error = await verified(await withSecrets(bytes), contextOf(prod, [trustIn(dev)])).catch(
        (caught: unknown) => caught,
      )

      expect(error).to.have.property('code', 'InvalidContent')
      expect(inspect(error, { depth: 9, showHidden: true })).not.to.include(CANARY.slice(0, 6))
    }
  })
})
