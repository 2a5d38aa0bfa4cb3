import { expect } from 'chai'
import type { Step } from '#domain/process.ts'
import { faultsOfProcess } from '#domain/process.ts'
import { completeSteps } from '#domain/process-complete.ts'

const ID = 'Octopus.Action.Package.PackageId'
const FEED = 'Octopus.Action.Package.FeedId'

describe('The package of an action', () => {
  let count: number

  beforeEach(() => {
    count = 0
  })

  const action = (body: object, previous: Step[] = []) => {
    const actions = [{ ActionType: 'Octopus.TentaclePackage', ...body }]
    const steps = completeSteps(
      [{ Name: 'Deploy', Actions: actions }],
      previous,
      () => `id${++count}`,
    )
    const [made] = steps[0]?.Actions ?? []
    if (!made) throw new Error('There is no action.')
    return { steps, made }
  }
  const properties = (packageId: string, feedId = 'feeds-builtin') => ({
    [ID]: packageId,
    [FEED]: feedId,
  })

  it('that only the older properties name is a reference too', () => {
    const on = { 'Octopus.Action.Package.DownloadOnTentacle': 'True' }

    const { made } = action({ Properties: { ...properties('Acme.Web'), ...on } })

    expect(made.CanBeUsedForProjectVersioning).to.equal(true)
    expect(made.Packages).to.have.lengthOf(1)
    expect(made.Packages[0]).to.include({
      ...{ Name: '', PackageId: 'Acme.Web', FeedId: 'feeds-builtin' },
      AcquisitionLocation: 'ExecutionTarget',
    })
  })

  it('stands beside the named ones', () => {
    const Packages = [{ Name: 'Tools', PackageId: 'Acme.Tools' }]

    const { made } = action({ Properties: properties('Acme.Web'), Packages })

    expect(made.Packages.map(({ Name }) => Name)).to.deep.equal(['', 'Tools'])
  })

  it('is the same one when the properties are sent again without it', () => {
    const { steps, made } = action({ Properties: properties('Acme.Web') })

    const again = action({ Id: made.Id, Properties: properties('Acme.Web') }, steps)

    expect(again.made.Packages).to.deep.equal(made.Packages)
  })

  it('is the one that has been changed, in whichever form', () => {
    const { steps, made } = action({ Properties: properties('Acme.Web') })
    const [primary] = made.Packages

    const byProperty = action({ ...made, Properties: properties('Acme.Shop') }, steps).made
    const byReference = action(
      { ...made, Packages: [{ ...primary, PackageId: 'Acme.Shop' }] },
      steps,
    ).made

    expect(byProperty.Packages).to.deep.equal([{ ...primary, PackageId: 'Acme.Shop' }])
    expect(byReference.Properties).to.include(properties('Acme.Shop'))
    expect(byReference.Packages).to.deep.equal(byProperty.Packages)
  })

  it('may be an expression, and must be there', () => {
    const { steps } = action({ Packages: [{ PackageId: '#{Package}' }] })
    const { steps: empty } = action({ Packages: [{ Name: 'Tools' }] })

    expect(faultsOfProcess(steps)).to.deep.equal([])
    expect(faultsOfProcess(empty)).to.deep.equal([
      "A package of the action 'Deploy' needs a package id.",
    ])
  })

  it('has a name that no other of the action has', () => {
    const { steps } = action({
      Packages: ['Tools', 'TOOLS'].map((Name) => ({ Name, PackageId: 'Acme' })),
    })

    expect(faultsOfProcess(steps)).to.deep.equal([
      "Two packages of the action 'Deploy' are named 'tools'.",
    ])
  })

  it('keeps its id when it comes by its name alone', () => {
    const { steps, made } = action({ Packages: [{ Name: 'Tools', PackageId: 'Acme' }] })

    const again = action({ Packages: [{ Name: 'tools', PackageId: 'Acme.New' }] }, steps)

    expect(again.made.Packages[0]?.Id).to.equal(made.Packages[0]?.Id)
  })
})
