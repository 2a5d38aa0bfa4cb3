import { expect } from 'chai'
import {
  faultsOfRules,
  namesWithoutPackage,
  ruleFor,
  testRule,
  whyRefused,
} from '#domain/channel-rules.ts'
import { preReleaseTagOf } from '#domain/pre-release-tag.ts'
import { used } from './packages.ts'

const rule = (VersionRange: string, Tag: string, actions: string[] = []) => ({
  VersionRange,
  Tag,
  ActionPackages: actions.map((DeploymentAction) => ({ DeploymentAction, PackageReference: '' })),
})
const fits = (version: string, VersionRange: string, Tag = '') =>
  whyRefused(version, { VersionRange, Tag }) === null
const tagged = (tag: string, versions: string[]) =>
  versions.filter((version) => preReleaseTagOf(tag)?.(version))

describe('A rule of a channel', () => {
  it('takes the versions of its range', () => {
    const versions = ['0.9', '1.0', '1.0.0-beta', '1.5.7.1', '2.0.0-rc.1', '2.0', '02.1']
    const inside = (range: string) => versions.filter((version) => fits(version, range))

    expect(inside('[1.0,2.0)')).to.deep.equal(['1.0', '1.5.7.1', '2.0.0-rc.1'])
    expect(inside('[1.0]')).to.deep.equal(['1.0'])
    expect(inside('1.5')).to.deep.equal(['1.5.7.1', '2.0.0-rc.1', '2.0', '02.1'])
    expect(inside('(1.0,)')).to.deep.equal(['1.5.7.1', '2.0.0-rc.1', '2.0', '02.1'])
    expect(inside('(, 1.0]')).to.deep.equal(['0.9', '1.0', '1.0.0-beta'])
    expect(inside('[2.0.0-alpha.1,2.0.0)')).to.deep.equal(['2.0.0-rc.1'])
    expect(inside('')).to.deep.equal(versions)
  })

  it('takes the versions whose pre-release part and metadata its pattern finds', () => {
    const versions = ['1.0', '1.0+b5', '1.0-beta.1', '1.0-BETA', '1.0-rc', '1.0-rc+b5', '1.0.0.1']

    expect(tagged('^$', versions)).to.deep.equal(['1.0', '1.0.0.1'])
    expect(tagged('^(|\\+.*)$', versions)).to.deep.equal(['1.0', '1.0+b5', '1.0.0.1'])
    expect(tagged('^[^\\+].*', versions)).to.deep.equal(versions.slice(2, 6))
    expect(tagged('^beta', versions)).to.deep.equal(['1.0-beta.1', '1.0-BETA'])
    expect(tagged('b5$', versions)).to.deep.equal(['1.0+b5', '1.0-rc+b5'])
  })

  it('may exclude by looking ahead at the beginning', () => {
    const versions = ['1.0', '1.0-beta.1', '1.0-rc', '1.0-rc.beta', '1.0-alpha']

    expect(tagged('^(?!beta).+', versions)).to.deep.equal(['1.0-rc', '1.0-rc.beta', '1.0-alpha'])
    expect(tagged('^(?!beta)(?!alpha)', versions)).to.deep.equal(['1.0', '1.0-rc', '1.0-rc.beta'])
    expect(tagged('^(?!(al|be).*[)|])(?=.*beta)(beta|rc)', versions)).to.deep.equal([
      '1.0-beta.1',
      '1.0-rc.beta',
    ])
  })

  it('is none with a pattern or a range that cannot be read', () => {
    for (const tag of ['(', '[', '^a(?!b)', '^(?!a)b|c', '(a)\\1', 'a'.repeat(501), '(?<=a)b'])
      expect(preReleaseTagOf(tag), tag).to.equal(null)
    for (const range of ['[', '[1.0', '[1,2,3]', '(1.0)', '[a,b]', '[,]', '1.0 2.0.x'])
      expect(faultsOfRules([rule(range, '')]), range).to.have.lengthOf(1)
  })

  it('takes no time to speak of, whatever its pattern', () => {
    const tag = preReleaseTagOf('^(([a-z]+)+)+$')
    const start = performance.now()

    const isFound = tag?.(`1.0-${'a'.repeat(190)}1`)

    expect(isFound).to.equal(false)
    expect(performance.now() - start).to.be.below(1000)
  })

  it('says what it wants of a version', () => {
    const why = whyRefused('3.0-beta', { VersionRange: '[1,2)', Tag: '^$' })

    expect(why).to.equal('it must be in the range [1,2) and its pre-release part must match ^$')
    expect(whyRefused('latest', { VersionRange: '[1,2)', Tag: '' })).to.include('[1,2)')
  })

  it('can be tried', () => {
    expect(testRule('1.5-beta', { VersionRange: '[1,2)', Tag: '^$' })).to.deep.equal({
      SatisfiesVersionRange: true,
      SatisfiesPreReleaseTag: false,
      IsNull: false,
      Errors: [],
    })
    expect(testRule('', { VersionRange: '', Tag: '' })).to.deep.equal({
      SatisfiesVersionRange: true,
      SatisfiesPreReleaseTag: true,
      IsNull: true,
      Errors: [],
    })
    expect(testRule('x', { VersionRange: '[', Tag: '(' })).to.include({
      SatisfiesVersionRange: false,
      SatisfiesPreReleaseTag: false,
    })
    expect(testRule('x', { VersionRange: '[', Tag: '(' }).Errors).to.have.lengthOf(3)
  })

  it('is about the packages that it names, or about those that none names', () => {
    const [named, general] = [rule('1', '', ['DEPLOY']), rule('2', '')]
    const rules = [general, named]

    expect(ruleFor(rules, used({ action: 'Deploy' }))).to.equal(named)
    expect(ruleFor(rules, used({ action: 'Deploy', name: 'Tools' }))).to.equal(general)
    expect(ruleFor(rules, used({ action: 'Test' }))).to.equal(general)
    expect(ruleFor([named], used({ action: 'Test' }))).to.equal(undefined)
  })

  it('is told where it is about what the process does not have', () => {
    const ActionPackages = [
      { DeploymentAction: 'id-Deploy', PackageReference: '' },
      { DeploymentAction: 'Deploy', PackageReference: 'Tools' },
      { DeploymentAction: 'Gone', PackageReference: '' },
    ]

    const names = namesWithoutPackage([{ ...rule('1', ''), ActionPackages }], [used()])

    expect(names).to.deep.equal(["'Deploy' ('Tools')", "'Gone'"])
  })

  it('is the only one about a package', () => {
    const faults = faultsOfRules([
      rule('1', '', ['Deploy']),
      rule('2', '', ['Deploy']),
      rule('3', ''),
      rule('4', ''),
    ])

    expect(faults).to.deep.equal([
      "Rules: the package of 'Deploy' is in two rules.",
      'Rules: two of them name no packages, and so are about all.',
    ])
  })
})
