import { expect } from 'chai'
import type { ActionRoute } from '../../services/api/route.ts'
import { routes } from '../../services/api/routes.ts'
import { startServer, type TestServer } from '../support/server.ts'

describe('The table of routes', () => {
  const ofActions = routes.filter((route): route is ActionRoute => 'action' in route)
  let server: TestServer

  before(async () => {
    server = await startServer()
  })

  after(() => server.stop())

  it('has each route once', () => {
    const keys = routes.map(
      ({ method, path }) => `${method} ${path.toLowerCase().replace(/:\w+/g, ':')}`,
    )

    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).to.deep.equal([])
  })

  it('names actions that there are, which say what may be asked, and by whom', () => {
    const faults = ofActions.flatMap(({ method, path, action, unless }) =>
      [action, ...(unless ? [unless.action] : [])].flatMap((name) => {
        const schema = schemaOf(name)
        const isGood = schema?.permission !== undefined && schema.description !== undefined
        return isGood ? [] : [`${method} ${path}: ${name}`]
      }),
    )

    expect(faults).to.deep.equal([])
  })

  it('has parameters that the actions know', () => {
    // What is in a list of nothing whichever place is asked for, or goes by its own id alone.
    const none = ['machines.list', 'channels.get', 'channels.modify', 'channels.remove']
    const faults = ofActions.flatMap(({ method, path, scope, action, array, given }) => {
      const known = Object.keys(schemaOf(action)?.params ?? {})
      const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
      const needed = given || none.includes(action) ? [] : inPath
      const all = [...needed, ...(scope === 'system' ? [] : ['spaceId']), ...(array ? [array] : [])]
      return all
        .filter((name) => !known.includes(name))
        .map((name) => `${method} ${path}: ${action} ${name}`)
    })

    expect(faults).to.deep.equal([])
  })

  function schemaOf(action: string) {
    const endpoint = server.broker.findNextActionEndpoint(action)
    if (endpoint instanceof Error) return undefined
    // Moleculer types neither; each action has both.
    return endpoint.action as typeof endpoint.action & { permission?: string; description?: string }
  }
})
