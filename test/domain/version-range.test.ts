import { expect } from 'chai'
import { preReleaseTagOf } from '#domain/pre-release-tag.ts'
import { compareVersions, versionOrder } from '#domain/version.ts'
import { versionRangeOf } from '#domain/version-range.ts'

/** Whether a version is in a range, as a store finds it: by the text that sorts like it. */
function isIn(version: string, text: string): boolean | null {
  const range = versionRangeOf(text)
  if (!range) return null
  const { from, to } = range
  const order = versionOrder(version)
  const isAbove = !from || order > from.order || (from.isIncluded && order === from.order)
  const isBelow = !to || order < to.order || (to.isIncluded && order === to.order)
  return isAbove && isBelow
}

describe('A range of versions', () => {
  const cases: [range: string, inside: string[], outside: string[]][] = [
    ['[1.0,2.0)', ['1.0', '1.0.0', '1.9.9', '2.0-beta'], ['0.9', '1.0-beta', '2.0', '10.0']],
    ['(1.0,2.0]', ['1.0.1', '2.0', '1.0.0.1'], ['1.0', '2.0.1']],
    ['1.5', ['1.5', '2.0', '100'], ['1.4.9', '1.5-rc']],
    ['(,1.0]', ['0.1', '1.0'], ['1.0.1']],
    ['[1.0,)', ['1.0', '99.0'], ['0.9']],
    ['[1.0]', ['1.0', '1.0.0'], ['1.0.1', '1.0-a']],
    [' [ 1.0 , 2.0 ] ', ['1.5'], ['2.1']],
    ['', ['0.1', '1.0-a'], []],
  ]
  for (const [range, inside, outside] of cases) {
    it(`${range || 'of nothing'} has what it says and no more`, () => {
      expect(inside.filter((version) => !isIn(version, range))).to.deep.equal([])
      expect(outside.filter((version) => isIn(version, range))).to.deep.equal([])
    })
  }

  for (const text of ['(1.0)', '[a,b]', '[1.0', '1.0,2.0', '(,)', '[1.0,2.0,3.0]', '[]', 'x']) {
    it(`is not '${text}'`, () => {
      expect(versionRangeOf(text)).to.equal(null)
    })
  }
})

describe('The order of versions as texts', () => {
  it('is the order of the versions', () => {
    const inOrder = [
      ...['no version', '0.0.1', '1.0-1', '1.0-2', '1.0-10', '1.0-a', '1.0-a.1', '1.0-a.b'],
      ...['1.0-ab', '1.0-B', '1.0-rc.1', '1.0-rc.2', '1.0-rc.10', '1.0', '1.0.0.1', '1.0.2'],
      ...['1.0.10', '1.2', '1.10', '2.0-0', '2.0', '10.0', '100.0', `${'9'.repeat(150)}.0`],
    ]
    const shuffled = inOrder.toSorted((a, b) => a.length - b.length || (a < b ? 1 : -1))

    const byText = shuffled.toSorted((a, b) => (versionOrder(a) < versionOrder(b) ? -1 : 1))

    expect(byText).to.deep.equal(inOrder)
    expect(shuffled.toSorted(compareVersions)).to.deep.equal(inOrder)
  })

  it('is the same for versions that are the same', () => {
    for (const [a, b] of [
      ['1.0', '01.0.0'],
      ['1.0-B', '1.0-b'],
      ['1.0+a', '1.0+b'],
    ] as const) {
      expect(versionOrder(a)).to.equal(versionOrder(b))
    }
  })
})

describe('A pre-release tag', () => {
  const cases: [tag: string, version: string, fits: boolean][] = [
    ['', '1.0-beta', true],
    ['^$', '1.0', true],
    ['^$', '1.0-beta', false],
    ['^beta', '1.0-BETA.2', true],
    ['^beta', '1.0-alpha', false],
    ['^(|rc.*)$', '1.0', true],
    ['^(|rc.*)$', '1.0-rc.1', true],
    ['^[^\\+].*', '1.0-x', true],
    ['^[^\\+].*', '1.0', false],
  ]
  for (const [tag, version, fits] of cases) {
    it(`'${tag}' ${fits ? 'takes' : 'leaves'} ${version}`, () => {
      expect(preReleaseTagOf(tag)?.(version)).to.equal(fits)
    })
  }

  it('is no pattern that cannot be read', () => {
    for (const text of ['(', '[', '*', 'a'.repeat(501)]) {
      expect(preReleaseTagOf(text)).to.equal(null)
    }
  })

  it('takes no time, whatever is written in it', () => {
    const version = `1.0-${'a'.repeat(190)}.1`
    const before = performance.now()

    expect(preReleaseTagOf('^(a+)+$')?.(version)).to.equal(false)

    expect(performance.now() - before).to.be.lessThan(1_000)
  })
})
