import { expect } from 'chai'
import { Validators } from 'moleculer'
import { actionNumber, faultsOfProcess, type Step, textOf } from '#domain/process.ts'
import { completeSteps, type StepBody, stepsRule } from '#domain/process-complete.ts'
import { openProperties, sealSteps, shownSteps } from '#domain/process-secrets.ts'

const complete = (bodies: StepBody[], previous: Step[] = []) => {
  let count = 0
  return completeSteps(bodies, previous, () => `guid-${previous.length}-${++count}`)
}
const script = { Name: 'Hello', ActionType: 'Octopus.Script' }
const step = (Name: string, action: object = {}): StepBody => ({
  Name,
  Actions: [{ ...script, Name, ...action }],
})
const first = <T>([thing]: readonly T[]): T => thing ?? expect.fail('there is none')

describe('A process, completed', () => {
  it('has every field', () => {
    const [hello] = complete([{ Name: ' Say hello ', Actions: [{ ActionType: 'Octopus.Script' }] }])
    expect(hello).to.deep.include({
      Id: 'guid-0-1',
      Name: 'Say hello',
      Slug: 'say-hello',
      PackageRequirement: 'LetOctopusDecide',
      Condition: 'Success',
      StartTrigger: 'StartAfterPrevious',
      Properties: {},
    })
    expect(hello?.Actions[0]).to.deep.include({
      Id: 'guid-0-2',
      Name: 'Say hello',
      Slug: 'say-hello',
      IsDisabled: false,
      Channels: [],
      Packages: [],
      Container: { Image: null, FeedId: null, GitUrl: null, Dockerfile: null },
      Condition: 'Success',
    })
  })

  it('is the same when it is sent back', () => {
    const steps = complete([step('One'), step('Two', { Packages: [{ PackageId: 'Acme' }] })])
    expect(complete(steps, steps)).to.deep.equal(steps)
  })

  it('keeps the id of a step that comes by its name alone', () => {
    const before = complete([step('One'), step('Two')])
    const after = complete([step('TWO'), step('Three')], before)
    expect(after[0]?.Id).to.equal(before[1]?.Id)
    expect(after[0]?.Actions[0]?.Id).to.equal(before[1]?.Actions[0]?.Id)
    expect(before.map(({ Id }) => Id)).to.not.include(after[1]?.Id)
  })

  it('keeps the slug of what is renamed, and gives no slug twice', () => {
    const before = complete([step('One')])
    const renamed = complete([{ ...before[0], Name: 'Two', Slug: null }, step('One!')], before)
    expect(renamed.map(({ Slug }) => Slug)).to.deep.equal(['one', 'one-2'])
    expect(complete([step('!'), step('?')]).map(({ Slug }) => Slug)).to.deep.equal([
      'step',
      'step-2',
    ])
  })

  it('has properties that are texts or secrets, never null', () => {
    const Properties = {
      a: 'x',
      b: true,
      c: 3,
      d: null,
      e: { hasValue: true, newValue: 's' },
      f: { _sealed: 'stolen' },
      g: ['list'],
    }
    expect(complete([step('One', { Properties })])[0]?.Actions[0]?.Properties).to.deep.equal({
      a: 'x',
      b: 'True',
      c: '3',
      e: { HasValue: true, NewValue: 's', Hint: null },
      f: { HasValue: false, NewValue: null, Hint: null },
    })
  })

  it('is of the shape that the validator lets through', () => {
    const check = new Validators.Fastest().compile({ Steps: stepsRule })
    const bare = [
      { Name: 'One', Id: null, Actions: [{ ...script, Properties: { a: null, b: {} } }] },
    ]
    expect(check({ Steps: structuredClone(complete([step('One')])) })).to.equal(true)
    expect(check({ Steps: bare })).to.equal(true)
    expect(check({ Steps: [{ Name: 5 }] })).to.not.equal(true)
    expect(check({ Steps: [{ Name: 'One', Actions: 'none' }] })).to.not.equal(true)
    expect(check({ Steps: [null] })).to.not.equal(true)
  })
})

describe('A process', () => {
  const faults = (...bodies: StepBody[]) => faultsOfProcess(complete(bodies)).join('\n')

  it('may be empty, and may have a step and its action of one name', () => {
    expect(faults()).to.equal('')
    expect(faults(step('One'), step('Two'))).to.equal('')
  })

  it('has no two steps or actions of one name, in whatever case', () => {
    expect(faults(step('One'), step('ONE'))).to.include("Another step is named 'ONE'.")
    const twins = { Name: 'Both', Actions: [script, { ...script, Name: 'HELLO' }] }
    expect(faults(twins)).to.equal("Another action is named 'HELLO'.")
  })

  it('needs names, types and actions', () => {
    expect(faults({ Actions: [script] })).to.include('The step number 1 needs a name.')
    expect(faults({ Name: 'One', Actions: [{}, script] })).to.include('action number 1 needs')
    expect(faults({ Name: 'One' })).to.equal("The step 'One' needs an action.")
    expect(faults(step('One', { ActionType: '' }))).to.include('needs an action type')
    expect(faults(step('x'.repeat(201)))).to.include('over 200 characters')
  })

  it('has conditions and triggers that exist', () => {
    expect(faults({ ...step('One'), Condition: 'Sometimes' })).to.include(
      "is 'Sometimes': it must be Success, Failure, Always or Variable.",
    )
    expect(faults({ ...step('One'), StartTrigger: 'Now' })).to.include("is 'Now'")
    expect(faults(step('One', { Condition: 'Failure' }))).to.include('Success or Variable')
  })

  it('has each id once', () => {
    expect(faults({ ...step('One'), Id: 'a' }, { ...step('Two'), Id: 'a' })).to.include(
      "'a' occurs",
    )
  })

  it('of a thousand steps is refused without being read', () => {
    const many = Array.from({ length: 1000 }, () => ({}))
    expect(faultsOfProcess(complete(many))).to.deep.equal(['A process has at most 500 steps.'])
  })

  it('numbers its actions', () => {
    expect(actionNumber(1, 0, 1)).to.equal('2')
    expect(actionNumber(2, 1, 2)).to.equal('3.2')
  })
})

describe('The secrets of a process', () => {
  const seal = (text: string) => `sealed(${text})`
  const withKey = (value: unknown) => step('One', { Properties: { Key: value, Plain: 'p' } })
  const keyOf = (steps: Step[]) => first(first(steps).Actions).Properties.Key

  it('are sealed, and shown only as there', () => {
    const sealed = sealSteps(complete([withKey({ HasValue: true, NewValue: 'secret' })]), [], seal)
    expect(keyOf(sealed)).to.deep.equal({ _sealed: 'sealed(secret)' })
    expect(keyOf(shownSteps(sealed))).to.deep.equal({ HasValue: true, NewValue: null, Hint: null })
    expect(textOf(first(first(shownSteps(sealed)).Actions).Properties, 'Plain')).to.equal('p')
  })

  it('stay when they come back without a text, and go when cleared', () => {
    const before = sealSteps(complete([withKey({ NewValue: 'secret' })]), [], seal)
    const again = sealSteps(complete(shownSteps(before), before), before, seal)
    expect(again).to.deep.equal(before)

    const cleared = sealSteps(complete([withKey({ HasValue: false })], before), before, seal)
    expect(keyOf(cleared)).to.deep.equal({ _sealed: null })
    expect(keyOf(shownSteps(cleared))).to.include({ HasValue: false })
  })

  it('cannot be claimed by another step', () => {
    const before = sealSteps(complete([withKey({ NewValue: 'secret' })]), [], seal)
    const thief = step('Thief', { Properties: { Key: { HasValue: true } } })
    expect(keyOf(sealSteps(complete([thief], before), before, seal))).to.deep.equal({
      _sealed: null,
    })
  })

  it('are opened for a run', () => {
    const opened = openProperties(
      { a: 'x', b: { _sealed: 'y' }, c: { _sealed: null } },
      (sealed) => `opened(${sealed})`,
    )
    expect(opened).to.deep.equal({
      texts: { a: 'x', b: 'opened(y)', c: '' },
      secrets: ['opened(y)'],
    })
  })
})
