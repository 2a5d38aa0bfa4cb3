import { expect } from 'chai'
import { frozenReads } from '../../services/deployments/frozen.ts'

describe('What never changes', () => {
  const reading = () => {
    const reads: string[] = []
    const read = (key: string) => async () => {
      reads.push(key)
      return { text: key.repeat(10), list: [{ key }] }
    }
    return { reads, read }
  }

  it('is read once, and can be changed by nobody', async () => {
    const frozen = frozenReads()
    const { reads, read } = reading()

    const [first] = [await frozen('a', read('a')), await frozen('a', read('a'))]

    expect(reads).to.deep.equal(['a'])
    expect(() => first.list.push({ key: 'b' })).to.throw(TypeError)
  })

  it('is kept up to a size: what was asked for last stays', async () => {
    const frozen = frozenReads(100)
    const { reads, read } = reading()
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await frozen(key, read(key))

    expect(reads).to.deep.equal(['a', 'b', 'c', 'b'])
  })

  it('is read again when it could not be read', async () => {
    const frozen = frozenReads()
    const { reads, read } = reading()
    const failed = await frozen('a', () => Promise.reject(new Error('away'))).catch(
      (error) => error,
    )

    await frozen('a', read('a'))

    expect([failed.message, reads]).to.deep.equal(['away', ['a']])
  })
})
