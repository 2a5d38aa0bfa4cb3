import { expect } from 'chai'
import {
  checkKeys,
  fingerprintOf,
  newKeys,
  type Party,
  partyOf,
  publicOf,
  readSigned,
  sealed,
  signed,
  unsealed,
} from '#bus/messages.ts'

describe('A message', () => {
  let server: Party
  let worker: Party
  let other: Party

  before(async () => {
    const keys = await Promise.all([newKeys(), newKeys(), newKeys()])
    const [one, two, three] = await Promise.all(keys.map(partyOf))
    if (!one || !two || !three) throw new Error('Three parties are needed.')
    server = one
    worker = two
    other = three
  })

  const fault = (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error: Error) => error,
    )
  const between = () => ({ from: server, to: worker.keys })

  it('arrives as it was sent', async () => {
    const text = await sealed('order', { runId: 'a.1.1' }, between())

    const message = await unsealed('order', text, { from: server.keys, to: worker })

    expect(message).to.deep.equal({ runId: 'a.1.1' })
  })

  it('shows nothing of itself on its way', async () => {
    const text = await sealed('order', { secret: 'canary-in-a-mine' }, between())

    const parts = text.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    expect(parts.join('')).to.not.contain('canary')
  })

  it('is read by nobody else', async () => {
    const text = await sealed('order', {}, between())

    const error = await fault(unsealed('order', text, { from: server.keys, to: other }))

    expect(error).to.be.an('error')
  })

  it('of another is not believed', async () => {
    const text = await sealed('order', {}, { from: other, to: worker.keys })

    const error = await fault(unsealed('order', text, { from: server.keys, to: worker }))

    expect(error).to.be.an('error')
  })

  it('for one thing is not taken for another', async () => {
    const text = await sealed('batch', {}, between())

    const error = await fault(unsealed('order', text, { from: server.keys, to: worker }))

    expect(error?.message).to.contain('order')
  })

  it('that was changed anywhere is refused', async () => {
    const text = await sealed('order', { runId: 'a.1.1' }, between())
    const spoilt = [...text].flatMap((letter, at) => {
      // The last letter of a part may have bits that stand for nothing.
      if (at % 37 !== 0 || letter === '.' || !/[\w-]/.test(text.charAt(at + 1))) return []
      return `${text.slice(0, at)}${letter === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
    })

    const errors = await Promise.all(
      spoilt.map((one) => fault(unsealed('order', one, { from: server.keys, to: worker }))),
    )

    expect(errors.filter((error) => error === null)).to.have.lengthOf(0)
    expect(errors.length).to.be.greaterThan(10)
  })

  it('names no algorithm of its own', async () => {
    const [, payload] = (await signed('alive', { worker: 'x' }, worker)).split('.')
    const header = Buffer.from('{"alg":"none","typ":"alive"}').toString('base64url')

    const error = await fault(readSigned('alive', `${header}.${payload}.`, worker.keys))

    expect(error).to.be.an('error')
  })

  it('is as large as its text needs, and not a half more', async () => {
    const text = await sealed('batch', { text: 'x'.repeat(100_000) }, between())

    expect(text.length).to.be.below(136_000)
  })

  it('signed alone can be read by all', async () => {
    const text = await signed('alive', { beat: 1 }, worker)

    expect(await readSigned('alive', text, worker.keys)).to.deep.equal({ beat: 1 })
  })
})

describe('The keys of a party', () => {
  it('have one fingerprint, whether secret or public', async () => {
    const keys = await newKeys()

    const { fingerprint } = await partyOf(keys)

    expect(fingerprint).to.match(/^[0-9A-F]{40}$/)
    expect(await fingerprintOf(publicOf(keys))).to.equal(fingerprint)
    expect(await fingerprintOf(publicOf(await newKeys()))).to.not.equal(fingerprint)
  })

  it('lose their secret part when they are made public', async () => {
    const shown = JSON.stringify(publicOf(await newKeys()))

    expect(shown).to.not.contain('"d"')
  })

  it('of another kind are refused', async () => {
    const { signing } = publicOf(await newKeys())

    for (const encryption of [
      {},
      { kty: 'oct', k: 'AAAA' },
      { ...signing, crv: 'P-384' },
      { ...signing, x: 'AAAA' },
    ]) {
      let error: unknown = null
      await checkKeys({ signing, encryption }).catch((reason) => {
        error = reason
      })
      expect(error, JSON.stringify(encryption)).to.not.equal(null)
    }
  })
})
