// @peculiar/x509 cannot be loaded without it.
import 'reflect-metadata'
import { createPrivateKey, webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { expect } from 'chai'
import { CompactSign, FlattenedSign, type JWSHeaderParameters } from 'jose'
import { BundleError } from '#domain/bundle/errors.ts'
import { fingerprintOf, makeIdentity, type SpaceIdentity } from '#domain/bundle/identity.ts'
import { readIdentityDocument, writeIdentityDocument } from '#domain/bundle/identity-document.ts'

const now = new Date('2026-03-01T12:00:00Z')
const facts = {
  spaceName: 'Prod Space',
  serverName: 'tako.example',
  serverUrl: 'https://tako.example',
  issuedAt: now.toISOString(),
}

describe('An identity document', () => {
  let identity: SpaceIdentity
  let stranger: SpaceIdentity

  before(async () => {
    identity = await makeIdentity({ spaceName: 'Prod Space', serverName: 'tako.example', now })
    stranger = await makeIdentity({ spaceName: 'Prod Space', serverName: 'tako.example', now })
  })

  it('tells who the space is, and by which fingerprint people know it', async () => {
    const text = await writeIdentityDocument(identity, facts)

    const read = await readIdentityDocument(text, now)

    const { identityCert, encryptionCert } = identity
    expect(read).to.deep.include({ ...facts, fingerprint: fingerprintOf(identityCert) })
    expect(read.encryptionCert.trim()).to.equal(encryptionCert.trim())
    expect(text).not.to.include('PRIVATE')
  })

  it('keeps what a later version adds out of what it tells', async () => {
    const text = await signed({ ...payload(), colour: 'red' })

    expect(await readIdentityDocument(text, now)).not.to.have.property('colour')
  })

  it('is refused when any letter of it is changed', async () => {
    const text = await writeIdentityDocument(identity, facts)
    const { payload, protected: header, signature } = JSON.parse(text)

    for (const place of [4, 40, 400, payload.length - 40]) {
      const broken = { payload: changed(payload, place), protected: header, signature }
      const code = await codeOf(JSON.stringify(broken))
      expect(code).to.match(/BadSignature|NotAnIdentity|InvalidCertificate|UnsupportedSchema/)
    }
    const forged = { payload, protected: header, signature: changed(signature, 5) }
    expect(await codeOf(JSON.stringify(forged))).to.equal('BadSignature')
  })

  it('is believed by no other key and no other algorithm', async () => {
    const kid = fingerprintOf(identity.identityCert)
    const certificate = Buffer.from(identity.identityCert)

    expect(await codeOf(await signed(payload(), { kid }, stranger))).to.equal('BadSignature')
    expect(await codeOf(await signed(payload(), { kid: 'other' }))).to.equal('BadSignature')
    expect(await codeOf(await signedBy(certificate, { alg: 'HS256' }))).to.equal('BadSignature')
    const unsigned = { payload: payload64(), protected: header64({ alg: 'none' }), signature: '' }
    expect(await codeOf(JSON.stringify(unsigned))).to.equal('BadSignature')
  })

  it('is refused with the certificate of another space in it', async () => {
    const lent = { ...payload(), encryptionCert: stranger.encryptionCert }
    const swapped = { ...payload(), encryptionCert: identity.identityCert }
    const two = { ...payload(), identityCert: identity.identityCert + stranger.identityCert }

    for (const one of [lent, swapped, two, { ...payload(), identityCert: 'no PEM' }]) {
      expect(await codeOf(await signed(one))).to.equal('InvalidCertificate')
    }
  })

  it('is refused with keys of another curve, hash or use', async () => {
    const { digitalSignature, keyCertSign } = KeyUsageFlags
    const usual = digitalSignature | keyCertSign
    for (const certificate of [
      await certificateOf({ namedCurve: 'P-384', usage: usual }),
      await certificateOf({ hash: 'SHA-384', usage: usual }),
      await certificateOf({ usage: digitalSignature }),
      await certificateOf({ usage: usual, isCa: false }),
      await certificateOf({}),
    ]) {
      const text = await signed({ ...payload(), identityCert: certificate })
      expect(await codeOf(text)).to.equal('InvalidCertificate')
    }
  })

  it('is refused outside the dates of its certificates, but for two clocks that differ a little', async () => {
    const text = await writeIdentityDocument(identity, facts)

    expect(await codeOf(text, '2027-03-01T12:05:00Z')).to.equal('')
    expect(await codeOf(text, '2027-03-01T12:20:00Z')).to.equal('SenderCertificateExpired')
    expect(await codeOf(text, '2026-03-01T11:55:00Z')).to.equal('')
    expect(await codeOf(text, '2026-03-01T11:00:00Z')).to.equal('IssuedInFuture')
    const early = await writeIdentityDocument(identity, {
      ...facts,
      issuedAt: '2026-03-02T00:00:00Z',
    })
    expect(await codeOf(early)).to.equal('IssuedInFuture')
  })

  it('is told from documents of other kinds and of later forms', async () => {
    expect(await codeOf(await signed({ ...payload(), schema: 'tako/identity@2' }))).to.equal(
      'UnsupportedSchema',
    )
    const receipt = await signed(payload(), { typ: 'tako-receipt+jws' })
    const bundle = await signed({ ...payload(), schema: 'tako/bundle@1' })
    const compact = await new CompactSign(Buffer.from('{}'))
      .setProtectedHeader({ alg: 'ES256' })
      .sign(createPrivateKey(identity.identityKey))
    for (const text of [receipt, bundle, compact, '', '{}', '[]', 'null', '"x"', '{"payload":1}']) {
      expect(await codeOf(text), text).to.equal('NotAnIdentity')
    }
  })

  it('is refused without its names, with names that mislead, and when it is too long', async () => {
    const { spaceName: _, ...nameless } = payload()
    for (const one of [
      nameless,
      { ...payload(), spaceName: ' ' },
      { ...payload(), spaceName: 'Prod\u202eecapS' },
      { ...payload(), serverName: 'x'.repeat(201) },
      { ...payload(), serverUrl: 7 },
      { ...payload(), issuedAt: 'yesterday' },
    ]) {
      expect(await codeOf(await signed(one))).to.equal('NotAnIdentity')
    }
    expect(await codeOf(await signed({ ...payload(), more: 'x'.repeat(70_000) }))).to.equal(
      'NotAnIdentity',
    )
  })

  const payload = () => ({
    schema: 'tako/identity@1',
    ...facts,
    identityCert: identity.identityCert,
    encryptionCert: identity.encryptionCert,
  })
  const payload64 = () => Buffer.from(JSON.stringify(payload())).toString('base64url')
  const usualHeader = () => ({
    alg: 'ES256',
    typ: 'tako-identity+jws',
    kid: fingerprintOf(identity.identityCert),
  })
  const header64 = (more: object) =>
    Buffer.from(JSON.stringify({ ...usualHeader(), ...more })).toString('base64url')

  const signed = (one: object, more: JWSHeaderParameters = {}, by = identity) =>
    signedBy(createPrivateKey(by.identityKey), more, one)

  async function signedBy(
    key: Parameters<FlattenedSign['sign']>[0],
    more: JWSHeaderParameters,
    one: object = payload(),
  ) {
    const jws = await new FlattenedSign(Buffer.from(JSON.stringify(one)))
      .setProtectedHeader({ ...usualHeader(), ...more })
      .sign(key)
    return JSON.stringify(jws)
  }
})

/** '' when it is taken. */
async function codeOf(text: string, at: string | Date = now): Promise<string> {
  try {
    await readIdentityDocument(text, new Date(at))
    return ''
  } catch (error) {
    if (error instanceof BundleError) return error.code
    throw error
  }
}

const changed = (text: string, place: number) =>
  text.slice(0, place) + (text[place] === 'A' ? 'B' : 'A') + text.slice(place + 1)

interface Odd {
  namedCurve?: string
  hash?: string
  usage?: number
  isCa?: boolean
}

/** A self-signed certificate that is not quite what it should be. */
async function certificateOf({ namedCurve = 'P-256', hash = 'SHA-256', usage, isCa = true }: Odd) {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, [
    'sign',
    'verify',
  ])
  const made = await X509CertificateGenerator.createSelfSigned({
    keys,
    name: 'CN=Prod Space',
    signingAlgorithm: { name: 'ECDSA', hash },
    extensions: [
      new BasicConstraintsExtension(isCa, undefined, true),
      ...(usage === undefined ? [] : [new KeyUsagesExtension(usage, true)]),
    ],
  })
  return made.toString('pem')
}
