import { X509Certificate } from 'node:crypto'
import { expect } from 'chai'
import { CompactEncrypt } from 'jose'
import { bundleLimits } from '#domain/bundle/limits.ts'
import { sealBundle } from '#domain/bundle/sealed.ts'
import { writeBundle } from '#domain/bundle/write.ts'
import {
  codeOf,
  contextOf,
  makeSpace,
  packageOf,
  partsOf,
  type Space,
  trustIn,
  verified,
} from '../../support/bundles.ts'

describe('A bundle that is encrypted as a whole', () => {
  let dev: Space
  let prod: Space

  before(async () => {
    dev = await makeSpace('DevTest Space')
    prod = await makeSpace('Prod Space')
  })

  const sealed = async (changes: object = {}) =>
    Buffer.from(
      await sealBundle(
        await writeBundle({ ...partsOf(dev, prod), ...changes }),
        prod.encryptionCert,
      ),
    )

  const context = (changes: object = {}) => contextOf(prod, [trustIn(dev)], changes)

  it('is read by its target like any other', async () => {
    const bytes = await sealed()

    const { opened } = await verified(bytes, context())

    expect(opened?.content.documents).to.deep.equal(partsOf(dev, prod).documents)
    expect(opened?.content.secrets).to.deep.equal(partsOf(dev, prod).secrets)
  })

  it('tells nothing to who finds it', async () => {
    const bytes = await sealed()

    const texts = [bytes, Buffer.from(bytes.toString().split('.')[3] ?? '', 'base64url')]

    for (const text of texts) {
      expect(text.includes('My Project')).to.equal(false)
      expect(text.includes('manifest.json')).to.equal(false)
    }
    expect(await codeOf(verified(bytes, context({ encryptionKeys: [] })))).to.equal('CannotDecrypt')
  })

  it('is refused with a changed letter anywhere', async () => {
    const good = await sealed()
    const positions = [...good.keys()].filter((at) => at < 900 || at > good.length - 60)

    const answers = await Promise.all(
      positions.map((at) => {
        const bad = Buffer.from(good)
        bad[at] = (bad[at] as number) ^ (1 << (at % 7))
        return codeOf(verified(bad, context()))
      }),
    )

    expect(['CannotDecrypt', 'NotABundle']).to.include.members(answers)
  })

  it('does not say by itself who has sent it: the signature inside does', async () => {
    const stranger = await makeSpace('Stranger')
    const bytes = await sealBundle(await writeBundle(partsOf(stranger, prod)), prod.encryptionCert)

    expect(await codeOf(verified(bytes, context()))).to.equal('UnknownSender')
  })

  it('holds no packages', async () => {
    expect(await codeOf(sealed({ packages: [packageOf('large')] }))).to.equal('UnsupportedContent')
  })

  it('is not one that grows when it is opened, and is no other encrypted text', async () => {
    const { publicKey } = new X509Certificate(prod.encryptionCert)
    const own = {
      ...{ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: prod.encryptionFingerprint },
      typ: 'tako-bundle+jwe',
    }
    const zip = await sealed()
    const encrypted = async (changes: object) =>
      Buffer.from(
        await new CompactEncrypt(zip).setProtectedHeader({ ...own, ...changes }).encrypt(publicKey),
      )

    expect(await codeOf(verified(await encrypted({ typ: 'JWT' }), context()))).to.equal(
      'CannotDecrypt',
    )
    expect(await codeOf(verified(await encrypted({ zip: 'DEF' }), context()))).to.equal(
      'CannotDecrypt',
    )
    expect(
      await codeOf(
        verified(zip, context({ limits: { ...bundleLimits, totalBytes: 10, signatureBytes: 10 } })),
      ),
    ).to.equal('BundleTooLarge')
  })
})
