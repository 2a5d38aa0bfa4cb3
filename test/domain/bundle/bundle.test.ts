import { expect } from 'chai'
import { writeBundle } from '#domain/bundle/write.ts'
import {
  bundleOf,
  bytesOf,
  CANARY,
  contextOf,
  makeSpace,
  packageOf,
  partsOf,
  type Space,
  trustIn,
  verified,
} from '../../support/bundles.ts'

describe('A release bundle', () => {
  let dev: Space
  let prod: Space

  before(async () => {
    dev = await makeSpace('DevTest Space')
    prod = await makeSpace('Prod Space')
  })

  it('gives the target all that its sender has put in', async () => {
    const parts = partsOf(dev, prod)

    const { opened, replay, manifest } = await verified(
      await bundleOf(parts),
      contextOf(prod, [trustIn(dev)]),
    )

    expect(manifest.release.version).to.equal('1.4.2')
    expect(replay.kind).to.equal('New')
    expect(opened?.content.documents).to.deep.equal(parts.documents)
    expect(opened?.content.secrets).to.deep.equal(parts.secrets)
    expect([...(opened?.content.modules.values() ?? [])]).to.deep.equal(parts.modules)
  })

  it('has its secrets nowhere in the clear', async () => {
    const written = await writeBundle(partsOf(dev, prod))

    const bytes = await bytesOf(written)

    expect(bytes.includes(CANARY)).to.equal(false)
    expect(bytes.includes(Buffer.from(CANARY).toString('base64url').slice(0, 20))).to.equal(false)
  })

  it('brings packages along, each by its digest', async () => {
    const packages = [packageOf('first'), packageOf('second'), packageOf('first')]
    const written = await writeBundle({ ...partsOf(dev, prod), packages })

    const { opened } = await verified(await bytesOf(written), contextOf(prod, [trustIn(dev)]))

    expect(written.manifest.packagesIncluded).to.equal(true)
    expect(opened?.packages.map(({ sha256 }) => sha256)).to.have.members([
      packages[0]?.sha256,
      packages[1]?.sha256,
    ])
  })

  it('says beforehand how large it is', async () => {
    const written = await writeBundle({
      ...partsOf(dev, prod),
      packages: [packageOf('of some size')],
    })

    const bytes = await bytesOf(written)

    expect(written.size).to.equal(bytes.length)
  })
})
