import { expect } from 'chai'
import fc from 'fast-check'
import { pickVariables, type Scope, type ScopeContext } from '#domain/variable-scope.ts'

const context: ScopeContext = {
  Environment: 'Environments-1',
  Machine: 'Machines-1',
  Role: ['web', 'db'],
  targetRoles: ['web'],
  Action: 'act-1',
  Channel: 'Channels-1',
  TenantTag: ['Tier/Gold'],
  ProcessOwner: 'Projects-1',
}
const value = (Value: string, Scope: Scope = {}, Name = 'A') => ({ Name, Value, Scope })

const pick = (
  project: ReturnType<typeof value>[],
  library = [] as (typeof project)[],
  here = context,
) => pickVariables({ project, library }, here).variables.get('a')?.Value

describe('The value of a variable', () => {
  const ladder: [string, Scope][] = [
    ['action', { Action: ['act-1'] }],
    ['machine', { Machine: ['Machines-1'] }],
    ['role of the step', { Role: ['Web'] }],
    ['role of the machine', { Role: ['db'] }],
    ['tenant tag', { TenantTag: ['Tier/Gold'] }],
    ['environment', { Environment: ['Environments-1'] }],
    ['channel', { Channel: ['Channels-1'] }],
    ['process', { ProcessOwner: ['Projects-1'] }],
    ['none', {}],
  ]
  for (const [index, [title, scope]] of ladder.slice(0, -1).entries()) {
    it(`by ${title} comes before all that is less specific`, () => {
      const others = ladder.slice(index + 1).map(([name, below]) => value(name, below))
      const together = Object.assign({}, ...ladder.slice(index + 1).map(([, below]) => below))
      // Another role would be this rung of the ladder, not one below.
      if (scope.Role) delete together.Role

      expect(pick([...others, value('all below', together), value(title, scope)])).to.equal(title)
    })
  }

  it('comes from a scope with more kinds when the higher are equal', () => {
    const both = { Environment: ['Environments-1'], Role: ['web'] }

    expect(pick([value('role', { Role: ['web'] }), value('both', both)])).to.equal('both')
  })

  it('does not count the entries of a kind', () => {
    const two = { Environment: ['Environments-1', 'Environments-2'] }

    expect(pick([value('two', two), value('one', { Environment: ['Environments-1'] })])).to.equal(
      'two',
    )
  })

  it('is out when one of its kinds does not match', () => {
    const other = { Action: ['act-1'], Environment: ['Environments-2'] }

    expect(pick([value('other', other)])).to.equal(undefined)
  })

  it('is out when a kind does not exist in the run', () => {
    expect(pick([value('a', { Channel: ['Channels-1'] })], [], {})).to.equal(undefined)
    expect(pick([value('a', { Channel: [] })], [], {})).to.equal('a')
  })

  it('is the project’s own, then that of the first set', () => {
    const library = [[value('first')], [value('second')]]

    expect(pick([value('own')], library)).to.equal('own')
    expect(pick([], library)).to.equal('first')
    expect(pick([value('own')], [[value('set', { Environment: ['Environments-1'] })]])).to.equal(
      'set',
    )
  })

  it('is the first of two alike, which is told', () => {
    const [one, two] = [value('one'), value('two', {}, 'a')]
    const { variables, ties } = pickVariables({ project: [one, two] }, context)

    expect(variables.get('a')).to.equal(one)
    expect(ties).to.deep.equal([{ chosen: one, other: two }])
  })

  it('needs no telling where a better one decides', () => {
    const better = value('better', { Channel: ['Channels-1'] })
    const { ties } = pickVariables({ project: [value('one'), value('two'), better] }, context)

    expect(ties).to.deep.equal([])
  })

  it('does not depend on the order where scopes decide', () => {
    const scopes = fc.uniqueArray(fc.nat(ladder.length - 1), { minLength: 1 })
    fc.assert(
      fc.property(scopes, (rungs) => {
        const values = rungs.map((rung) => value(`${rung}`, ladder[rung]?.[1]))

        expect(pick(values)).to.equal(`${Math.min(...rungs)}`)
      }),
    )
  })
})
