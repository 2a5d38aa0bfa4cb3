import { expect } from 'chai'
import fc from 'fast-check'
import {
  compareVersions,
  faultOfVersion,
  isSameVersion,
  latestOf,
  versionKey,
} from '#domain/version.ts'

const ascending = [
  ...['text', '0.0.1-alpha', '0.0.1', '1.0.0-1', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-beta.9'],
  ...['1.0.0-beta.10', '1.0.0-rc', '1.0.0', '1.0.0.1', '1.4.9', '1.4.10', '2', '2016.1.2'],
]

describe('A version', () => {
  it('is any text without illegal characters', () => {
    for (const text of ['0.0.1', '5.0', 'DeleteMe5.0', '2016.01.02', '1.0.0-pre.1+meta', '1.2.3.4'])
      expect(faultOfVersion(text), text).to.equal(null)
    for (const text of ['', '1 0', '1/0', '..', '-1', '<b>', '1.0\n', 'x'.repeat(350)])
      expect(faultOfVersion(text), text).to.be.a('string')
    expect(faultOfVersion(`1.0.0-${'x'.repeat(343)}`)).to.equal(null)
  })

  it('is the same however many zeros are written', () => {
    expect(isSameVersion('1.0', '1.0.0')).to.equal(true)
    expect(isSameVersion('2016.01.02', '2016.1.2')).to.equal(true)
    expect(isSameVersion('1.0.0-BETA', '1.0-beta')).to.equal(true)
    expect(isSameVersion('1.0.0', '1.0.0-beta')).to.equal(false)
    expect(isSameVersion('1.0.0+a', '1.0.0+b')).to.equal(false)
    expect(isSameVersion('DeleteMe', 'deleteme')).to.equal(true)
    expect(versionKey('01.0')).to.equal('1.0.0.0')
  })

  it('comes after those lower, by number and not by text', () => {
    const shuffled = ascending.toReversed().toSorted(compareVersions)
    expect(shuffled).to.deep.equal(ascending)
    expect(latestOf(ascending)).to.equal('2016.1.2')
    expect(latestOf([])).to.equal(undefined)
    expect(compareVersions('1.0.0+a', '1.0.0+b')).to.equal(0)
  })

  it('has an order: of two, one is first, and the other way round', () => {
    const part = fc.constantFrom('0', '1', '01', '10', 'a', 'B')
    const any = fc
      .tuple(fc.array(part, { minLength: 1, maxLength: 5 }), fc.array(part, { maxLength: 3 }))
      .map(([numbers, suffix]) => [numbers.join('.'), ...suffix].join('-'))
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).to.equal(0 - Math.sign(compareVersions(b, a)))
        const [first, second, third] = [a, b, c].toSorted(compareVersions)
        if (first === undefined || second === undefined || third === undefined) return
        expect(compareVersions(first, third)).to.be.at.most(0)
        if (isSameVersion(a, b)) expect(compareVersions(a, b)).to.equal(0)
      }),
    )
  })
})
