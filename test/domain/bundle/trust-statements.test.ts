import { expect } from 'chai'
import { fingerprintOf } from '#domain/bundle/identity.ts'
import { writeIdentityDocument } from '#domain/bundle/identity-document.ts'
import {
  readRevocation,
  readRotation,
  writeRevocation,
  writeRotation,
} from '#domain/bundle/trust-statements.ts'
import { codeOf, contextOf, makeSpace, now, type Space, trustIn } from '../../support/bundles.ts'

describe('A statement of new keys', () => {
  let old: Space
  let next: Space
  let prod: Space

  before(async () => {
    old = await makeSpace('DevTest Space')
    next = await makeSpace('DevTest Space')
    prod = await makeSpace('Prod Space')
  })

  const context = (changes: Parameters<typeof trustIn>[1] = {}) =>
    contextOf(prod, [trustIn(old, changes)])

  const documentOf = (space: Space) =>
    writeIdentityDocument(space, {
      spaceName: space.name,
      serverName: 'test',
      issuedAt: now.toISOString(),
    })

  const write = async (changes: object = {}) =>
    writeRotation({ document: await documentOf(next), old, next, now, ...changes })

  it('gives the new identity of a space that is trusted', async () => {
    const { trust, document } = await readRotation(await write(), context())

    expect(trust.Fingerprint).to.equal(old.fingerprint)
    expect(document.fingerprint).to.equal(next.fingerprint)
    expect(fingerprintOf(document.encryptionCert)).to.equal(next.encryptionFingerprint)
  })

  it('is refused when the old key has not signed, or the new one not counter-signed', async () => {
    const stranger = await makeSpace('DevTest Space')
    const text = JSON.parse(await write())
    const [first, second] = text.signatures
    const forms = [
      await write({ old: stranger }),
      await write({ next: stranger }),
      JSON.stringify({ ...text, signatures: [first] }),
      JSON.stringify({ ...text, signatures: [first, first] }),
      JSON.stringify({ ...text, signatures: [second, first] }),
      JSON.stringify({ ...text, signatures: [first, second, second] }),
    ]

    const answers = await Promise.all(forms.map((form) => codeOf(readRotation(form, context()))))

    expect(answers).to.deep.equal([
      ...['UnknownSender', 'BadSignature', 'InvalidContent', 'BadSignature'],
      ...['UnknownSender', 'InvalidContent'],
    ])
  })

  it('is refused when the old identity is trusted no longer, or has expired', async () => {
    const expired = await makeSpace('DevTest Space', new Date('2023-01-01T00:00:00Z'))
    const text = await write({ old: expired })

    expect(await codeOf(readRotation(await write(), context({ State: 'Revoked' })))).to.equal(
      'TrustNotActive',
    )
    expect(await codeOf(readRotation(text, contextOf(prod, [trustIn(expired)])))).to.equal(
      'SenderCertificateExpired',
    )
  })

  it('is refused for the same keys again', async () => {
    const text = await write({ document: await documentOf(old), next: old })

    expect(await codeOf(readRotation(text, context()))).to.equal('InvalidContent')
  })

  it('is refused when it is no such text, or too long', async () => {
    const answers = ['', '{}', '[]', 'x'.repeat(100_000)].map((text) =>
      codeOf(readRotation(text, context())),
    )

    expect(await Promise.all(answers)).to.deep.equal([
      ...Array(3).fill('InvalidContent'),
      'MessageTooLarge',
    ])
  })
})

describe('A statement that trust has ended', () => {
  it('names who has ended it, and why', async () => {
    const [dev, prod] = await Promise.all([makeSpace('DevTest Space'), makeSpace('Prod Space')])
    const letter = { target: prod.fingerprint, reason: 'The laptop was stolen.', now }
    const jws = await writeRevocation(letter, dev)

    const { revocation } = await readRevocation(jws, contextOf(prod, [trustIn(dev)]))

    expect(revocation).to.deep.include({
      ...{ source: dev.fingerprint, target: prod.fingerprint, reason: 'The laptop was stolen.' },
    })
    expect(await codeOf(readRevocation(jws, contextOf(dev, [trustIn(dev)])))).to.equal(
      'WrongTarget',
    )
    expect(await codeOf(readRevocation(jws, contextOf(prod, [trustIn(prod)])))).to.equal(
      'UnknownSender',
    )
  })
})
