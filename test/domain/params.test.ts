import { expect } from 'chai'
import { paramsOf } from '#domain/params.ts'

describe('The parameters of a request', () => {
  const rules = {
    id: 'string',
    Name: 'string',
    Steps: { type: 'array', items: { type: 'object', props: { Name: 'string' } } },
    Properties: { type: 'record' },
  }
  const request = { path: {}, query: {}, body: {} }

  it('are spelled as in the rules of the action', () => {
    const params = paramsOf(rules, {
      ...request,
      body: { name: 'Shop', STEPS: [{ name: 'Build' }] },
    })

    expect(params).to.deep.equal({ Name: 'Shop', Steps: [{ Name: 'Build' }] })
  })

  it('keep the keys of a dictionary', () => {
    const params = paramsOf(rules, {
      ...request,
      body: { Properties: { 'my.key': '1', NAME: '2' } },
    })

    expect(params).to.deep.equal({ Properties: { 'my.key': '1', NAME: '2' } })
  })

  it('do not take the address from the body, nor the body from the address', () => {
    const query = { name: 'Other', ID: 'Spaces-2' }
    const params = paramsOf(rules, { path: { id: 'Spaces-1' }, query, body: { Id: 'Spaces-3' } })

    expect(params).to.deep.equal({ id: 'Spaces-1' })
  })

  it('leave out what is null or empty', () => {
    const params = paramsOf(rules, { ...request, body: { Name: '', Steps: null } })

    expect(params).to.deep.equal({})
  })

  it('keep the keys of a dictionary, and spell what its values are made of', () => {
    const value = { type: 'object', props: { HasValue: 'boolean' } }
    const params = paramsOf(
      { Parts: { type: 'record', key: 'string', value } },
      { ...request, body: { parts: { 'my.Key': { hasvalue: true, other: 1 } } } },
    )

    expect(params).to.deep.equal({ Parts: { 'my.Key': { HasValue: true } } })
  })

  it('take a list of a query told with commas, or by its name again and again', () => {
    const list = { ids: { type: 'array', items: 'string' } }
    const told = (ids: unknown) => paramsOf(list, { ...request, query: { IDS: ids } })

    expect(told('a,b')).to.deep.equal({ ids: ['a', 'b'] })
    expect(told(['a', 'b'])).to.deep.equal({ ids: ['a', 'b'] })
    expect(told(['a,b', 'c'])).to.deep.equal({ ids: ['a', 'b', 'c'] })
    expect(told('a,')).to.deep.equal({ ids: ['a'] })
  })

  it('take the last of a text that a query says twice', () => {
    const params = paramsOf({ skip: 'number' }, { ...request, query: { skip: ['1', '2'] } })

    expect(params).to.deep.equal({ skip: '2' })
  })

  it('have no key that no rule names, whatever it is called', () => {
    const body = JSON.parse('{"__proto__": {"Name": "x"}, "constructor": 1, "Name": "Shop"}')
    const params = paramsOf(rules, { ...request, body })

    expect(Object.keys(params)).to.deep.equal(['Name'])
    expect(Object.getPrototypeOf(params)).to.equal(Object.prototype)
  })
})
