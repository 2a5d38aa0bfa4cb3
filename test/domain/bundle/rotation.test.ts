import { expect } from 'chai'
import { BundleError } from '#domain/bundle/errors.ts'
import { fingerprintOf, makeIdentity, type SpaceIdentity } from '#domain/bundle/identity.ts'
import { writeIdentityDocument } from '#domain/bundle/identity-document.ts'
import { followRotations, isRotations, writeRotations } from '#domain/bundle/rotation.ts'
import { writeRotation } from '#domain/bundle/trust-statements.ts'

const now = new Date('2026-03-01T12:00:00Z')
const issuedAt = now.toISOString()
const wish = { spaceName: 'Prod Space', serverName: 'tako.example', now }

describe('A file of rotations', () => {
  let [first, second, third]: SpaceIdentity[] = []

  before(async () => {
    ;[first, second, third] = await Promise.all([1, 2, 3].map(() => makeIdentity(wish)))
  })

  it('leads from the identity that is trusted to the new one', async () => {
    const file = writeRotations([await rotation(first, second)])

    const followed = await followRotations(file, first?.identityCert ?? '', now)

    expect(followed.fingerprint).to.equal(fingerprintOf(second?.identityCert ?? ''))
    expect(followed.encryptionCert.trim()).to.equal(second?.encryptionCert.trim())
    expect(isRotations(file)).to.equal(true)
    expect(file).not.to.include('PRIVATE')
  })

  it('leads over several, from wherever one is', async () => {
    const file = writeRotations([await rotation(first, second), await rotation(second, third)])

    for (const pinned of [first, second]) {
      const followed = await followRotations(file, pinned?.identityCert ?? '', now)
      expect(followed.fingerprint).to.equal(fingerprintOf(third?.identityCert ?? ''))
    }
  })

  it('leads nowhere from an identity that it does not begin with', async () => {
    const file = writeRotations([await rotation(first, second)])

    expect(await codeOf(file, third)).to.equal('WrongIdentity')
    expect(await codeOf(writeRotations([]), first)).to.equal('WrongIdentity')
  })

  it('is refused by itself when it is forged', async () => {
    const good = JSON.parse(await rotation(first, second))
    const forged = JSON.parse(await rotation(third, second))
    const file = writeRotations([JSON.stringify({ ...good, signatures: forged.signatures })])

    expect(await codeOf(file, first)).to.equal('UnknownSender')
  })

  it('leads no further from an identity that has ended', async () => {
    const file = writeRotations([await rotation(first, second)])

    const later = new Date('2029-03-02T00:00:00Z')
    expect(await codeOf(file, first, later)).to.equal('SenderCertificateExpired')
  })

  it('is told from other things', async () => {
    for (const text of ['', '[]', '{}', '{"rotations":[7]}', '{"rotations":[{"payload":"e30"}]}'])
      expect(await codeOf(text, first), text).to.match(/NotAnIdentity|WrongIdentity/)
    expect(await codeOf(`{"rotations":[${'7,'.repeat(30)}7]}`, first)).to.equal('NotAnIdentity')
  })

  async function rotation(from?: SpaceIdentity, to?: SpaceIdentity) {
    if (!from || !to) throw new Error('Made before each test.')
    const facts = { spaceName: 'Prod Space', serverName: 'tako.example', issuedAt }
    const document = await writeIdentityDocument(to, facts)
    return writeRotation({ document, old: from, next: to, now })
  }
})

async function codeOf(text: string, pinned?: SpaceIdentity, at = now): Promise<string> {
  try {
    await followRotations(text, pinned?.identityCert ?? '', at)
    return ''
  } catch (error) {
    if (error instanceof BundleError) return error.code
    throw error
  }
}
