import { expect } from 'chai'
import { addressBook } from '../../services/api/address.ts'
import type { Route } from '../../services/api/route.ts'

describe('An address of the API', () => {
  const routes: Route[] = [
    { method: 'GET', path: '', scope: 'both', unbuilt: 'root' },
    { method: 'GET', path: 'spaces', scope: 'system', unbuilt: 'spaces' },
    { method: 'GET', path: 'spaces/:id', scope: 'system', unbuilt: 'a space' },
    { method: 'GET', path: 'spaces/:id/search', scope: 'system', unbuilt: 'search' },
    { method: 'GET', path: 'environments', scope: 'space', unbuilt: 'environments' },
    { method: 'POST', path: 'environments', scope: 'space', unbuilt: 'a new environment' },
    { method: 'GET', path: 'environments/summary', scope: 'space', unbuilt: 'the summary' },
    { method: 'GET', path: 'environments/:id', scope: 'space', unbuilt: 'an environment' },
    { method: 'GET', path: 'users/:id', scope: 'system', unbuilt: 'a user' },
    { method: 'GET', path: 'tasks/:id', scope: 'both', unbuilt: 'a task' },
  ]
  const book = addressBook(routes)
  const whatAt = (path: string) => {
    const found = book.find('GET', path)
    return (
      found && ['unbuilt' in found.route && found.route.unbuilt, found.space, { ...found.params }]
    )
  }

  it('is one route in each of its three forms', () => {
    expect(whatAt('environments/E-1')).to.deep.equal(['an environment', undefined, { id: 'E-1' }])
    expect(whatAt('Spaces-1/environments/E-1')).to.deep.equal([
      'an environment',
      'Spaces-1',
      { id: 'E-1' },
    ])
    expect(whatAt('spaces/Spaces-1/environments/E-1')).to.deep.equal([
      'an environment',
      'Spaces-1',
      { id: 'E-1' },
    ])
  })

  it('is the same in any case, and its parameters stay as they are', () => {
    expect(whatAt('ENVIRONMENTS/E-a')).to.deep.equal(['an environment', undefined, { id: 'E-a' }])
    expect(whatAt('Environments/Summary')).to.deep.equal(['the summary', undefined, {}])
  })

  it('of a space is not taken for a resource in it', () => {
    expect(whatAt('spaces/Spaces-1')).to.deep.equal(['a space', undefined, { id: 'Spaces-1' }])
    expect(whatAt('spaces/Spaces-1/search')).to.deep.equal([
      'search',
      undefined,
      { id: 'Spaces-1' },
    ])
  })

  it('may end in a slash', () => {
    expect(whatAt('environments/')).to.deep.equal(['environments', undefined, {}])
    expect(whatAt('')).to.deep.equal(['root', undefined, {}])
    expect(whatAt('My%20Space/')).to.deep.equal(['root', 'My Space', {}])
  })

  it('has its parameters decoded, slashes too', () => {
    expect(whatAt('environments/a%20b%2Fc')).to.deep.equal([
      'an environment',
      undefined,
      { id: 'a b/c' },
    ])
  })

  it('of the whole server is in no space, and one of both is', () => {
    expect(whatAt('Spaces-1/users/U-1')).to.equal(undefined)
    expect(whatAt('Spaces-1/tasks/T-1')).to.deep.equal(['a task', 'Spaces-1', { id: 'T-1' }])
    expect(whatAt('tasks/T-1')).to.deep.equal(['a task', undefined, { id: 'T-1' }])
  })

  it('is nowhere when it is broken or unknown', () => {
    for (const path of [
      'environments/%zz',
      'environments/a/b',
      '/environments',
      'a/b/c',
      '%zz/x',
    ]) {
      expect(whatAt(path), path).to.equal(undefined)
    }
  })

  it('knows its verbs', () => {
    expect(book.verbs('Spaces-1/environments')).to.deep.equal(['GET', 'POST'])
    expect(book.verbs('environments/a/b')).to.deep.equal([])
  })
})
