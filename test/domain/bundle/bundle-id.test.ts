import { expect } from 'chai'
import { bundleIdOf } from '#domain/bundle/bundle-id.ts'

describe('The id of a bundle', () => {
  it('is a UUID of version 7 with its time in front', () => {
    const id = bundleIdOf(0x017f22e279b0, Buffer.alloc(10, 0xff))

    expect(id).to.equal('017f22e2-79b0-7fff-bfff-ffffffffffff')
  })

  it('is sorted by when it was made', () => {
    const random = Buffer.alloc(10, 0xff)

    const ids = [2, 1_000, 1_767_225_600_000].map((now) => bundleIdOf(now, random))

    expect(ids.toSorted()).to.deep.equal(ids)
  })
})
