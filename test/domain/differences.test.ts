import { expect } from 'chai'
import { differencesOf } from '#domain/differences.ts'

describe('The differences of a resource', () => {
  it('are what has changed', () => {
    const before = { Name: 'Shop', Tags: ['a'], Gone: 1, Same: { x: 1 } }
    const after = { Name: 'Store', Tags: ['a', 'b'], Same: { x: 1 } }
    expect(differencesOf(before, after)).to.have.deep.members([
      { op: 'replace', path: '/Name', before: 'Shop', after: 'Store' },
      { op: 'add', path: '/Tags/1', after: 'b' },
      { op: 'remove', path: '/Gone', before: 1 },
    ])
    expect(differencesOf(before, before)).to.deep.equal([])
  })

  it('of a new one or a removed one are all of it', () => {
    expect(differencesOf(null, { Name: 'Shop' })).to.deep.equal([
      { op: 'add', path: '/Name', after: 'Shop' },
    ])
    expect(differencesOf({ Name: 'Shop' }, null)).to.deep.equal([
      { op: 'remove', path: '/Name', before: 'Shop' },
    ])
  })

  it('leave out what is internal, and what changes with every change', () => {
    const before = { Version: 1, _name: 'a', Links: { Self: '/a' }, LastModifiedOn: 'x' }
    const after = { Version: 2, _name: 'b', Links: { Self: '/b' }, LastModifiedOn: 'y' }
    expect(differencesOf(before, after)).to.deep.equal([])
    expect(differencesOf({ Version: '1.0' }, { Version: '1.1' })).to.have.length(1)
  })

  it('show of a secret only that it has changed', () => {
    const changes = differencesOf(
      { Properties: { 'a/b': { _sealed: 'old' }, Same: { _sealed: 'same' } }, Token: 'old' },
      {
        Properties: { 'a/b': { _sealed: 'new' }, Same: { _sealed: 'same' } },
        Token: 'new',
        Steps: [{ Key: { _sealed: 'fresh' } }],
        Key: { HasValue: true, NewValue: 'typed' },
      },
      ['Token'],
    )
    expect(changes).to.have.length(4)
    expect(changes[0]).to.deep.equal({
      op: 'replace',
      path: '/Properties/a~1b',
      before: '********',
      after: '********',
    })
    expect(JSON.stringify(changes)).to.not.match(/old|new|fresh|typed|secret:/)
  })
})
