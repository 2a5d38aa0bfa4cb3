import { expect } from 'chai'
import type { Action, Step } from '#domain/process.ts'
import { buildContent } from '#domain/promotion/build.ts'
import { propertyPath } from '#domain/promotion/secret-paths.ts'
import { action, open, sealed, sourceState, step } from './source-sample.ts'

const build = (steps: Step[]) => buildContent(sourceState({ steps }), open)
const built = (more: Partial<Action>) =>
  build([step('One', more)]).content.process.steps[0]?.actions[0]
const fateOf = (more: Partial<Action>) => build([step('One', more)]).report.Steps[0]

describe('Steps that cross', () => {
  it('keep their order, flags, conditions and properties, the disabled ones too', () => {
    const steps = [
      step(
        'One',
        {
          ...{ IsRequired: true, Notes: 'careful', Condition: 'Variable' },
          Properties: { 'Octopus.Action.AutoRetry.MaximumCount': '2' },
        },
        { Condition: 'Always', PackageRequirement: 'AfterPackageAcquisition' },
      ),
      step(
        'Two',
        { IsDisabled: true },
        {
          StartTrigger: 'StartWithPrevious',
          Properties: { 'Octopus.Action.MaxParallelism': '3', 'Octopus.Action.TargetRoles': 'web' },
        },
      ),
    ]

    const { process } = build(steps).content

    const [one, two] = process.steps
    expect(one).to.deep.include({ name: 'One', condition: 'Always' })
    expect(one).to.deep.include({ packageRequirement: 'AfterPackageAcquisition' })
    expect(one?.actions[0]).to.deep.include({
      ...{ type: 'Octopus.Script', isRequired: true, notes: 'careful', condition: 'Variable' },
      properties: { 'Octopus.Action.AutoRetry.MaximumCount': '2' },
    })
    expect(two).to.deep.include({
      startTrigger: 'StartWithPrevious',
      properties: { 'Octopus.Action.MaxParallelism': '3', 'Octopus.Action.TargetRoles': 'web' },
    })
    expect(two?.actions[0]?.isDisabled).to.equal(true)
  })

  it('are those of the channel, and lose its condition', () => {
    expect(built({ Channels: ['Channels-9', 'Channels-1'] })).to.not.have.property('channels')
    expect(fateOf({ Channels: ['Channels-9'] })).to.deep.equal({
      ...{ Name: 'One', Fate: 'Stays' },
      Reason: "It does not run for releases of the channel 'Default'.",
    })
  })

  it('name the environments of the target alone', () => {
    expect(built({ Environments: ['dev', 'prod', 'other', 'gone'] })?.environments).to.deep.equal([
      'Production',
    ])
    expect(built({ ExcludedEnvironments: ['dev', 'spare'] })?.excludedEnvironments).to.deep.equal([
      'Spare',
    ])
    expect(built({ ExcludedEnvironments: ['dev'] })?.excludedEnvironments).to.deep.equal([])
  })

  it('stay where they run only in environments that are not in the target', () => {
    const { content, report } = build([
      step('One', { Environments: ['dev', 'other'] }),
      step('Two'),
    ])

    expect(content.process.steps.map(({ name }) => name)).to.deep.equal(['Two'])
    expect(report.Steps).to.deep.equal([
      {
        ...{ Name: 'One', Fate: 'Stays' },
        Reason: "It runs only in environments that are not in 'Prod Space'.",
      },
      { Name: 'Two', Fate: 'Crosses', Reason: '' },
    ])
    expect(report.Warnings).to.deep.equal([])
  })

  it('are free of a condition that means the whole space, and stay where they skip it', () => {
    expect(built({ Environments: ['whole', 'prod'] })?.environments).to.deep.equal([])
    expect(fateOf({ ExcludedEnvironments: ['whole'] })?.Fate).to.equal('Stays')
  })

  it('warn when none is left', () => {
    const { report } = build([step('One', { Environments: ['dev'] })])
    expect(report.Warnings).to.deep.equal(["No step of the process is for 'Prod Space'."])
  })

  it('do not join the steps before those that they ran with', () => {
    const together = { StartTrigger: 'StartWithPrevious' } as const
    const steps = [
      step('One'),
      step('Two', { Environments: ['dev'] }),
      step('Three', {}, together),
      step('Four', {}, together),
    ]

    const { process } = build(steps).content

    expect(process.steps.map(({ name, startTrigger }) => [name, startTrigger])).to.deep.equal([
      ['One', 'StartAfterPrevious'],
      ['Three', 'StartAfterPrevious'],
      ['Four', 'StartWithPrevious'],
    ])
  })

  it('of several actions keep those that are for the target', () => {
    const [one, two] = [action('A', { Environments: ['dev'] }), action('B')]
    const { process } = build([step('One', {}, { Actions: [one, two] })]).content
    expect(process.steps[0]?.actions.map(({ name }) => name)).to.deep.equal(['B'])
  })

  it('name their worker pool, or none for the default one', () => {
    expect(built({ WorkerPoolId: 'WorkerPools-2' })?.workerPool).to.equal('Linux')
    expect(built({ WorkerPoolId: 'WorkerPools-1' })?.workerPool).to.equal(null)
    expect(built({ WorkerPoolId: null })?.workerPool).to.equal(null)
    expect(built({ WorkerPoolVariable: 'Pool' })?.workerPoolVariable).to.equal('Pool')
  })

  it('name the teams that are responsible, or that get mail', () => {
    const manual = { 'Octopus.Action.Manual.ResponsibleTeamIds': 'Teams-1, Teams-2', Text: 'Look' }
    const mail = { 'Octopus.Action.Email.ToTeamIds': 'Teams-2' }

    expect(built({ ActionType: 'Octopus.Manual', Properties: manual })).to.deep.include({
      teams: { 'Octopus.Action.Manual.ResponsibleTeamIds': ['Testers', 'Managers'] },
      properties: { Text: 'Look' },
    })
    expect(built({ ActionType: 'Octopus.Email', Properties: mail })?.teams).to.deep.equal({
      'Octopus.Action.Email.ToTeamIds': ['Managers'],
    })
  })

  it('keep the tags of tenants by their names', () => {
    expect(built({ TenantTags: ['Region/EU'] })?.tenantTags).to.deep.equal(['Region/EU'])
  })

  it('tell their secrets apart from everything else', () => {
    const Properties = { Key: { _sealed: sealed('canary') }, None: { _sealed: null }, Text: 'x' }

    const { content, secrets } = build([step('One', { Properties }, { Properties })])

    expect(content.process.steps[0]).to.deep.include({
      ...{ properties: { Text: 'x' }, secretProperties: ['Key', 'None'] },
    })
    expect(secrets).to.deep.equal([
      { path: propertyPath('s-One', null, 'Key'), value: 'canary' },
      { path: propertyPath('s-One', 'a-One', 'Key'), value: 'canary' },
    ])
    expect(JSON.stringify(content)).to.not.contain('canary')
  })

  it('stay where they are disabled and of a kind that Tako does not know', () => {
    expect(fateOf({ ActionType: 'Octopus.AzureWebApp', IsDisabled: true })?.Fate).to.equal('Stays')
  })
})
