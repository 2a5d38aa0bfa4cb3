import { expect } from 'chai'
import { createMasker } from '#domain/masking.ts'

describe('The masking of secrets', () => {
  const cases: [string, string[], string, string][] = [
    ['hides a secret wherever it is', ['s3cret'], 'a s3cret, s3crets', 'a ********, ********s'],
    ['leaves texts of three characters', ['abc'], 'abc', 'abc'],
    ['takes the longest of two that begin alike', ['pass', 'password'], 'password', '********'],
    ['hides secrets that overlap', ['abcdef', 'defghi'], 'xabcdefghix', 'x********x'],
    ['hides a secret that overlaps itself', ['aXaXa'], 'aXaXaXa!', '********!'],
    ['keeps secrets apart that touch', ['abcd'], 'abcdabcd', '****************'],
    ['takes no special characters', ['a.*$&('], 'a.*$&( aXX$&(', '******** aXX$&('],
    [
      'hides each line of one',
      ['first\r\nsecond\nxy'],
      'second, first, xy',
      '********, ********, xy',
    ],
    ['hides a line without its indent', ['  key1\n'], 'key1', '********'],
    ['has nothing to do without secrets', [], 'text', 'text'],
    ['ignores blank secrets', ['      ', ''], 'a      b', 'a      b'],
  ]
  for (const [title, secrets, text, expected] of cases) {
    it(title, () => {
      expect(createMasker(secrets).mask(text)).to.equal(expected)
    })
  }

  it('learns more while it goes on', () => {
    const masker = createMasker(['known'])

    masker.add('learned')

    expect(masker.mask('known learned')).to.equal('******** ********')
    expect(masker.longest()).to.equal(7)
  })

  it('finds where a text may be cut', () => {
    const masker = createMasker(['abcdef', 'xabc'])

    expect(masker.cutBefore(Buffer.from('..xabcdef..'), 5)).to.equal(2)
    expect(masker.cutBefore(Buffer.from('..xabcdef..'), 2)).to.equal(2)
    expect(masker.cutBefore(Buffer.from('..xabcdef..'), 9)).to.equal(9)
  })
})
