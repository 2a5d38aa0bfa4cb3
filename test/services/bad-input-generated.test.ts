import { expect } from 'chai'
import fc from 'fast-check'
import type { Route } from '../../services/api/route.ts'
import { routes } from '../../services/api/routes.ts'
import { complaintsOf, isRefusal, sendSpoiled } from '../support/requests/sending.ts'
import { anyFault, type Fault, type Spoiled } from '../support/requests/spoilers.ts'
import { requestFor, type Wish } from '../support/requests/wishes.ts'
import { makeWorld, refresh, type World } from '../support/requests/world.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type StoreWatch, watchStore } from '../support/store-watch.ts'

/** Set these two to try other requests, or more. */
const SEED = Number(process.env.TAKO_TEST_SEED ?? 20_240_611)
const REQUESTS = Number(process.env.TAKO_TEST_REQUESTS ?? 2_400)

const READING = ['GET', 'HEAD', 'OPTIONS']

const built = routes.filter((route) => !('unbuilt' in route))
const unbuilt = routes.filter((route) => 'unbuilt' in route)

const anyWish: fc.Arbitrary<Wish> = fc.record({
  route: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...built) },
    { weight: 1, arbitrary: fc.constantFrom(...unbuilt) },
  ),
  land: fc.constantFrom(0, 1),
  form: fc.constantFrom('id', 'slug', 'name', 'none'),
  pick: fc.nat(1000),
  query: fc.nat(),
})

const anyRequest = fc.record({
  wish: anyWish,
  who: fc.oneof(
    { weight: 8, arbitrary: fc.constant('administrator' as const) },
    { weight: 1, arbitrary: fc.constantFrom('member', 'outsider', 'nobody') },
  ),
  faults: fc.oneof(fc.constant<Fault[]>([]), fc.array(anyFault, { minLength: 1, maxLength: 3 })),
})

describe('Generated requests', () => {
  let server: TestServer
  let world: World
  let store: StoreWatch

  before(async function () {
    this.timeout(60_000)
    server = await startServer()
    world = await makeWorld(server)
    store = watchStore(server.broker.namespace)
    await store.settled()
  })

  after(async () => {
    store.close()
    await server.stop()
  })

  it('are answered as the contract says, and change nothing when they are refused', async function () {
    this.timeout(240_000)
    const counts = { wellFormed: 0, granted: 0 }
    const asked = new Set<Route>()

    const property = fc.asyncProperty(anyRequest, async ({ wish, who, faults }) => {
      const wanted: Spoiled = await requestFor(server, world, wish)
      const spoiled = faults.reduce((request, { spoil }) => spoil(request), wanted)
      const request = keepWorld(wish, spoiled)
      await store.settled()
      const before = store.hash()

      const answer = await sendSpoiled(server, request, keyOf(who))

      // What is refused of a bundle is put aside for who looks into it.
      const isKept = wish.route.path === 'bundles/import'
      const isStill = !isKept && (isRefusal(answer) || READING.includes(request.method))
      const isAsItWas = !isStill || store.hash() === before
      const { status, text } = answer
      const what = isAsItWas ? [] : [`${status} ${text.slice(0, 200)} has changed the store:`]
      expect([...complaintsOf(request.method, answer), ...what]).to.deep.equal([])
      expect(isAsItWas ? [] : store.differences()).to.deep.equal([])
      if (wish.route.path === 'spaces/:id') await refresh(server, world)
      asked.add(wish.route)
      if (faults.length > 0) return
      counts.wellFormed += 1
      // Who may not is refused too, and so is what somebody else has done already.
      if (!isRefusal(answer) || status === 501) counts.granted += 1
    })
    await fc.assert(property, { numRuns: REQUESTS, seed: SEED })

    expect(counts.wellFormed).to.be.at.least(REQUESTS / 3)
    expect(counts.granted).to.be.at.least(counts.wellFormed * 0.8)
    expect(built.filter((route) => !asked.has(route))).to.deep.equal([])
  })

  /** undefined is the administrator's own. */
  function keyOf(who: 'administrator' | 'member' | 'outsider' | 'nobody') {
    if (who === 'administrator') return undefined
    return who === 'nobody' ? null : world.keys[who]
  }
})

/** What no request may change, or the others are about nothing any more: who may, and that tasks wait. */
function keepWorld({ route }: Wish, request: Spoiled): Spoiled {
  const kept = route.method === 'PUT' && keptFields[route.path]
  if (!kept || Array.isArray(request.body)) return request
  return { ...request, body: { ...Object(request.body), ...kept } }
}

const keptFields: Record<string, object> = {
  'octopusservernodes/:id': { IsInMaintenanceMode: true },
  'spaces/:id': { SpaceManagersTeams: ['teams-administrators'] },
}
