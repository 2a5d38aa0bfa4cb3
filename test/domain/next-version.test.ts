import { expect } from 'chai'
import {
  defaultTemplate,
  type NextVersionFor,
  nextVersion,
  resolveMask,
} from '#domain/next-version.ts'

const now = new Date('2026-11-23T01:02:03Z')
const next = (about: Partial<NextVersionFor> = {}) =>
  nextVersion({ template: defaultTemplate, last: null, now, ...about })

describe('The version of the next release', () => {
  it('is 0.0.1, and then one more', () => {
    expect(next()).to.equal('0.0.1')
    expect(next({ last: '0.0.1' })).to.equal('0.0.2')
    expect(next({ last: '5.0.0' })).to.equal('5.0.1')
    expect(next({ last: '1.2' })).to.equal('1.2.1')
    expect(next({ last: 'DeleteMe' })).to.equal('0.0.1')
  })

  it('is as its template says', () => {
    const template = (text: string, about: Partial<NextVersionFor> = {}) =>
      next({ template: text, last: '1.2.3.4-beta.5', ...about })
    expect(template('#{Octopus.Version.NextMajor}.0.0')).to.equal('2.0.0')
    expect(template('1.0.0.#{Octopus.Version.NextRevision}')).to.equal('1.0.0.5')
    expect(template('1.0-#{octopus.version.nextsuffix}')).to.equal('1.0-beta.6')
    expect(template('#{Octopus.Date.Year}.#{Octopus.Date.DayOfYear}')).to.equal('2026.327')
    expect(template('1.0.#{Octopus.Time.Hour}')).to.equal('1.0.1')
    expect(
      template('#{Mine}', { lookup: (name) => (name === 'Mine' ? '9.9' : undefined) }),
    ).to.equal('9.9')
  })

  it('may follow the last one of its channel', () => {
    const about = { last: '9.0.0', lastInChannel: '1.0.1', channelName: 'Beta' }
    const of = (template: string) => next({ ...about, template })
    expect(of('1.0.#{Octopus.Version.Channel.NextPatch}')).to.equal('1.0.2')
    expect(of('1.0.#{Octopus.Version.Channel[Beta].NextPatch}')).to.equal('1.0.2')
    expect(of('1.0.0-#{Octopus.Release.Channel.Name}')).to.equal('1.0.0-Beta')
  })
})

describe('A mask', () => {
  it('counts on from the latest version with its fixed parts', () => {
    const versions = ['2.1.4.7', '2.1.4.6', '2.0.9.9', '3.0.0.0']
    expect(resolveMask('2.1.c.i', versions)).to.equal('2.1.4.8')
    expect(resolveMask('2.i', ['2.1', '2.10', '2.9'])).to.equal('2.11')
    expect(resolveMask('1.0.0-beta.i', ['1.0.0-beta.9', '1.0.0'])).to.equal('1.0.0-beta.10')
  })

  it('begins at 0, and again after what has grown', () => {
    expect(resolveMask('4.i', [])).to.equal('4.0')
    expect(resolveMask('2.i.i', ['2.1.7'])).to.equal('2.2.0')
    expect(resolveMask('2.i.c', ['2.1.7'])).to.equal('2.2.0')
  })

  it('is no mask when it is a version or a text', () => {
    for (const text of ['1.0.0', 'ice', '1.0.0-rc', 'i'])
      expect(resolveMask(text, ['1.0.0'])).to.equal(text)
  })
})
