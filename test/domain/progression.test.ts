import { expect } from 'chai'
import fc from 'fast-check'
import { completeLifecycle, environmentsOf, type Phase } from '#domain/lifecycle.ts'
import { automaticTargets, progressionOf, whyNotReachable } from '#domain/progression.ts'

interface Sketch {
  auto?: string[]
  byHand?: string[]
  minimum?: number
  isOptional?: boolean
}

const phases = (...sketches: Sketch[]): Phase[] =>
  completeLifecycle(
    {
      Phases: sketches.map(
        ({ auto = [], byHand = [], minimum = 0, isOptional = false }, index) => ({
          Name: `Phase ${index + 1}`,
          AutomaticDeploymentTargets: auto,
          OptionalDeploymentTargets: byHand,
          MinimumEnvironmentsBeforePromotion: minimum,
          IsOptionalPhase: isOptional,
        }),
      ),
    },
    () => 'guid',
  ).Phases

const release = (
  of: Phase[],
  successes: string[] = [],
  { failures = [] as string[], hasDefect = false } = {},
) => ({
  phases: of,
  successes: new Set(successes),
  deployed: new Set([...successes, ...failures]),
  hasDefect,
})
const progressOf = (about: ReturnType<typeof release>) =>
  progressionOf(about).Phases.map(({ Progress }) => Progress)
const three = phases({ byHand: ['Test'] }, { byHand: ['Staging'] }, { byHand: ['Production'] })

describe('The progression of a release', () => {
  it('begins with the first phase', () => {
    const about = release(three)
    expect(progressOf(about)).to.deep.equal(['Current', 'Pending', 'Pending'])
    expect(progressionOf(about)).to.deep.include({
      NextDeployments: ['Test'],
      reachable: ['Test'],
      NextDeploymentsMinimumRequired: 0,
    })
  })

  it('opens the next phase when one is complete, and leaves the earlier ones open', () => {
    const about = release(three, ['Test'])
    expect(progressOf(about)).to.deep.equal(['Complete', 'Current', 'Pending'])
    expect(progressionOf(about).reachable).to.deep.equal(['Test', 'Staging'])
    expect(progressionOf(about).NextDeployments).to.deep.equal(['Staging'])
  })

  it('ends with nothing next', () => {
    const { NextDeployments, reachable } = progressionOf(
      release(three, ['Test', 'Staging', 'Production']),
    )
    expect(NextDeployments).to.deep.equal([])
    expect(reachable).to.have.length(3)
  })

  it('needs all environments of a phase, or as many as it says', () => {
    const all = phases({ byHand: ['A', 'B', 'C'] }, { byHand: ['Z'] })
    const two = phases({ byHand: ['A', 'B', 'C'], minimum: 2 }, { byHand: ['Z'] })
    expect(progressOf(release(all, ['A', 'B']))).to.deep.equal(['Current', 'Pending'])
    expect(progressOf(release(two, ['A', 'B']))).to.deep.equal(['Complete', 'Current'])
    expect(progressionOf(release(two, ['A'])).NextDeploymentsMinimumRequired).to.equal(2)
    expect(progressionOf(release(two, ['A', 'B'])).reachable).to.include('C')
  })

  it('is not held up by an optional phase', () => {
    const about = release(
      phases({ byHand: ['Try'], isOptional: true }, { byHand: ['Test'] }, { byHand: ['Live'] }),
    )
    expect(progressOf(about)).to.deep.equal(['Current', 'Current', 'Pending'])
    expect(progressionOf(about).reachable).to.deep.equal(['Try', 'Test'])
  })

  it('does not reach an optional phase before what is required is complete', () => {
    const of = phases({ byHand: ['Test'] }, { byHand: ['Try'], isOptional: true })
    expect(progressionOf(release(of)).reachable).to.deep.equal(['Test'])
  })

  it('passes a phase for which no environment is left', () => {
    expect(progressOf(release(phases({}, { byHand: ['Live'] })))).to.deep.equal([
      'Complete',
      'Current',
    ])
  })

  describe('with a defect', () => {
    it('goes only where it has succeeded', () => {
      const about = release(three, ['Test'], { hasDefect: true })
      expect(progressionOf(about)).to.deep.include({ reachable: ['Test'], NextDeployments: [] })
      expect(progressionOf(about).Phases.map(({ Blocked }) => Blocked)).to.deep.equal([
        false,
        true,
        true,
      ])
    })

    it('may begin, if nothing has been deployed at all', () => {
      expect(progressionOf(release(three, [], { hasDefect: true })).reachable).to.deep.equal([
        'Test',
      ])
      const failed = release(three, [], { hasDefect: true, failures: ['Test'] })
      expect(progressionOf(failed).reachable).to.deep.equal([])
    })

    it('may not even begin when it came from another space', () => {
      const about = { ...release(three, [], { hasDefect: true }), isImported: true }

      expect(progressionOf(about).reachable).to.deep.equal([])
    })
  })
})

describe('Automatic deployments', () => {
  const automatic = phases({ auto: ['Test'] }, { auto: ['Staging'], byHand: ['QA'] })

  it('go to the automatic environments of the phase that is open', () => {
    expect(automaticTargets(release(automatic))).to.deep.equal(['Test'])
    expect(automaticTargets(release(automatic, ['Test']))).to.deep.equal(['Staging'])
  })

  it('are made once, also when they failed', () => {
    expect(automaticTargets(release(automatic, [], { failures: ['Test'] }))).to.deep.equal([])
  })

  it('are never made by an optional phase, nor with a defect', () => {
    const optional = phases({ auto: ['Try'], isOptional: true }, { auto: ['Test'] })
    expect(automaticTargets(release(optional))).to.deep.equal(['Test'])
    expect(automaticTargets(release(automatic, ['Test'], { hasDefect: true }))).to.deep.equal([])
  })
})

describe('Why a release may not be deployed yet', () => {
  const why = (of: Phase[], environment: string, successes: string[] = [], hasDefect = false) =>
    whyNotReachable(release(of, successes, { hasDefect }), environment, (id) => id)

  it('names what must succeed before', () => {
    expect(why(three, 'Test')).to.equal(null)
    expect(why(three, 'Staging')).to.equal('Staging opens when Test has succeeded.')
    expect(why(three, 'Production')).to.equal(
      'Production opens when the phases Phase 1 and Phase 2 are complete.',
    )
    expect(why(three, 'Production', ['Test'])).to.equal(
      'Production opens when Staging has succeeded.',
    )
  })

  it('counts', () => {
    const sketch = (minimum: number) =>
      phases({ byHand: ['A', 'B', 'C'], minimum }, { byHand: ['Live'] })
    expect(why(sketch(0), 'Live')).to.equal('Live opens when A, B and C have succeeded.')
    expect(why(sketch(1), 'Live')).to.equal('Live opens when A, B or C has succeeded.')
    expect(why(sketch(2), 'Live')).to.equal('Live opens when 2 of A, B and C have succeeded.')
    expect(why(sketch(2), 'Live', ['C'])).to.equal('Live opens when A or B has succeeded.')
  })

  it('says so when the environment is not in the lifecycle, or a defect is in the way', () => {
    expect(why(three, 'Mars')).to.equal('Mars is not in the lifecycle of this release.')
    expect(why(three, 'Staging', ['Test'], true)).to.include('unresolved defect')
  })
})

describe('Any lifecycle', () => {
  const anyRelease = fc
    .array(
      fc.record({
        size: fc.integer({ min: 0, max: 3 }),
        autos: fc.integer({ min: 0, max: 3 }),
        minimum: fc.integer({ min: 0, max: 3 }),
        isOptional: fc.boolean(),
      }),
      { maxLength: 6 },
    )
    .chain((sketches) => {
      const of = phases(
        ...sketches.map(({ size, autos, minimum, isOptional }, index) => {
          const ids = Array.from({ length: size }, (_, at) => `E-${index}-${at}`)
          return { auto: ids.slice(0, autos), byHand: ids.slice(autos), minimum, isOptional }
        }),
      )
      const ids = of.flatMap(environmentsOf)
      return fc.record({
        of: fc.constant(of),
        successes: fc.subarray(ids),
        failures: fc.subarray(ids),
        hasDefect: fc.boolean(),
      })
    })

  it('opens no phase before every required one before it is complete', () => {
    fc.assert(
      fc.property(anyRelease, ({ of, successes, ...rest }) => {
        const progress = progressionOf(release(of, successes, rest)).Phases
        for (const [index, phase] of progress.entries()) {
          const isHeld = progress
            .slice(0, index)
            .some((before) => !before.IsOptionalPhase && before.Progress !== 'Complete')
          expect(phase.Progress === 'Pending').to.equal(isHeld)
        }
      }),
    )
  })

  it('gives a sentence exactly where it is closed, and deploys by itself only where it is open', () => {
    fc.assert(
      fc.property(anyRelease, ({ of, successes, ...rest }) => {
        const about = release(of, successes, rest)
        const { reachable, NextDeployments } = progressionOf(about)
        for (const id of of.flatMap(environmentsOf))
          expect(whyNotReachable(about, id, String) === null).to.equal(reachable.includes(id))
        expect(reachable).to.include.members([...NextDeployments, ...automaticTargets(about)])
      }),
    )
  })

  it('never closes because something more has succeeded', () => {
    fc.assert(
      fc.property(anyRelease, ({ of, successes, failures }) => {
        const before = progressionOf(release(of, successes.slice(1), { failures })).reachable
        const after = progressionOf(release(of, successes, { failures })).reachable
        expect(after).to.include.members(before)
      }),
    )
  })

  it('lets a release that succeeds wherever it may reach every environment', () => {
    fc.assert(
      fc.property(anyRelease, ({ of }) => {
        const successes = new Set<string>()
        for (let next = ['']; next.length > 0; ) {
          next = progressionOf(release(of, [...successes])).NextDeployments
          for (const id of next) successes.add(id)
        }
        const required = of.filter(({ IsOptionalPhase }) => !IsOptionalPhase)
        const last = progressionOf(release(of, [...successes])).Phases
        expect(last.every(({ Progress }) => Progress !== 'Pending')).to.equal(true)
        expect(
          required.every(
            (phase) =>
              environmentsOf(phase).length === 0 ||
              environmentsOf(phase).some((id) => successes.has(id)),
          ),
        ).to.equal(true)
      }),
    )
  })
})
