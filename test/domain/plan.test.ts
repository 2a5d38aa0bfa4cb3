import { expect } from 'chai'
import { actionsOf, type PlanFor, planOf, stepsOf } from '#domain/plan.ts'
import { completeSteps, type StepBody } from '#domain/process-complete.ts'

const plan = (bodies: StepBody[], about: Partial<PlanFor> = {}) => {
  let count = 0
  const steps = completeSteps(bodies, [], () => `guid-${++count}`)
  return planOf({ steps, environmentId: 'E-Test', channelId: 'C-Default', ...about })
}
const step = (Name: string, action: object = {}, rest: object = {}): StepBody => ({
  Name,
  Actions: [{ Name, ActionType: 'Octopus.Script', ...action }],
  ...rest,
})
const skipOf = (action: object, about: Partial<PlanFor> = {}) =>
  actionsOf(plan([step('One', action)], about))[0]?.skip
const withProperties = (Properties: object, ActionType = 'Octopus.Script') =>
  actionsOf(plan([step('One', { Properties, ActionType })]))[0]

describe('A plan', () => {
  it('is plain JSON, without properties', () => {
    const made = plan([step('One', { Properties: { 'Octopus.Action.Script.ScriptBody': 'echo' } })])
    expect(JSON.parse(JSON.stringify(made))).to.deep.equal(made)
    expect(JSON.stringify(made)).to.not.include('echo')
  })

  it('groups the steps that start together', () => {
    const together = { StartTrigger: 'StartWithPrevious' }
    const made = plan([
      step('One', {}, together),
      step('Two', {}, together),
      step('Three'),
      step('Four', {}, together),
    ])
    expect(made.groups.map((group) => group.map(({ name }) => name))).to.deep.equal([
      ['One', 'Two'],
      ['Three', 'Four'],
    ])
    expect(made.parallel).to.equal(10)
  })

  it('numbers steps, actions and units', () => {
    const two = { Name: 'Two', Actions: [step('a'), step('b')].flatMap((one) => one.Actions) }
    const made = plan([step('One'), two])
    expect(stepsOf(made).map(({ number }) => number)).to.deep.equal(['1', '2'])
    expect(actionsOf(made).map(({ number }) => number)).to.deep.equal(['1', '2.1', '2.2'])
    expect(actionsOf(made).flatMap(({ units }) => units)).to.deep.equal([
      { id: '1', machineId: null },
      { id: '2-1', machineId: null },
      { id: '2-2', machineId: null },
    ])
  })

  it('takes expressions and conditions from where they stand', () => {
    const Properties = { 'Octopus.Step.ConditionVariableExpression': '#{Yes}' }
    const [one] = stepsOf(plan([step('One', {}, { Condition: 'Variable', Properties })]))
    expect(one).to.include({ condition: 'Variable', expression: '#{Yes}' })
  })
})

describe('An action is skipped', () => {
  it('when it is disabled', () => {
    expect(skipOf({})).to.equal(null)
    expect(skipOf({ IsDisabled: true })).to.equal('It is disabled.')
  })

  it('in environments that it does not name, or excludes', () => {
    expect(skipOf({ Environments: ['E-Test'] })).to.equal(null)
    expect(skipOf({ Environments: ['E-Live'] })).to.include('this environment')
    expect(skipOf({ ExcludedEnvironments: ['E-Test'] })).to.include('excluded')
  })

  it('in channels that it does not name', () => {
    expect(skipOf({ Channels: ['C-Default'] })).to.equal(null)
    expect(skipOf({ Channels: ['C-Other'] })).to.include('this channel')
    expect(skipOf({ Channels: ['C-Other'] }, { channelId: null })).to.include('this channel')
  })

  it('for tenants that have not one of its tags in each set', () => {
    const TenantTags = ['Ring/Early', 'Ring/Late', 'Region/EU']
    expect(skipOf({ TenantTags }, { tenantTags: ['Ring/Late', 'Region/EU'] })).to.equal(null)
    expect(skipOf({ TenantTags }, { tenantTags: ['Ring/Late'] })).to.include('this tenant')
    expect(skipOf({ TenantTags })).to.include('this tenant')
  })

  it('when its user wants so, unless it is required', () => {
    const skipActions = ['guid-2']
    expect(skipOf({}, { skipActions })).to.include('left out')
    expect(skipOf({ IsRequired: true }, { skipActions })).to.equal(null)
  })
})

describe('An action is tried again', () => {
  const prefix = 'Octopus.Action.AutoRetry'

  it('up to three times', () => {
    expect(withProperties({})?.retries).to.equal(0)
    expect(withProperties({ [`${prefix}.MaximumCount`]: '2' })?.retries).to.equal(2)
    expect(withProperties({ [`${prefix}.MaximumCount`]: '99' })?.retries).to.equal(3)
    expect(withProperties({ [`${prefix}.MaximumCount`]: 'many' })?.retries).to.equal(0)
    expect(withProperties({ [`${prefix}.MinimumBackoff`]: '15' })?.backoffSeconds).to.equal(15)
  })

  it('never when it acts on people', () => {
    const retries = { [`${prefix}.MaximumCount`]: '2' }
    expect(withProperties(retries, 'Octopus.Manual')?.retries).to.equal(0)
  })

  it('within its time limit', () => {
    const limit = { 'Octopus.Action.ExecutionTimeout.Minutes': '5' }
    expect(withProperties(limit)?.timeoutMinutes).to.equal(5)
    expect(withProperties({})?.timeoutMinutes).to.equal(0)
  })
})
