import { expect } from 'chai'
import { overrideFor, packageOverrideOf, unusedOverrides } from '#domain/package-override.ts'
import { isResolvable, packagesNeeded } from '#domain/package-references.ts'
import { choose, donorAmong, faultsOfWish, selectedFor } from '#domain/package-selection.ts'
import { completeSteps } from '#domain/process-complete.ts'
import { used } from './packages.ts'

const read = (text: string) => {
  const override = packageOverrideOf(text)
  if (typeof override === 'string') throw new Error(override)
  return override
}
const parts = (text: string) => {
  const { owner, reference, version } = read(text)
  return [owner, reference, version]
}

describe('The version of a package in a command', () => {
  it('is read with any of the separators', () => {
    for (const text of ['Acme.Web:1.0', 'Acme.Web/1.0', 'Acme.Web=1.0', ' Acme.Web : 1.0 '])
      expect(parts(text), text).to.deep.equal(['Acme.Web', '', '1.0'])
    expect(parts('Deploy web:Tools=2.0-rc.1+5')).to.deep.equal([
      'Deploy web',
      'Tools',
      '2.0-rc.1+5',
    ])
  })

  it('has a star, or nothing, for any', () => {
    for (const text of ['*:1.0', ':1.0', '*:*:1.0', '::1.0'])
      expect(parts(text), text).to.deep.equal(['', '', '1.0'])
    expect(parts('*:Tools:1.0')).to.deep.equal(['', 'Tools', '1.0'])
  })

  it('has separators in its names after a backslash', () => {
    expect(parts('a\\:b\\/c\\=d\\\\e:1.0')).to.deep.equal(['a:b/c=d\\e', '', '1.0'])
    expect(parts('C\\d:1.0')).to.deep.equal(['C\\d', '', '1.0'])
  })

  it('is refused where it says no package or no version', () => {
    for (const text of ['', '1.0', 'Acme:', 'a:b:c:1.0', ':', 'Acme\\:1.0'])
      expect(packageOverrideOf(text), text).to.be.a('string').that.includes(`'${text}'`)
  })

  it('holds for the package that it says most exactly', () => {
    const web = used({ action: 'Deploy', packageId: 'Acme.Web' })
    const tools = used({ action: 'Deploy', packageId: 'Acme.Tools', name: 'Tools' })
    const version = (one: typeof web, ...texts: string[]) =>
      overrideFor(one, texts.map(read))?.version
    const all = ['*:1', 'Tools:2', 'Acme.Tools:3', 'Deploy:4', '*:Tools:5', 'Acme.Tools:Tools:6']

    expect(version(web, ...all)).to.equal('4')
    expect(version(tools, ...all, 'DEPLOY:tools:7')).to.equal('7')
    expect(version(tools, ...all)).to.equal('6')
    expect(version(tools, ...all.slice(0, 5))).to.equal('5')
    expect(version(tools, ...all.slice(0, 4))).to.equal('4')
    expect(version(tools, ...all.slice(0, 3))).to.equal('3')
    expect(version(tools, ...all.slice(0, 2))).to.equal('2')
    expect(version(tools, '*:1', '*:9')).to.equal('9')
    expect(version(tools, 'Tools:Acme.Tools:8')).to.equal('8')
    expect(version(web, 'Tools:2', 'Other:1', 'Deploy:Tools:3')).to.equal(undefined)
  })

  it('of a package that nobody has is told', () => {
    const overrides = ['Acme.Web:1', 'Acme.Wep:1', '*:2', 'Deploy:Tools:1'].map(read)

    const unused = unusedOverrides(overrides, [used()])

    expect(unused.map(({ text }) => text)).to.deep.equal(['Acme.Wep:1', 'Deploy:Tools:1'])
  })
})

describe('A selection of packages', () => {
  const selected = (ActionName: string, Version: string, PackageReferenceName = '') => ({
    ...{ ActionName, Version, PackageReferenceName, StepName: '' },
  })

  it('prefers what is selected, then what a command says, then what it says for all', () => {
    const packages = ['A', 'B', 'C'].map((action) => used({ action, packageId: action }))
    packages.push(used({ action: 'D', version: '7' }))

    const chosen = choose(packages, {
      selected: [selected('a', '1')],
      overrides: [read('A:2'), read('B:2')],
      defaultVersion: '3',
    })

    expect(chosen.map(({ version }) => version)).to.deep.equal(['1', '2', '3', '7'])
    expect(choose(packages, { selected: [] })[0]?.version).to.equal(null)
  })

  it('finds its action by name, and by the step for older clients', () => {
    const deploy = used({ action: 'Deploy It', step: 'Go' })
    const byStep = (StepName: string) => [{ ...selected('', '1'), StepName }]

    expect(selectedFor(deploy, [selected('deploy it', '2')])?.Version).to.equal('2')
    expect(selectedFor(deploy, byStep('go'))?.Version).to.equal('1')
    expect(selectedFor(deploy, byStep('Deploy It'))?.Version).to.equal('1')
    expect(selectedFor(deploy, [selected('Go', '3')])).to.equal(undefined)
    expect(selectedFor(deploy, [selected('Deploy It', '3', 'Tools')])).to.equal(undefined)
  })

  it('is not that of an action whose slug is the name of another', () => {
    const packages = [used({ action: 'deploy-2' }), used({ action: 'Deploy 2' })]
    const slugged = packages.map((one) => ({ ...one, action: { ...one.action, Slug: 'deploy-2' } }))

    const chosen = choose(slugged, {
      selected: [selected('deploy-2', '1'), selected('Deploy 2', '2')],
    })

    expect(chosen.map(({ version }) => version)).to.deep.equal(['1', '2'])
  })

  it('is at fault where it names no package, or one twice, or one that cannot change', () => {
    const packages = [used(), used({ action: 'Fixed', version: '1.0' })]

    const faults = faultsOfWish(packages, {
      selected: [
        selected('Deploy', '1'),
        selected('deploy', '2'),
        selected('Nothing', '1', 'Tools'),
        selected('Fixed', '2.0'),
      ],
      overrides: [read('Fixed:3.0'), read('*:4.0'), read('Gone:1')],
    })

    expect(faults).to.deep.equal([
      "SelectedPackages: The package 'Acme.Web' of the step 'Deploy' is selected twice.",
      "SelectedPackages: the step 'Nothing' has no package 'Tools'.",
      "SelectedPackages: The package 'Acme.Web' of the step 'Fixed' has the version 1.0 by the process: it cannot have another.",
      "Packages: the process has no package that 'Gone:1' is about.",
      "Packages: The package 'Acme.Web' of the step 'Fixed' has the version 1.0 by the process: it cannot have another.",
    ])
    expect(faultsOfWish(packages, { selected: [selected('Fixed', '1.0')] })).to.deep.equal([])
  })

  it('has the package that numbers the releases, unless a template does', () => {
    const packages = [used(), used({ name: 'Tools' })]
    const none = { Template: null, DonorPackage: null, DonorPackageStepId: null }
    const DonorPackage = { DeploymentAction: 'deploy', PackageReference: 'tools' }

    expect(donorAmong(packages, { ...none, DonorPackage })).to.equal(packages[1])
    expect(donorAmong(packages, { ...none, DonorPackageStepId: 'id-Deploy' })).to.equal(packages[0])
    expect(donorAmong(packages, { ...none, Template: '1.i', DonorPackage })).to.equal(undefined)
    expect(donorAmong(packages, none)).to.equal(undefined)
  })
})

describe('The packages of a process', () => {
  const steps = (...actions: object[]) =>
    completeSteps(
      actions.map((action, at) => ({
        Name: `Step ${at}`,
        Actions: [{ ActionType: 'Octopus.Script', Packages: [{ PackageId: `P${at}` }], ...action }],
      })),
      [],
      () => 'guid',
    )

  it('that a release needs are those that may run in its channel', () => {
    const made = steps(
      {},
      { IsDisabled: true },
      { Channels: ['Channels-1'] },
      { Channels: ['Channels-2'] },
    )

    const needed = packagesNeeded(made, 'Channels-1')

    expect(needed.map(({ reference }) => reference.PackageId)).to.deep.equal(['P0', 'P2'])
  })

  it('can be asked for where they are in the built-in feed by a plain id', () => {
    const isAsked = (PackageId: string, FeedId: string | null) =>
      isResolvable({ PackageId, FeedId }, 'Feeds-7')

    expect(isAsked('Acme', null)).to.equal(true)
    expect(isAsked('Acme', 'Feeds-7')).to.equal(true)
    expect(isAsked('Acme', 'feeds-builtin')).to.equal(true)
    expect(isAsked('Acme', 'feeds-nugetfeed')).to.equal(false)
    expect(isAsked('Acme', '#{Feed}')).to.equal(false)
    expect(isAsked('Acme.#{Name}', null)).to.equal(false)
  })
})
