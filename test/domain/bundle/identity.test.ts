import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import { SignJWT } from 'jose'
import {
  fingerprintOf,
  isFingerprint,
  makeEncryption,
  makeIdentity,
  shortForm,
} from '#domain/bundle/identity.ts'

const now = new Date('2026-03-01T12:00:00Z')
const wish = { spaceName: 'Prod, "Space" = ü', serverName: 'tako.example', now }

describe('The identity of a space', () => {
  it('is a self-signed key and one for encryption, which it has issued', async () => {
    const made = await makeIdentity(wish)

    const identity = new X509Certificate(made.identityCert)
    const encryption = new X509Certificate(made.encryptionCert)
    expect(identity.verify(identity.publicKey)).to.equal(true)
    expect(encryption.verify(identity.publicKey)).to.equal(true)
    expect(encryption.checkIssued(identity)).to.equal(true)
    expect([identity.ca, encryption.ca]).to.eql([true, false])
    expect(identity.validToDate.toISOString()).to.equal('2029-03-01T12:00:00.000Z')
    expect(encryption.validToDate.toISOString()).to.equal('2027-03-01T12:00:00.000Z')
    expect(identity.subject)
      .to.include('CN=Prod\\, \\"Space\\" = ')
      .and.to.include('O=tako.example')
  })

  it('has private keys that belong to its certificates', async () => {
    const made = await makeIdentity(wish)

    expect(publicOfKey(made.identityKey)).to.equal(publicOfCertificate(made.identityCert))
    expect(publicOfKey(made.encryptionKey)).to.equal(publicOfCertificate(made.encryptionCert))
    await new SignJWT({}).setProtectedHeader({ alg: 'ES256' }).sign(keyOf(made.identityKey))
  })

  it('vouches for no encryption key longer than it holds itself', async () => {
    const made = await makeIdentity(wish)

    const late = { ...wish, now: new Date('2028-12-01T00:00:00Z') }
    const { encryptionCert } = await makeEncryption(made, late)

    const { validToDate } = new X509Certificate(encryptionCert)
    expect(validToDate.toISOString()).to.equal('2029-03-01T12:00:00.000Z')
  })
})

describe('A fingerprint', () => {
  const fingerprint = `00443214c74254b635cf84653a56d7c675be77df${'0'.repeat(24)}`

  it('is the SHA-256 of the certificate as other tools tell it', async () => {
    const { identityCert } = await makeIdentity(wish)

    const told = new X509Certificate(identityCert).fingerprint256
    expect(fingerprintOf(identityCert)).to.equal(told.replaceAll(':', '').toLowerCase())
  })

  it('is read aloud as four groups of four letters and digits', () => {
    expect(shortForm(fingerprint)).to.equal('ABCD-EFGH-IJKL-MNOP')
    expect(shortForm('f'.repeat(64))).to.equal('7777-7777-7777-7777')
  })

  it('is recognized however it was typed, and with the digits that look like its letters', () => {
    for (const typed of ['abcd efgh ijkl mnop', 'ABCDEFGH1JKLMN0P', ` ${fingerprint}\n`]) {
      expect(isFingerprint(typed, fingerprint), typed).to.equal(true)
    }
  })

  it('is no other one, no part of one and not nothing', () => {
    const others = ['', '-', 'ABCD-EFGH-IJKL-MNOQ', 'ABCD-EFGH-IJKL', fingerprint.slice(0, 20)]
    for (const typed of others) expect(isFingerprint(typed, fingerprint), typed).to.equal(false)
  })
})

const keyOf = (pem: string) => createPrivateKey(pem)
const publicOfKey = (pem: string) =>
  createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString()
const publicOfCertificate = (pem: string) =>
  new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'pem' }).toString()
