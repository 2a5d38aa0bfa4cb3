import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import { type CompactJWSHeaderParameters, CompactSign } from 'jose'
import { signDetached } from '#domain/bundle/jws.ts'
import { writeBundle } from '#domain/bundle/write.ts'
import {
  codeOf,
  contextOf,
  type Loose,
  looseBundle,
  makeSpace,
  partsOf,
  type Space,
  tightBundle,
  trustIn,
  verified,
} from '../../support/bundles.ts'

const TYPE = 'tako-bundle+jws'

describe("A bundle's signature", () => {
  let dev: Space
  let prod: Space
  let stranger: Space
  let loose: Loose

  before(async () => {
    dev = await makeSpace('DevTest Space')
    prod = await makeSpace('Prod Space')
    stranger = await makeSpace('DevTest Space')
    loose = await looseBundle(partsOf(dev, prod))
  })

  /** The code for the bundle with this signature, at a target that trusts its sender. */
  const refusal = async (jws: string, trusts = [trustIn(dev)]) =>
    codeOf(verified(await tightBundle(loose, { signer: dev, jws }), contextOf(prod, trusts)))

  const headerOf = (changes: object = {}) => ({
    ...{ alg: 'ES256', typ: TYPE, kid: dev.fingerprint },
    ...changes,
  })

  /** Signed as one likes: the payload left out. */
  async function signed(
    header: CompactJWSHeaderParameters,
    key: Parameters<CompactSign['sign']>[0],
  ) {
    const payload = Buffer.from(JSON.stringify(loose.manifest))
    const jws = await new CompactSign(payload).setProtectedHeader(header).sign(key)
    const [head, , signature] = jws.split('.')
    return `${head}..${signature}`
  }

  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

  it('is refused without an algorithm', async () => {
    const { signature } = await partsOfSignature()

    expect(await refusal(`${encoded(headerOf({ alg: 'none' }))}..`)).to.equal('BadSignature')
    expect(await refusal(`${encoded(headerOf({ alg: 'none' }))}..${signature}`)).to.equal(
      'BadSignature',
    )
    expect(await refusal(`${encoded(headerOf({ alg: undefined }))}..${signature}`)).to.equal(
      'BadSignature',
    )
  })

  it('is refused when the public key was used as a password', async () => {
    const { publicKey, raw } = new X509Certificate(dev.identityCert)
    const secrets = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'spki', format: 'der' }),
      ...[dev.identityCert, raw],
    ]

    const answers = await Promise.all(
      secrets.map(async (secret) =>
        refusal(await signed(headerOf({ alg: 'HS256' }), Buffer.from(secret))),
      ),
    )

    expect(answers).to.deep.equal(Array(4).fill('BadSignature'))
  })

  it('is refused by another algorithm of the same kind of key', async () => {
    const { signature } = await partsOfSignature()

    for (const alg of ['ES384', 'ES512', 'ES256K', 'EdDSA', 'RS256', 'PS256'])
      expect(await refusal(`${encoded(headerOf({ alg }))}..${signature}`)).to.equal('BadSignature')
  })

  it('is refused when a stranger brings his own certificate along', async () => {
    const { raw } = new X509Certificate(stranger.identityCert)
    const x5c = [raw.toString('base64')]
    const jwk = createPublicKey(createPrivateKey(stranger.identityKey)).export({ format: 'jwk' })
    const key = createPrivateKey(stranger.identityKey)

    expect(await refusal(await signed(headerOf({ x5c }), key))).to.equal('BadSignature')
    expect(await refusal(await signed(headerOf({ jwk }), key))).to.equal('BadSignature')
    expect(await refusal(await signed(headerOf({ x5c, kid: stranger.fingerprint }), key))).to.equal(
      'UnknownSender',
    )
  })

  it('is refused when it names the key of another space that is trusted', async () => {
    const trusts = [trustIn(dev), trustIn(stranger)]
    const key = createPrivateKey(stranger.identityKey)
    const own = await signDetached(Buffer.from(JSON.stringify(loose.manifest)), {
      ...{ typ: TYPE, signer: stranger },
    })

    expect(await refusal(await signed(headerOf(), key), trusts)).to.equal('BadSignature')
    expect(
      await refusal(
        await signed(headerOf({ kid: stranger.fingerprint }), createPrivateKey(dev.identityKey)),
        trusts,
      ),
    ).to.equal('BadSignature')
    // By its own key, it still says in the manifest to be the other.
    expect(await refusal(own, trusts)).to.equal('InvalidContent')
  })

  it('is refused when it was made for another use', async () => {
    const key = createPrivateKey(dev.identityKey)

    for (const typ of ['tako-pack+jws', 'tako-receipt+jws', 'JWT', undefined])
      expect(await refusal(await signed(headerOf({ typ }), key))).to.equal('BadSignature')
  })

  it('is refused with a header that must be understood and is not', async () => {
    const { signature } = await partsOfSignature()
    const header = headerOf({ crit: ['exp'], exp: 1 })
    const plain = headerOf({ b64: false, crit: ['b64'] })

    expect(await refusal(`${encoded(header)}..${signature}`)).to.equal('BadSignature')
    expect(await refusal(`${encoded(plain)}..${signature}`)).to.equal('BadSignature')
  })

  it('is refused in any other form', async () => {
    const { header, signature } = await partsOfSignature()
    const payload = encoded(loose.manifest)
    const last = signature.slice(0, -1)
    const forms = [
      `${header}.${payload}.${signature}`,
      `${header}..${signature}.`,
      `${header}..${signature}\n`,
      `${header}..${signature}=`,
      `${header}.${signature}`,
      `${header}..`,
      `..${signature}`,
      '..',
      'not a signature',
      JSON.stringify({ protected: header, signature }),
      // Other letters for the same bytes: the last one has two bits that say nothing.
      ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `${header}..${last}${letter}`),
    ].filter((form) => form !== loose.jws)

    const answers = await Promise.all(forms.map((form) => refusal(form)))

    expect(new Set(answers)).to.deep.equal(new Set(['BadSignature']))
  })

  it('is missing when there is nothing', async () => {
    expect(await refusal('')).to.equal('SignatureMissing')
  })

  it('is one of an ECDSA key on P-256, whatever else is signed', async () => {
    const { jws } = await writeBundle(partsOf(dev, prod))

    const header = JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString())

    expect(header).to.deep.include({ alg: 'ES256', typ: TYPE, kid: dev.fingerprint })
    expect(header.x5c).to.have.length(1)
  })

  const partsOfSignature = async () => {
    const [header = '', , signature = ''] = loose.jws.split('.')
    return { header, signature }
  }
})
