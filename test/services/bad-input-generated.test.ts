import { expect } from 'chai'
import fc from 'fast-check'
import { routes } from '../../services/api/routes.ts'
import { complaintsOf, isRefusal, sendSpoiled } from '../support/requests/sending.ts'
import { anyFault, type Fault, type Spoiled } from '../support/requests/spoilers.ts'
import { requestFor, type Wish } from '../support/requests/wishes.ts'
import { makeWorld, refresh, type World } from '../support/requests/world.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type StoreWatch, watchStore } from '../support/store-watch.ts'

/** Set TAKO_TEST_SEED to try other requests. */
const SEED = Number(process.env.TAKO_TEST_SEED ?? 20_240_611)
const REQUESTS = Number(process.env.TAKO_TEST_REQUESTS ?? 2_200)

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
    this.timeout(300_000)
    const counts = { sent: 0, wellFormed: 0, granted: 0, refused: 0 }
    const seen = new Set<string>()
    const odd: string[] = []

    const property = fc.asyncProperty(anyRequest, async ({ wish, who, faults }) => {
      const wanted: Spoiled = await requestFor(server, world, wish)
      const request = keepDraining(
        wish,
        faults.reduce((spoiled, { spoil }) => spoil(spoiled), wanted),
      )
      await store.settled()
      const before = store.hash()

      const key = who === 'administrator' ? undefined : who === 'nobody' ? null : world.keys[who]
      const answer = await sendSpoiled(server, request, key)

      if (wish.route.path === 'spaces/:id') await refresh(server, world)
      const complaints = complaintsOf(request.method, answer)
      const isStill = isRefusal(answer) || ['GET', 'HEAD', 'OPTIONS'].includes(request.method)
      if (isStill && store.hash() !== before)
        complaints.push(
          `${answer.status} ${answer.text.slice(0, 200)} has changed ${store.differences().join('\n').slice(0, 1500)}`,
        )
      counts.sent += 1
      if (isRefusal(answer)) counts.refused += 1
      if (faults.length === 0 && who === 'administrator') {
        counts.wellFormed += 1
        if (answer.status < 400 || answer.status === 501) counts.granted += 1
        else
          odd.push(
            `${answer.status} ${wish.route.method} ${wish.route.path} ${answer.text.slice(0, 200)}`,
          )
      }
      seen.add(`${wish.route.method} ${wish.route.path}`)
      // biome-ignore lint: dev
      if (process.env.T4) {
        if (complaints.length)
          console.log(
            `${request.method} ${request.segments.join('/').slice(0, 150)} ${JSON.stringify(request.query).slice(0, 200)} ${JSON.stringify(request.body)?.slice(0, 300)}\n   [${faults.map(String)}]\n   ${complaints.join('\n   ')}`,
          )
      } else expect(complaints).to.deep.equal([])
    })

    await fc.assert(property, { numRuns: REQUESTS, seed: SEED })
    console.log(
      counts,
      odd.join('\n'),
      built.filter((r) => !seen.has(`${r.method} ${r.path}`)).map((r) => `${r.method} ${r.path}`),
    )
  })
})

/** A node that took tasks again would change the store by itself. */
function keepDraining({ route }: Wish, request: Spoiled): Spoiled {
  if (!route.path.startsWith('octopusservernodes') || Array.isArray(request.body)) return request
  return { ...request, body: { ...Object(request.body), IsInMaintenanceMode: true } }
}
