import { expect } from 'chai'
import fc from 'fast-check'
import { hunksOf } from '#domain/hunks.ts'
import {
  type Comparison,
  comparable,
  compareContents,
  type Frozen,
} from '#domain/promotion/compare.ts'
import { keptInOrder } from '#domain/promotion/pairs.ts'
import { reference, sealed, secret, step, variable } from './source-sample.ts'

const nothing: Comparison = { Steps: [], Variables: [], Packages: [] }
const names: Record<string, string> = { prod: 'Production', 'WorkerPools-2': 'Linux' }
const frozen = (change: Partial<Frozen>): Frozen => ({
  ...{ steps: [], variables: [], packages: [], ...change },
})
const compare = (before: Partial<Frozen>, after: Partial<Frozen>) =>
  compareContents(frozen(before), frozen(after), (id) => names[id] ?? id)
const script = (body: string) => ({ Properties: { 'Octopus.Action.Script.ScriptBody': body } })
const text = (Field: string, Before: string | null, After: string | null, Action = 'One') => ({
  ...{ Action, Field, Kind: 'Text', Before, After, Lines: null },
})

describe('Two releases, compared', () => {
  it('are the same when nothing differs', () => {
    const release = {
      steps: [step('One', script('a\nb')), step('Two', { Packages: [reference('Acme')] })],
      variables: [variable('Url'), secret('Key', 'x')],
      packages: [{ ActionName: 'Two', StepName: '', PackageReferenceName: '', Version: '1' }],
    }
    expect(compare(release, structuredClone(release))).to.deep.equal(nothing)
  })

  it('tell the steps that came, went, and changed, with their numbers', () => {
    const { Steps } = compare(
      { steps: [step('One'), step('Two'), step('Three')] },
      { steps: [step('New'), step('One', { IsRequired: true }), step('Three')] },
    )

    expect(
      Steps.map(({ Name, Change, BeforeNumber, AfterNumber }) => [
        Name,
        Change,
        BeforeNumber,
        AfterNumber,
      ]),
    ).to.deep.equal([
      ['New', 'Added', null, 1],
      ['One', 'Changed', 1, 2],
      ['Two', 'Removed', 2, null],
    ])
    expect(Steps[1]?.Differences).to.deep.equal([text('IsRequired', null, 'True')])
  })

  it('tell which steps were moved, and no others', () => {
    const [one, two, three] = [step('One'), step('Two'), step('Three')]
    const { Steps } = compare({ steps: [one, two, three] }, { steps: [three, one, two] })
    expect(Steps.map(({ Name, Change, IsMoved }) => [Name, Change, IsMoved])).to.deep.equal([
      ['Three', 'Moved', true],
    ])
  })

  it('know a step that was renamed by its id, and one that was made again by its name', () => {
    const [renamed] = compare(
      { steps: [step('One')] },
      { steps: [{ ...step('One'), Name: 'Uno' }] },
    ).Steps
    const again = { ...step('One', { Id: 'other', IsDisabled: true }), Id: 'other-step' }

    expect(renamed).to.deep.include({ Name: 'Uno', Change: 'Changed' })
    expect(renamed?.Differences).to.deep.equal([text('Name', 'One', 'Uno', '')])
    expect(compare({ steps: [step('One')] }, { steps: [again] }).Steps[0]).to.deep.include({
      Differences: [text('IsDisabled', null, 'True')],
    })
  })

  it('tell what a new step does', () => {
    const { Steps } = compare({}, { steps: [step('One', script('echo 1\necho 2'))] })
    const body = Steps[0]?.Differences.find(({ Kind }) => Kind === 'Lines')
    expect(body?.Field).to.equal('Octopus.Action.Script.ScriptBody')
    expect(body?.Lines).to.deep.include({ Added: 2, Removed: 0 })
  })

  it('tell environments, pools and the like by name', () => {
    const { Steps } = compare(
      { steps: [step('One')] },
      { steps: [step('One', { Environments: ['prod'], WorkerPoolId: 'WorkerPools-2' })] },
    )
    expect(Steps[0]?.Differences).to.deep.equal([
      text('WorkerPool', null, 'Linux'),
      text('Environments', null, 'Production'),
    ])
  })

  it('tell the lines of a script that differ', () => {
    const [before, after] = ['a\nb\nc\nd\ne\nf\n', 'a\nb\nc\nD\nd2\ne\nf\n']
    const { Steps } = compare(
      { steps: [step('One', script(before))] },
      { steps: [step('One', script(after))] },
    )
    expect(Steps[0]?.Differences[0]?.Lines).to.deep.equal({
      ...{ Added: 2, Removed: 1, IsCut: false },
      Hunks: [
        {
          ...{ BeforeLine: 1, AfterLine: 1 },
          Lines: [
            ...['a', 'b', 'c'].map((Text) => ({ Kind: 'Same', Text })),
            { Kind: 'Removed', Text: 'd' },
            ...['D', 'd2'].map((Text) => ({ Kind: 'Added', Text })),
            ...['e', 'f'].map((Text) => ({ Kind: 'Same', Text })),
          ],
        },
      ],
    })
  })

  it('tell names of variables, and which values differ', () => {
    const { Variables } = compare(
      { variables: [variable('Url'), variable('Old'), variable('Port', { Value: '1' })] },
      {
        variables: [
          variable('URL', { Id: 'v-Url', Value: 'of Url', Scope: { Environment: ['prod'] } }),
          variable('New'),
          variable('Port', { Value: '1', Id: 'made again' }),
        ],
      },
    )

    expect(Variables.map(({ Name, Change }) => [Name, Change])).to.deep.equal([
      ['New', 'Added'],
      ['Old', 'Removed'],
      ['URL', 'Changed'],
    ])
    expect(Variables[2]?.Values).to.deep.equal([
      {
        ...{ Change: 'Changed', Scope: 'Environment: Production' },
        Differences: [text('Scope', null, 'Environment: Production', '')],
      },
    ])
  })

  it('tell of secrets that they differ, and never what they are', () => {
    const release = (one: string, two: string) =>
      comparable(
        frozen({
          variables: [secret('Key', one)],
          steps: [step('One', { Properties: { Password: { _sealed: sealed(two) } } })],
        }),
        (text) => `digest of ${text.length}`,
      )
    const compared = (...texts: [string, string]) =>
      compareContents(release('canary', 'canary'), release(...texts), (id) => id)

    expect(compared('sameLe', 'sameLe')).to.deep.equal(nothing)
    const { Steps, Variables } = compared('canary2', 'canary2')
    const differs = { Kind: 'Secret', Before: null, After: null, Lines: null }
    expect(Steps[0]?.Differences).to.deep.equal([{ Action: 'One', Field: 'Password', ...differs }])
    expect(Variables[0]?.Values[0]?.Differences).to.deep.equal([
      { Action: '', Field: 'Value', ...differs },
    ])
    expect(JSON.stringify([Steps, Variables])).to.not.match(/canary|digest/)
  })

  it('tell nothing of a text that was or became a secret', () => {
    const { Variables } = compare(
      { variables: [variable('Key', { Value: 'canary' })] },
      { variables: [secret('Key', 'canary')] },
    )
    expect(JSON.stringify(Variables)).to.not.contain('canary')
  })

  it('tell the versions of packages, and another file of the same version', () => {
    const steps = [step('One', { Packages: [reference('Acme')] })]
    const packages = (Version: string, Sha256: string | null = null) => [
      { ActionName: 'One', StepName: '', PackageReferenceName: '', Version, Sha256 },
    ]
    const changed = (before: Partial<Frozen>, after: Partial<Frozen>) =>
      compare({ steps, ...before }, { steps, ...after }).Packages.map((one) => [
        one.Change,
        one.Before,
        one.After,
        one.IsOtherFile,
      ])

    expect(changed({ packages: packages('1') }, { packages: packages('2') })).to.deep.equal([
      ['Changed', '1', '2', false],
    ])
    expect(
      changed({ packages: packages('1', 'a') }, { packages: packages('1', 'b') }),
    ).to.deep.equal([['Changed', '1', '1', true]])
    expect(changed({ packages: packages('1', 'a') }, { packages: packages('1') })).to.deep.equal([])
    expect(changed({ steps: [] }, { packages: packages('1') })).to.deep.equal([
      ['Added', null, '1', false],
    ])
    expect(changed({ packages: packages('1') }, { steps: [] })).to.deep.equal([
      ['Removed', '1', null, false],
    ])
  })
})

describe('The lines that differ', () => {
  const applied = (before: string, after: string) => {
    const lines = before === '' ? [] : before.split('\n')
    for (const { BeforeLine, Lines } of hunksOf(before, after).Hunks.toReversed())
      lines.splice(
        Math.max(0, BeforeLine - 1),
        Lines.filter(({ Kind }) => Kind !== 'Added').length,
        ...Lines.filter(({ Kind }) => Kind !== 'Removed').map(({ Text }) => Text),
      )
    return lines
  }

  it('make the second text out of the first', () => {
    const line = fc.constantFrom('a', 'b', '', '-', '+', '\\ No newline', '@@ -1 +1 @@')
    const text = fc
      .array(line, { minLength: 1, maxLength: 30 })
      .map((lines) => `${lines.join('\n')}\n`)
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(applied(before, after).join('\n')).to.equal(after === before ? before : after)
      }),
    )
  })

  it('are none where only the ends of lines are those of Windows', () => {
    expect(hunksOf('a\r\nb\r\n', 'a\nb\n')).to.deep.equal({
      Added: 0,
      Removed: 0,
      Hunks: [],
      IsCut: false,
    })
  })

  it('of texts that have nothing in common are all, and are cut where there are too many', () => {
    const lines = (word: string) =>
      Array.from({ length: 8_000 }, (_, at) => `${word} ${at}`).join('\n')
    const { Added, Removed, Hunks, IsCut } = hunksOf(lines('old'), lines('new'))
    expect([Added, Removed, IsCut]).to.deep.equal([8_000, 8_000, true])
    expect(Hunks.flatMap(({ Lines }) => Lines)).to.have.length(10_000)
  })
})

describe('A longest row in order', () => {
  it('is in order, and no single one more fits in', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(20)), (numbers) => {
        const kept = [...keptInOrder(numbers)].sort((a, b) => a - b)
        const row = kept.map((at) => numbers[at] ?? -1)
        expect(row).to.deep.equal(row.toSorted((a, b) => a - b))
        for (const [at, number] of numbers.entries()) {
          const fits = kept.every(
            (other) => other !== at && other < at === (numbers[other] ?? 0) < number,
          )
          expect(fits).to.equal(false)
        }
      }),
    )
  })
})
