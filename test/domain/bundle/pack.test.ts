import { buffer } from 'node:stream/consumers'
import { expect } from 'chai'
import { readPack, writePack } from '#domain/bundle/pack.ts'
import { memorySource } from '#domain/bundle/source.ts'
import { verifyBundle } from '#domain/bundle/verify.ts'
import { writeSigned } from '#domain/bundle/write.ts'
import {
  bytesOf,
  codeOf,
  contextOf,
  makeSpace,
  packageOf,
  packFactsOf,
  type Space,
  trustIn,
} from '../../support/bundles.ts'

describe('A package pack', () => {
  let dev: Space
  let prod: Space

  before(async () => {
    dev = await makeSpace('DevTest Space')
    prod = await makeSpace('Prod Space')
  })

  const context = () => contextOf(prod, [trustIn(dev)])

  const written = () =>
    writePack({
      facts: packFactsOf(dev, prod),
      packages: [
        { ...packageOf('the web site'), packageId: 'Web', version: '1.0.0' },
        { ...packageOf('the service'), packageId: 'Service', version: '2.0.0' },
        // The same file under another name.
        { ...packageOf('the web site'), packageId: 'Web.Copy', version: '1.0.0' },
      ],
      signer: dev,
    })

  it('brings packages to a target that lacks them', async () => {
    const bytes = await bytesOf(await written())

    const { manifest, packages } = await readPack(memorySource(bytes), context())
    const contents = packages.map(async (one) => (await buffer(await one.open())).toString())

    expect(manifest.packages.map(({ packageId }) => packageId)).to.deep.equal([
      ...['Web', 'Service', 'Web.Copy'],
    ])
    expect(await Promise.all(contents)).to.have.members(['the web site', 'the service'])
  })

  it('is refused with a changed byte anywhere', async () => {
    const good = await bytesOf(await written())
    const positions = [...good.keys()].filter((at) => at % 3 === 0)

    const answers = await Promise.all(
      positions.map((at) => {
        const bad = Buffer.from(good)
        bad[at] = (bad[at] as number) ^ (1 << (at % 8))
        return codeOf(readPack(memorySource(bad), context()))
      }),
    )

    expect([
      'NotABundle',
      'BadSignature',
      'UnknownSender',
      'DigestMismatch',
      'BundleTooLarge',
    ]).to.include.members(answers)
  })

  it('is refused when it names a package that it has not', async () => {
    const bytes = await bytesOf(
      await writeSigned('pack', {
        facts: {
          ...packFactsOf(dev, prod),
          packages: [{ packageId: 'Web', version: '1.0.0', sha256: 'a'.repeat(64), size: 1 }],
        },
        ...{ files: [], packages: [], signer: dev },
      }),
    )

    expect(await codeOf(readPack(memorySource(bytes), context()))).to.equal('MissingEntry')
  })

  it('is not taken for a bundle', async () => {
    const bytes = await bytesOf(await written())

    expect(await codeOf(verifyBundle(memorySource(bytes), context()))).to.equal('BadSignature')
  })
})
