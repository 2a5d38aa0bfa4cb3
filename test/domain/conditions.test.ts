import { expect } from 'chai'
import fc from 'fast-check'
import { isTruthy, nextOf, retryAtOf } from '#domain/conditions.ts'
import { type Entry, stateOf, type UnitEnded } from '#domain/journal.ts'
import { actionsOf, type Plan, planOf, stepsOf } from '#domain/plan.ts'
import { completeSteps, type StepBody } from '#domain/process-complete.ts'
import { statusOf } from '#domain/progress.ts'

const planFor = (bodies: StepBody[], parallel = 10): Plan => {
  let count = 0
  const steps = completeSteps(bodies, [], () => `guid-${++count}`)
  return planOf({ steps, environmentId: 'E', channelId: null, parallel })
}
const step = (Name: string, rest: object = {}, action: object = {}): StepBody => ({
  Name,
  Actions: [{ ActionType: 'Octopus.Script', ...action }],
  ...rest,
})
const together = { StartTrigger: 'StartWithPrevious' }
const variable = (expression: string) => ({
  Condition: 'Variable',
  Properties: { 'Octopus.Step.ConditionVariableExpression': expression },
})
const retried = (count: number) => ({
  Properties: {
    'Octopus.Action.AutoRetry.MaximumCount': `${count}`,
    'Octopus.Action.AutoRetry.MinimumBackoff': '10',
  },
})

/** A deployment played by hand: it writes the journal as the scheduler does. */
class Play {
  readonly plan: Plan
  entries: Entry[] = []
  now = 0

  constructor(plan: Plan) {
    this.plan = plan
  }

  next() {
    const evaluate = (expression: string) => {
      if (expression === 'broken') throw new Error('no such variable')
      return expression
    }
    const next = nextOf(this.plan, stateOf(this.entries), { evaluate, now: this.now })
    this.entries.push(...next.entries)
    return next
  }

  /** Starts all that may start, and answers with their units. */
  go(): string[] {
    const { starts } = this.next()
    for (const { unit, attempt } of starts)
      this.entries.push({ kind: 'unitStarted', unit, attempt })
    return starts.map(({ unit }) => unit)
  }

  end(unit: string, outcome: UnitEnded['outcome'], { hasWarnings = false } = {}) {
    const attempt = stateOf(this.entries).units.get(unit)?.attempt ?? 1
    const action = actionsOf(this.plan).find(({ units }) => units.some(({ id }) => id === unit))
    const retryAt = action && outcome === 'failed' ? retryAtOf(action, attempt, this.now) : null
    const error = outcome === 'failed' ? 'The script exited with code 1.' : null
    this.entries.push({ kind: 'unitEnded', unit, attempt, outcome, hasWarnings, error, retryAt })
  }

  /** Plays to the end; `fails` names the units that fail, each time. */
  finish(fails: string[] = []) {
    const order: string[] = []
    for (let next = this.next(); next.result === null; next = this.next()) {
      const started = this.go()
      if (started.length === 0) expect.fail('it does not go on')
      order.push(...started)
      for (const unit of started) this.end(unit, fails.includes(unit) ? 'failed' : 'succeeded')
    }
    return { order, result: this.next().result }
  }

  statuses(isOver = true): string[] {
    const state = stateOf(this.entries)
    return stepsOf(this.plan).map((one) => statusOf(one, state, isOver))
  }
}

describe('A deployment', () => {
  it('of nothing succeeds', () => {
    expect(new Play(planFor([])).next().result).to.deep.equal({
      state: 'Success',
      hasWarnings: false,
      error: null,
    })
  })

  it('runs its steps one after the other', () => {
    const play = new Play(planFor([step('One'), step('Two')]))
    expect(play.go()).to.deep.equal(['1'])
    expect(play.go()).to.deep.equal([])
    play.end('1', 'succeeded')
    expect(play.go()).to.deep.equal(['2'])
    play.end('2', 'succeeded')
    expect(play.next().result?.state).to.equal('Success')
    expect(play.statuses()).to.deep.equal(['Success', 'Success'])
  })

  it('says the same starts until they are written down', () => {
    const play = new Play(planFor([step('One')]))
    const [first, second] = [play.next(), play.next()]
    expect(first.entries).to.deep.equal([{ kind: 'stepEntered', step: '1' }])
    expect(second.entries).to.deep.equal([])
    expect(second.starts.map(({ unit }) => unit)).to.deep.equal(['1'])
  })

  it('starts again what a worker refused, as the same attempt', () => {
    const play = new Play(planFor([step('One')]))
    play.go()
    play.entries.push({ kind: 'unitReturned', unit: '1', attempt: 1 })
    expect(play.next().starts).to.have.length(1)
    expect(play.next().starts[0]?.attempt).to.equal(1)
  })

  it('has warnings when a unit has', () => {
    const play = new Play(planFor([step('One')]))
    play.go()
    play.end('1', 'succeeded', { hasWarnings: true })
    expect(play.next().result).to.include({ state: 'Success', hasWarnings: true })
    expect(play.statuses()).to.deep.equal(['SuccessWithWarning'])
  })
})

describe('After a failed step', () => {
  const play = () =>
    new Play(
      planFor([
        step('One'),
        step('Success'),
        step('Failure', { Condition: 'Failure' }),
        step('Always', { Condition: 'Always' }),
        step('Yes', variable('True')),
        step('No', variable('False')),
      ]),
    )

  it('the steps for failures, always and variables are considered, and the deployment has failed', () => {
    const failing = play()
    const { order, result } = failing.finish(['1'])
    expect(order).to.deep.equal(['1', '3', '4', '5'])
    expect(result).to.deep.include({
      state: 'Failed',
      error: "The step 'One' failed: The script exited with code 1.",
    })
    expect(failing.statuses()).to.deep.equal([
      ...['Failed', 'Skipped', 'Success', 'Success', 'Success', 'Skipped'],
    ])
  })

  it('steps for failures alone would have been skipped without it', () => {
    expect(play().finish().order).to.deep.equal(['1', '2', '4', '5'])
  })

  it('the reasons are in the journal', () => {
    const failing = play()
    failing.finish(['1'])
    expect(failing.entries).to.deep.include({
      kind: 'stepSkipped',
      step: '2',
      reason: 'An earlier step has failed.',
    })
  })
})

describe('Steps that start together', () => {
  it('end all, also when one fails', () => {
    const play = new Play(planFor([step('One'), step('Two', together), step('Three')]))
    expect(play.go()).to.deep.equal(['1', '2'])
    play.end('1', 'failed')
    expect(play.go()).to.deep.equal([])
    expect(play.next().result).to.equal(null)
    play.end('2', 'succeeded')
    expect(play.next().result?.state).to.equal('Failed')
    expect(play.statuses()).to.deep.equal(['Failed', 'Success', 'Skipped'])
  })

  it('do not wait for a place because of each other’s failure, and are at most so many', () => {
    const bodies = ['One', 'Two', 'Three'].map((name) => step(name, together))
    const play = new Play(planFor(bodies, 2))
    expect(play.go()).to.deep.equal(['1', '2'])
    play.end('1', 'failed')
    expect(play.go()).to.deep.equal(['3'])
  })

  it('take no place when their conditions end them', () => {
    const never = { Condition: 'Variable', Properties: {} }
    const bodies = [
      step('One', together, never),
      step('Two', together, never),
      step('Three', together),
    ]
    expect(new Play(planFor(bodies, 1)).go()).to.deep.equal(['3'])
  })
})

describe('A condition', () => {
  it('that is blank or not understood is not met', () => {
    expect(new Play(planFor([step('One', variable(' '))])).finish().order).to.deep.equal([])
    expect(new Play(planFor([step('One', variable('#{x | y}'))])).finish().order).to.deep.equal([])
  })

  it('with an error fails its step', () => {
    const play = new Play(planFor([step('One', variable('broken')), step('Two')]))
    expect(play.finish().result?.error).to.equal(
      "The step 'One' failed: Its condition cannot be evaluated: no such variable",
    )
    expect(play.statuses()).to.deep.equal(['Failed', 'Skipped'])
  })

  it('is decided once: a changed variable does not turn it', () => {
    const play = new Play(planFor([step('One', variable('True'))]))
    play.next()
    const changed = nextOf(play.plan, stateOf(play.entries), { evaluate: () => 'False', now: 0 })
    expect(changed.starts).to.have.length(1)
  })

  it('stands as it was written first, should another scheduler come to another end', () => {
    const state = stateOf([
      { kind: 'stepEntered', step: '1' },
      { kind: 'stepSkipped', step: '1', reason: 'Its condition is not met.' },
    ])
    expect(state.steps.get('1')?.state).to.equal('entered')
  })

  it('is met by all but the words for no', () => {
    for (const text of ['', ' ', 'false', 'False', '0', 'No', '#{Unknown}'])
      expect(isTruthy(text), text).to.equal(false)
    for (const text of ['True', '1', 'yes', 'anything']) expect(isTruthy(text), text).to.equal(true)
  })
})

describe('A step of several actions', () => {
  const bodies = (...actions: object[]) => [
    {
      Name: 'Many',
      Actions: actions.map((action, index) => ({
        Name: `${index}`,
        ActionType: 'Octopus.Script',
        ...action,
      })),
    },
  ]

  it('runs them in order, and stops at the first failure', () => {
    expect(new Play(planFor(bodies({}, {}, {}))).finish().order).to.deep.equal([
      '1-1',
      '1-2',
      '1-3',
    ])
    const failing = new Play(planFor(bodies({}, {}, {})))
    expect(failing.finish(['1-2']).order).to.deep.equal(['1-1', '1-2'])
    expect(failing.statuses()).to.deep.equal(['Failed'])
  })

  it('passes over those that are skipped', () => {
    const play = new Play(planFor(bodies({ IsDisabled: true }, { Condition: 'Variable' }, {})))
    expect(play.finish().order).to.deep.equal(['1-3'])
    expect(play.entries).to.deep.include({
      kind: 'actionSkipped',
      action: '1.1',
      reason: 'It is disabled.',
    })
  })

  it('is skipped when all of them are', () => {
    const play = new Play(planFor(bodies({ IsDisabled: true }, { IsDisabled: true })))
    expect(play.finish().result?.state).to.equal('Success')
    expect(play.statuses()).to.deep.equal(['Skipped'])
  })
})

describe('A retry', () => {
  it('waits its time, and is the next attempt', () => {
    const play = new Play(planFor([step('One', {}, retried(1))]))
    play.go()
    play.end('1', 'failed')
    expect(play.next()).to.deep.include({ starts: [], wakeAt: 10_000, result: null })

    play.now = 10_000
    expect(play.next().starts[0]?.attempt).to.equal(2)
    play.go()
    play.end('1', 'succeeded')
    expect(play.next().result).to.include({ state: 'Success', hasWarnings: true })
  })

  it('is the last one when the number is used up', () => {
    const play = new Play(planFor([step('One', {}, retried(2))]))
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(play.go()).to.deep.equal(['1'])
      play.end('1', 'failed')
      play.now += 10_000
    }
    expect(play.next().result?.state).to.equal('Failed')
  })
})

describe('A cancelled deployment', () => {
  it('starts nothing more, and ends when what runs has ended', () => {
    const play = new Play(planFor([step('One'), step('Always', { Condition: 'Always' })]))
    play.go()
    play.entries.push({ kind: 'cancelled' })
    expect(play.next()).to.deep.include({ starts: [], entries: [], result: null })

    play.end('1', 'cancelled')
    expect(play.next()).to.deep.include({ starts: [], entries: [] })
    expect(play.next().result?.state).to.equal('Canceled')
    expect(play.statuses()).to.deep.equal(['Canceled', 'Canceled'])
  })

  it('does not try again', () => {
    const play = new Play(planFor([step('One', {}, retried(3))]))
    play.go()
    play.end('1', 'failed')
    play.entries.push({ kind: 'cancelled' })
    play.now = 60_000
    expect(play.next().result?.state).to.equal('Canceled')
  })
})

describe('Any deployment', () => {
  const anyAction = fc.record({
    IsDisabled: fc.boolean(),
    Condition: fc.constantFrom('Success', 'Success', 'Variable'),
    Properties: fc.record({
      'Octopus.Action.ConditionVariableExpression': fc.constantFrom('True', 'False', 'broken'),
      'Octopus.Action.AutoRetry.MaximumCount': fc.constantFrom('0', '0', '2'),
      'Octopus.Action.AutoRetry.MinimumBackoff': fc.constantFrom('0', '5'),
    }),
  })
  const anyStep = fc.record({
    Condition: fc.constantFrom('Success', 'Failure', 'Always', 'Variable'),
    StartTrigger: fc.constantFrom('StartAfterPrevious', 'StartWithPrevious'),
    Properties: fc.record({
      'Octopus.Step.ConditionVariableExpression': fc.constantFrom('True', 'False', 'broken'),
    }),
    Actions: fc.array(anyAction, { minLength: 1, maxLength: 3 }),
  })
  const anyPlan = fc.record({
    bodies: fc.array(anyStep, { maxLength: 6 }),
    parallel: fc.integer({ min: 1, max: 3 }),
  })
  /** Each number is one happening: which running unit ends, and how; or a refusal, or a cancel. */
  const anyFate = fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 })

  const named = (bodies: { Actions: object[] }[]): StepBody[] =>
    bodies.map((body, index) => ({
      ...body,
      Name: `Step ${index}`,
      Actions: body.Actions.map((action, at) => ({
        ...action,
        Name: `${index}.${at}`,
        ActionType: 'Octopus.Script',
      })),
    }))

  /** Plays to the end whatever the fates are, and answers with all runs started. */
  function played(play: Play, fates: number[], mayCancel: boolean) {
    const runs: string[] = []
    for (let turn = 0; turn < 2000; turn++) {
      const next = play.next()
      if (next.result) return { runs, result: next.result }
      for (const { unit, attempt } of next.starts) {
        runs.push(`${unit}.${attempt}`)
        play.entries.push({ kind: 'unitStarted', unit, attempt })
      }
      const fate = fates[turn % fates.length] ?? 0
      const running = [...stateOf(play.entries).units].filter(
        ([, { state }]) => state === 'running',
      )
      const [unit] = running[fate % Math.max(1, running.length)] ?? []
      if (mayCancel && fate % 17 === 16) play.entries.push({ kind: 'cancelled' })
      if (unit !== undefined) play.end(unit, fate % 3 === 0 ? 'failed' : 'succeeded')
      else if (next.wakeAt !== null) play.now = next.wakeAt
      else if (!stateOf(play.entries).isCancelled) expect.fail('nothing runs, and it has not ended')
    }
    return expect.fail('it does not end')
  }

  it('ends, and runs nothing twice', () => {
    fc.assert(
      fc.property(anyPlan, anyFate, fc.boolean(), ({ bodies, parallel }, fates, mayCancel) => {
        const play = new Play(planFor(named(bodies), parallel))
        const { runs } = played(play, fates, mayCancel)
        expect(new Set(runs).size).to.equal(runs.length)
        expect(play.statuses()).to.not.include.members(['Pending'])
      }),
    )
  })

  it('fails exactly when a step has failed', () => {
    fc.assert(
      fc.property(anyPlan, anyFate, ({ bodies, parallel }, fates) => {
        const play = new Play(planFor(named(bodies), parallel))
        const { result } = played(play, fates, false)
        const hasFailed = play.statuses().includes('Failed')
        expect(result.state).to.equal(hasFailed ? 'Failed' : 'Success')
        expect(result.error !== null).to.equal(hasFailed)
      }),
    )
  })

  it('starts no group before the one before it has ended', () => {
    fc.assert(
      fc.property(anyPlan, anyFate, ({ bodies, parallel }, fates) => {
        const play = new Play(planFor(named(bodies), parallel))
        played(play, fates, false)
        const groupOf = new Map(
          play.plan.groups.flatMap((group, index) =>
            group.flatMap((one) =>
              one.actions.flatMap(({ units }) => units.map(({ id }) => [id, index] as const)),
            ),
          ),
        )
        const groups = play.entries.flatMap((entry) =>
          'unit' in entry ? [groupOf.get(entry.unit) ?? -1] : [],
        )
        expect(groups).to.deep.equal(groups.toSorted((a, b) => a - b))
      }),
    )
  })

  it('goes on from its journal as if nothing had happened, whenever the scheduler dies', () => {
    fc.assert(
      fc.property(anyPlan, anyFate, fc.nat(), ({ bodies, parallel }, fates, cut) => {
        const plan = planFor(named(bodies), parallel)
        const whole = new Play(plan)
        played(whole, fates, false)

        const resumed = new Play(plan)
        resumed.now = whole.now
        resumed.entries = whole.entries.slice(0, cut % (whole.entries.length + 1))
        const before = resumed.entries.flatMap((entry) =>
          entry.kind === 'unitStarted' ? [`${entry.unit}.${entry.attempt}`] : [],
        )
        const { runs } = played(resumed, fates, false)

        expect(runs.filter((run) => before.includes(run))).to.deep.equal([])
      }),
    )
  })

  it('is not moved by an entry that is written twice', () => {
    fc.assert(
      fc.property(anyPlan, anyFate, ({ bodies, parallel }, fates) => {
        const play = new Play(planFor(named(bodies), parallel))
        played(play, fates, true)
        const doubled = play.entries.flatMap((entry): Entry[] =>
          entry.kind === 'unitReturned' ? [entry] : [entry, entry],
        )
        expect(stateOf(doubled)).to.deep.equal(stateOf(play.entries))
      }),
    )
  })
})
