import { expect } from 'chai'
import { originOf } from '#domain/bundle/origin.ts'
import { writeBundle } from '#domain/bundle/write.ts'
import {
  bundleOf,
  codeOf,
  contextOf,
  makeSpace,
  partsOf,
  type Space,
  trustIn,
  verified,
} from '../../support/bundles.ts'

describe('A release that comes through several spaces', () => {
  let dev: Space
  let test: Space
  let prod: Space

  before(async () => {
    dev = await makeSpace('Dev Space')
    test = await makeSpace('Test Space')
    prod = await makeSpace('Prod Space')
  })

  /** As the space in the middle has received it. */
  async function received() {
    const { manifestBytes, jws } = await writeBundle(partsOf(dev, test))
    return { manifest: manifestBytes, jws }
  }

  /** From the space in the middle to the last one. */
  async function onward(origin: unknown, changes: object = {}) {
    const parts = partsOf(test, prod)
    return bundleOf({ ...parts, facts: { ...parts.facts, ...changes, origin: origin as never } })
  }

  const requiring = () => trustIn(test, { RequireOrigin: true })

  it('names the first of them', async () => {
    const bundle = await onward(originOf(await received()))

    const { origin } = await verified(bundle, contextOf(prod, [requiring(), trustIn(dev)]))

    expect(origin?.manifest.source.space).to.equal('Dev Space')
    expect(origin?.trust?.Fingerprint).to.equal(dev.fingerprint)
  })

  it('names the first of them however long the way is', async () => {
    const parts = partsOf(test, prod)
    const origin = originOf(await received())
    const second = await writeBundle({ ...parts, facts: { ...parts.facts, origin } })

    const passedOn = originOf({ manifest: second.manifestBytes, jws: second.jws })

    expect(passedOn).to.deep.equal(origin)
  })

  it('is only said to come from there where that space is not trusted', async () => {
    const bundle = await onward(originOf(await received()))

    const { origin } = await verified(bundle, contextOf(prod, [trustIn(test)]))

    expect(origin?.manifest.source.space).to.equal('Dev Space')
    expect(origin?.trust).to.equal(null)
  })

  it('is refused without the first one where that is required', async () => {
    const bundle = await onward(null)

    expect(await codeOf(verified(bundle, contextOf(prod, [requiring()])))).to.equal('OriginMissing')
  })

  it('is refused where the first one must be trusted, and is not, or no longer', async () => {
    const bundle = await onward(originOf(await received()))
    const revoked = trustIn(dev, { State: 'Revoked' })

    expect(await codeOf(verified(bundle, contextOf(prod, [requiring()])))).to.equal(
      'OriginNotTrusted',
    )
    expect(await codeOf(verified(bundle, contextOf(prod, [requiring(), revoked])))).to.equal(
      'OriginNotTrusted',
    )
  })

  it('is refused when the first signature does not hold, or is for another release', async () => {
    const origin = originOf(await received())
    const changed = { ...origin, manifest: origin.manifest.replace('My Project', 'My_Project') }
    const trusts = [trustIn(test), trustIn(dev)]
    const release = { id: 'Releases-92', version: '1.4.3', channel: 'Default' }
    const refusal = async (bundle: Promise<Buffer>) =>
      codeOf(verified(await bundle, contextOf(prod, trusts)))

    expect(await refusal(onward(changed))).to.equal('BadSignature')
    expect(await refusal(onward(origin, { release }))).to.equal('OriginNotTrusted')
    expect(await refusal(onward({ ...origin, manifest: '{}' }))).to.equal('UnsupportedSchema')
  })
})
