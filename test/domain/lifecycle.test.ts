import { expect } from 'chai'
import {
  completeLifecycle,
  completeRetention,
  faultsOfLifecycle,
  isImplicit,
  isPriorityFor,
  type LifecycleBody,
  phasesOf,
} from '#domain/lifecycle.ts'

const environments = ['Test', 'Staging', 'Production'].map((Name) => ({ Id: `E-${Name}`, Name }))
const complete = (body: LifecycleBody) => completeLifecycle(body, () => 'guid')
const faults = (body: LifecycleBody) => {
  let count = 0
  const lifecycle = completeLifecycle(body, () => `guid-${++count}`)
  return faultsOfLifecycle(
    lifecycle,
    environments.map(({ Id }) => Id),
  ).join('\n')
}

describe('Retention', () => {
  it('keeps its strategy as sent', () => {
    for (const Strategy of ['Default', 'Forever', 'Count'] as const)
      expect(completeRetention({ Strategy, QuantityToKeep: 99, Unit: 'Items' })).to.include({
        Strategy,
        QuantityToKeep: 99,
        Unit: 'Items',
      })
  })

  it('is for ever without a number, else by count', () => {
    expect(completeRetention({})).to.include({ Strategy: 'Forever', ShouldKeepForever: true })
    expect(completeRetention({ QuantityToKeep: 3 })).to.include({ Strategy: 'Count' })
    expect(completeRetention({ ShouldKeepForever: true, QuantityToKeep: 3 })).to.include({
      Strategy: 'Forever',
    })
  })

  it('of a phase is inherited when it is not given', () => {
    const [phase] = complete({ Phases: [{ Name: ' Test ' }] }).Phases
    expect(phase).to.deep.include({ Id: 'guid', Name: 'Test', ReleaseRetentionPolicy: null })
  })
})

describe('A lifecycle', () => {
  it('may have no phases, and phases without environments', () => {
    expect(faults({})).to.equal('')
    expect(faults({ Phases: [{ Name: 'Any', MinimumEnvironmentsBeforePromotion: 9 }] })).to.equal(
      '',
    )
  })

  it('has phases with names of their own', () => {
    expect(faults({ Phases: [{ Name: ' ' }] })).to.equal('The phase number 1 needs a name.')
    expect(faults({ Phases: [{ Name: 'A' }, { Name: 'a' }] })).to.equal(
      "Another phase is named 'a'.",
    )
  })

  it('has each environment once, and only those of its space', () => {
    const targets = (...ids: string[]) => ({ OptionalDeploymentTargets: ids })
    expect(
      faults({
        Phases: [
          { Name: 'A', ...targets('E-Test') },
          { Name: 'B', ...targets('E-Test') },
        ],
      }),
    ).to.equal("The environment 'E-Test' occurs twice: once is the most.")
    expect(faults({ Phases: [{ Name: 'A', ...targets('E-Other') }] })).to.equal(
      "The environment 'E-Other' was not found.",
    )
  })

  it('asks for no more environments than a phase has', () => {
    const phase = (minimum: number) => ({
      Phases: [
        {
          Name: 'A',
          OptionalDeploymentTargets: ['E-Test'],
          MinimumEnvironmentsBeforePromotion: minimum,
        },
      ],
    })
    expect(faults(phase(1))).to.equal('')
    expect(faults(phase(2))).to.equal("The phase 'A' asks for 2 environments and has 1.")
    expect(faults(phase(-1))).to.include('0 or more')
    expect(faults(phase(0.5))).to.include('0 or more')
  })

  it('keeps a sensible number of releases', () => {
    expect(faults({ ReleaseRetentionPolicy: { QuantityToKeep: -1 } })).to.include('whole number')
    expect(faults({ ReleaseRetentionPolicy: { Strategy: 'Count' } })).to.include('say how many')
  })
})

describe('The phases of a lifecycle', () => {
  it('are one per environment when it has none', () => {
    const phases = phasesOf({ Phases: [] }, environments)
    expect(phases.map(({ Name }) => Name)).to.deep.equal(['Test', 'Staging', 'Production'])
    expect(phases[0]?.OptionalDeploymentTargets).to.deep.equal(['E-Test'])
  })

  it('have every environment that no phase names when they name none', () => {
    const { Phases } = complete({
      Phases: [{ Name: 'Any' }, { Name: 'Last', AutomaticDeploymentTargets: ['E-Staging'] }],
    })
    expect(phasesOf({ Phases }, environments)[0]?.OptionalDeploymentTargets).to.deep.equal([
      'E-Test',
      'E-Production',
    ])
  })

  it('depend on the environments of the space when they are left to them', () => {
    const named = { Name: 'Named', OptionalDeploymentTargets: ['E-Test'] }
    expect(isImplicit(complete({ Phases: [] }))).to.equal(true)
    expect(isImplicit(complete({ Phases: [named, { Name: 'Any' }] }))).to.equal(true)
    expect(isImplicit(complete({ Phases: [named] }))).to.equal(false)
  })

  it('say whether an environment goes before others', () => {
    const { Phases } = complete({
      Phases: [
        { Name: 'Soon', OptionalDeploymentTargets: ['E-Test'] },
        { Name: 'First', AutomaticDeploymentTargets: ['E-Staging'], IsPriorityPhase: true },
      ],
    })
    expect(isPriorityFor(Phases, 'E-Staging')).to.equal(true)
    expect(isPriorityFor(Phases, 'E-Test')).to.equal(false)
  })
})
