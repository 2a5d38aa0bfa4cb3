import { expect } from 'chai'
import type { Route } from '../../services/api/route.ts'
import { routes } from '../../services/api/routes.ts'
import { MISSING, sampleOf } from '../support/sample.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type Fixture, makeFixture, roles } from './access-fixture.ts'
import { access, type Outcome, rows, unbuiltInSpace, unbuiltOnServer } from './access-table.ts'

/** A route as it is asked for: one of a space and of the server is two. */
interface Way {
  route: Route
  /** Such as 'GET {S}/environments/:id': its name in the table. */
  name: string
}

const ways: Way[] = routes.flatMap((route) => {
  const { method, path, scope } = route
  const ofServer = { route, name: `${method} ${path}` }
  const ofSpace = { route, name: `${method} {S}/${path}` }
  if (scope === 'both') return [ofServer, ofSpace]
  return scope === 'space' ? [ofSpace] : [ofServer]
})

describe('Access', () => {
  let server: TestServer
  let fixture: Fixture

  before(async function () {
    this.timeout(60_000)
    server = await startServer()
    fixture = await makeFixture(server)
  })

  after(() => server.stop())

  it('is said for every route that is built, and for no other', () => {
    const built = ways.filter(({ route }) => !('unbuilt' in route)).map(({ name }) => name)

    expect(Object.keys(access).sort()).to.deep.equal([...new Set(built)].sort())
  })

  for (const [index, role] of roles.entries()) {
    it(`of ${role} is as the table says, on every route`, async function () {
      this.timeout(120_000)
      const differences: string[] = []

      for (const way of ways) {
        const expected = expectedOf(way)[index]
        const { outcome, status, text } = await ask(way, role)
        if (outcome !== expected) {
          differences.push(
            `${way.name}: ${outcome}, not ${expected} (${status} ${text.slice(0, 120)})`,
          )
        }
      }

      expect(differences).to.deep.equal([])
    })
  }

  /** What the rules of the action ask for, so that only access can refuse it. */
  function requestFor(route: Route): { query: string; body: unknown } {
    if (!('action' in route)) return { query: '', body: {} }
    const endpoint = server.broker.findNextActionEndpoint(route.action)
    const sample = endpoint instanceof Error ? {} : sampleOf(endpoint.action.params ?? {})
    const of = (pattern: RegExp) => Object.entries(sample).filter(([name]) => pattern.test(name))
    const inPath = new Set([
      'spaceId',
      ...[...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name),
    ])
    const query = of(/^[a-z]/).filter(([name]) => !inPath.has(name) && name !== route.array)
    return {
      query: `?${new URLSearchParams(Object.fromEntries(query.map(([name, value]) => [name, fixture.idOf(name) ?? String(value)])))}`,
      body: route.array ? [] : Object.fromEntries(of(/^[A-Z]/)),
    }
  }

  function expectedOf({ route, name }: Way): readonly Outcome[] {
    if ('unbuilt' in route) return name.includes('{S}') ? unbuiltInSpace : unbuiltOnServer
    const row = access[name]
    return row ? rows[row] : []
  }

  async function ask({ route, name }: Way, role: (typeof roles)[number]) {
    const { query, body } = requestFor(route)
    const path = fixture.fill(name.replace(/^\w+ /, '').replace('{S}', 'Spaces-1'), route.method)
    const controller = new AbortController()
    const response = await fetch(`${server.url}/${path}${query}`, {
      method: route.method,
      signal: controller.signal,
      headers: {
        ...(role !== 'nobody' && { 'X-Octopus-ApiKey': fixture.keys[role] }),
        'Content-Type': 'application/json',
      },
      ...((route.method === 'POST' || route.method === 'PUT') && { body: JSON.stringify(body) }),
    })
    // A stream that begins has been allowed, and never ends.
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
    const text = isStream ? '' : await response.text()
    if (isStream) controller.abort()
    return {
      outcome: outcomeOf(route, response.status, text),
      status: response.status,
      text,
    }
  }
})

/** What an answer says about access; a fault in the request itself comes only after it. */
function outcomeOf(route: Route, status: number, text: string): Outcome {
  if (status === 401) return '401'
  if (status === 403) return '403'
  // A route that is there may still lack a part, which it says after having let him in.
  if (status === 501) return 'unbuilt' in route ? '501' : 'yes'
  if (status >= 500) return 'fault'
  // What is read is there. What is to be changed is not: to be told so, one must have been let in.
  const isHidden = status === 404 && (route.method === 'GET' || !text.includes(MISSING))
  return isHidden ? 'hidden' : 'yes'
}
