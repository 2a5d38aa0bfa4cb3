import { expect } from 'chai'
import { openContainer } from '#domain/bundle/container.ts'
import { bundleLimits } from '#domain/bundle/limits.ts'
import { memorySource } from '#domain/bundle/source.ts'
import {
  bundleOf,
  codeOf,
  contextOf,
  makeSpace,
  packageOf,
  partsOf,
  type Space,
  trustIn,
  verified,
} from '../../support/bundles.ts'

/** Each file and what is around it, with the codes that a changed byte there may give. */
const codes: Record<string, string[]> = {
  'between the files': ['NotABundle', 'BundleTooLarge'],
  'manifest.json': ['BadSignature'],
  'manifest.jws': ['BadSignature', 'UnknownSender'],
}
const LEAST_POSITIONS = 2_000

describe('A bundle of which one byte was changed', () => {
  let dev: Space
  let prod: Space
  let good: Buffer
  let placeOf: (at: number) => string

  before(async () => {
    dev = await makeSpace('DevTest Space')
    prod = await makeSpace('Prod Space')
    good = await bundleOf({
      ...partsOf(dev, prod),
      packages: [packageOf('one'), packageOf(Buffer.alloc(700, 'two'))],
    })
    placeOf = await placesOf(good)
  })

  it('is refused wherever the byte is, by the code for that place', async () => {
    const context = contextOf(prod, [trustIn(dev)])
    const step = Math.max(1, Math.floor(good.length / LEAST_POSITIONS))
    const met = new Map<string, Set<string>>()

    for (let at = 0; at < good.length; at += step) {
      const code = await codeOf(verified(flipped(good, at), context))
      const place = placeOf(at)
      met.set(place, (met.get(place) ?? new Set()).add(code))
      expect(codes[place] ?? ['DigestMismatch'], `byte ${at}, ${place}`).to.include(code)
    }

    expect(Math.ceil(good.length / step)).to.be.at.least(LEAST_POSITIONS)
    expect(met.size).to.equal(14)
  })

  it('is refused at each byte of all that is not in a file', async () => {
    const context = contextOf(prod, [trustIn(dev)])
    const around = [...good.keys()].filter((at) => placeOf(at) === 'between the files')

    const answers = await Promise.all(
      around.map((at) => codeOf(verified(flipped(good, at), context))),
    )

    expect(around.length).to.be.above(1_000)
    expect(codes['between the files']).to.include.members(answers)
  })

  it('is refused at each byte of the signature', async () => {
    const context = contextOf(prod, [trustIn(dev)])
    const ofSignature = [...good.keys()].filter((at) => placeOf(at) === 'manifest.jws')

    const answers = await Promise.all(
      ofSignature.map((at) => codeOf(verified(flipped(good, at), context))),
    )

    expect(ofSignature.length).to.be.above(500)
    expect(codes['manifest.jws']).to.include.members(answers)
  })

  it('is refused when it was cut off anywhere', async () => {
    const context = contextOf(prod, [trustIn(dev)])
    const lengths = [...good.keys()].filter((at) => at % 61 === 0 || at > good.length - 30)

    const answers = await Promise.all(
      lengths.map((length) => codeOf(verified(good.subarray(0, length), context))),
    )

    expect(new Set(answers)).to.deep.equal(new Set(['NotABundle']))
  })
})

/** A bit of that byte, another one from place to place. */
function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] as number) ^ (1 << (at % 8))
  return changed
}

async function placesOf(bytes: Buffer): Promise<(at: number) => string> {
  const container = await openContainer(memorySource(bytes), {
    kind: 'bundle',
    limits: bundleLimits,
  })
  const places: { name: string; from: number; to: number }[] = []
  let after = 0
  for (const name of container.sizes.keys()) {
    const content = Buffer.from(await container.read(name))
    const from = bytes.indexOf(content, after)
    after = from + content.length
    places.push({ name, from, to: after })
  }
  return (at) => places.find(({ from, to }) => at >= from && at < to)?.name ?? 'between the files'
}
