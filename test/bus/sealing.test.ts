import { expect } from 'chai'
import { newSealingKey, openWith, sealFor } from '#bus/sealing.ts'

describe('A sealed text', () => {
  const key = newSealingKey()

  it('opens with its key', () => {
    const text = 'pässword\n"with" all\0kinds'

    expect(openWith(key, sealFor(key, text))).to.equal(text)
  })

  it('shows nothing of what is in it, not even that it is the same', () => {
    const sealed = sealFor(key, 'password')

    expect(Buffer.from(sealed, 'base64').includes('password')).to.equal(false)
    expect(sealFor(key, 'password')).to.not.equal(sealed)
  })

  it('does not open with another key', () => {
    const sealed = sealFor(key, 'password')

    expect(() => openWith(newSealingKey(), sealed)).to.throw('sealed with another key')
  })

  it('does not open when a byte of it was changed, or cut off', () => {
    const bytes = Buffer.from(sealFor(key, 'password'), 'base64')
    const changed = Buffer.from(bytes)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1

    expect(() => openWith(key, changed.toString('base64'))).to.throw('was changed')
    expect(() => openWith(key, bytes.subarray(0, -1).toString('base64'))).to.throw('was changed')
    expect(() => openWith(key, '')).to.throw('was changed')
  })
})
