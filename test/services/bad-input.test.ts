import { expect } from 'chai'
import type { ActionRoute, Route } from '../../services/api/route.ts'
import { routes } from '../../services/api/routes.ts'
import { complaintsOf, isRefusal, sendSpoiled } from '../support/requests/sending.ts'
import type { Spoiled } from '../support/requests/spoilers.ts'
import { requestFor, type Wish } from '../support/requests/wishes.ts'
import { type Land, makeWorld, type World } from '../support/requests/world.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { type StoreWatch, watchStore } from '../support/store-watch.ts'
import { aName, lifecycleBody, scriptStep } from '../support/things.ts'

type Rules = Record<string, unknown>

const byAction = routes.filter((route): route is ActionRoute => 'action' in route)
const writing = byAction.filter(
  ({ method, array }) => (method === 'POST' || method === 'PUT') && array === undefined,
)

describe('Bad input', () => {
  let server: TestServer
  let world: World
  let store: StoreWatch
  let here: Land
  let there: Land

  before(async function () {
    this.timeout(60_000)
    server = await startServer()
    world = await makeWorld(server)
    here = world.lands[0]
    there = world.lands[1]
    store = watchStore(server.broker.namespace)
    await store.settled()
  })

  after(async () => {
    store.close()
    await server.stop()
  })

  describe('of each route', () => {
    it('with a field of a wrong type is refused', async function () {
      this.timeout(60_000)
      const complaints = await eachRefused(writing, (request, route) =>
        fieldsOf(route).map(([name, rule]) => [
          `${name} = ${JSON.stringify(wrongFor(rule))}`,
          { ...request, body: { ...Object(request.body), [name]: wrongFor(rule) } },
        ]),
      )

      expect(complaints.join('\n')).to.equal('')
    })

    it('without a field that is needed is refused, and named', async function () {
      this.timeout(60_000)
      const complaints = await eachRefused(
        writing,
        (request, route) =>
          fieldsOf(route)
            .filter(([, rule]) => isNeeded(rule))
            .map(([name]) => {
              const { [name]: _gone, ...body } = Object(request.body)
              return [name, { ...request, body }]
            }),
        (name, text) => text.includes(name),
      )

      expect(complaints.join('\n')).to.equal('')
    })

    it('with the id of another space, or of another kind, finds nothing', async function () {
      this.timeout(60_000)
      const ofSpace = byAction.filter(({ path, scope }) => scope !== 'system' && path.includes(':'))
      const complaints = await eachRefused(ofSpace, (request, route) =>
        route.path
          .split('/')
          .flatMap((part, index) => (part.startsWith(':') && part !== ':version' ? [index] : []))
          .flatMap((index): Case[] => [
            ['another space', elsewhere(request, index)],
            [
              'another kind',
              { ...request, segments: request.segments.with(index + 1, here.event) },
            ],
          ])
          // An event is asked for by the id of one, and what is of the server has no space.
          .filter(([, { segments }]) => segments.join() !== request.segments.join()),
      )

      expect(complaints.join('\n')).to.equal('')
    })

    it('with a name of 1 MB is refused', async function () {
      this.timeout(60_000)
      const complaints = await eachRefused(writing, (request, route) =>
        fieldsOf(route)
          .filter(([name]) => /Name$|^Version$|^Purpose$/.test(name))
          .map(([name]) => [
            `a long ${name}`,
            { ...request, body: { ...Object(request.body), [name]: 'x'.repeat(1_000_000) } },
          ]),
      )

      expect(complaints.join('\n')).to.equal('')
    })

    it('with JSON that is nested too deep, cut off, or no object, is refused', async function () {
      this.timeout(60_000)
      const raws = [
        `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`,
        '{"Name":',
        '"text"',
        '12',
        'null',
      ]
      const complaints = await eachRefused(writing, (request) =>
        raws.map((raw) => [raw.slice(0, 20), { ...request, raw }]),
      )

      expect(complaints.join('\n')).to.equal('')
    })

    it('in a query is refused or does no harm', async function () {
      this.timeout(120_000)
      const values = [
        '-1',
        '1.5',
        '99999999999999999999',
        '1e400',
        'NaN',
        '[',
        '(.*)*',
        '\u0000',
        '🚀,,',
      ]
      const complaints: string[] = []
      for (const route of byAction.filter(({ method }) => method === 'GET')) {
        const request = await requestFor(server, world, wishFor(route))
        const names = rulesOf(route).filter(([name]) => /^[a-z]/.test(name) && name !== 'spaceId')
        for (const [name] of names)
          for (const value of values) {
            const answer = await sendSpoiled(server, { ...request, query: [[name, value]] })
            const found = complaintsOf('GET', answer)
            complaints.push(...found.map((one) => `${route.path}?${name}=${value}: ${one}`))
          }
      }

      expect(complaints.join('\n')).to.equal('')
    })

    it('with fields that nobody knows is taken as if they were not there', async function () {
      this.timeout(60_000)
      const unlike: string[] = []
      // Refused in any case: there is no Redis for other machines, so nobody waits to be let in.
      const forJoining = /^(workertokens|workerregistrations|workers\/:id\/approve)$/
      // Not from each state of a trust, and a fingerprint is wrong until somebody has read it.
      const ofState = /^trusts\/:id\/(confirm|suspend|resume|renew)$/
      // Only what was seen, and once.
      const ofSight = /^imports\/:id\/(approve|import)$/
      // Of a release that is on its way, which there is none of here.
      const ofTheWay = /^promotions(\/:id\/(withdraw|resend|recall))?$/
      const never = ({ path }: { path: string }) =>
        [forJoining, ofState, ofSight, ofTheWay].some((some) => some.test(path))
      for (const route of writing.filter((route) => !never(route))) {
        const request: Spoiled = await requestFor(server, world, wishFor(route))
        const more = {
          Nonsense: { a: [1] },
          _internal: 1,
          $set: { a: 1 },
          Links: {},
          constructor: 1,
        }
        const answer = await sendSpoiled(server, {
          ...request,
          body: { ...Object(request.body), ...more },
        })
        await store.settled()
        if (isRefusal(answer) || /Nonsense|_internal|\$set/.test(answer.text))
          unlike.push(
            `${route.method} ${route.path}: ${answer.status} ${answer.text.slice(0, 200)}`,
          )
      }

      expect(unlike).to.deep.equal([])
    })
  })

  describe('of its own kind', () => {
    it('is not a lifecycle without phases', async () => {
      const body = lifecycleBody(aName('Lifecycle'))
      const made = await server.ask('POST', '/lifecycles', body)

      expect(made.Phases).to.deep.equal([])
    })

    it('is a process with two steps of one name', async () => {
      const path = `/projects/${here.project.Id}/deploymentprocesses`
      const errors = await refusedAs400('PUT', path, {
        Steps: [scriptStep('Build'), scriptStep('build')],
      })

      expect(errors.join()).to.match(/build/i)
    })

    it('is a variable that refers to itself', async () => {
      const path = `/projects/${here.project.Id}/variables`
      const Variables = [
        { Name: 'A', Value: 'see #{B}' },
        { Name: 'B', Value: 'see #{A}' },
      ]
      const errors = await refusedAs400('PUT', path, {
        ...(await server.ask('GET', path)),
        Variables,
      })

      expect(errors.join()).to.match(/'A'|'B'/)
    })

    it('is a deployment outside its lifecycle', async () => {
      const [, release] = here.releases
      const [test, production] = here.environments
      const errors = await refusedAs400('POST', '/deployments', {
        ReleaseId: release?.Id,
        EnvironmentId: production?.Id,
      })

      expect(errors).to.deep.equal([`${production?.Name} opens when ${test?.Name} has succeeded.`])
    })

    it('is a deployment by names of which one is outside the lifecycle: none is queued', async () => {
      const errors = await refusedAs400('POST', '/deployments/create/untenanted/v1', {
        ProjectName: here.project.Name,
        ReleaseVersion: here.releases[1]?.Version,
        EnvironmentNames: here.environments.map(({ Name }) => Name),
      })

      expect(errors).to.have.lengthOf(1)
    })

    it('is a release with a version that is taken: nothing new is frozen', async () => {
      const path = `/projects/${here.project.Id}/variables`
      const Variables = [{ Name: 'Colour', Value: aName('blue') }]
      await server.ask('PUT', path, { ...(await server.ask('GET', path)), Variables })

      const errors = await refusedAs400('POST', '/releases', {
        ProjectId: here.project.Id,
        Version: '1.0.0',
      })

      expect(errors.join()).to.contain('1.0.0')
    })

    it('is what names something of another space', async () => {
      const [release] = here.releases
      const foreign: [method: string, path: string, body: object][] = [
        [
          'POST',
          '/deployments',
          { ReleaseId: release?.Id, EnvironmentId: there.environments[0]?.Id },
        ],
        ['POST', '/releases', { ProjectId: there.project.Id, Version: '9' }],
        ['POST', '/channels', { Name: 'Foreign', ProjectId: there.project.Id }],
        ['POST', '/lifecycles', lifecycleBody('Foreign', [[String(there.environments[0]?.Id)]])],
        [
          'POST',
          '/projects',
          { Name: 'Foreign', LifecycleId: there.lifecycle.Id, ProjectGroupId: here.group.Id },
        ],
        [
          'POST',
          '/projects',
          { Name: 'Foreign', LifecycleId: here.lifecycle.Id, ProjectGroupId: there.group.Id },
        ],
      ]
      for (const [method, path, body] of foreign) await refusedAs400(method, path, body)
    })
  })

  /** The errors of a request that must be refused and change nothing. */
  async function refusedAs400(method: string, path: string, body: object): Promise<string[]> {
    await store.settled()
    const before = store.hash()
    const response = await server.send(method, path, body)
    const answer = (await response.json()) as { Errors: string[] } // As the contract has it.
    expect(response.status, JSON.stringify(answer)).to.equal(400)
    expect(store.hash()).to.equal(before, store.differences().join('\n'))
    return answer.Errors
  }

  /** A request and what is wrong with it. */
  type Case = [what: string, request: Spoiled]

  /** Sends each case of each route, and tells of those that are not refused as they should be. */
  async function eachRefused(
    asked: readonly ActionRoute[],
    casesOf: (request: Spoiled, route: ActionRoute) => Case[],
    fits: (what: string, text: string) => boolean = () => true,
  ): Promise<string[]> {
    const complaints: string[] = []
    for (const route of asked) {
      const wanted = await requestFor(server, world, wishFor(route))
      for (const [what, request] of casesOf(wanted, route)) {
        await store.settled()
        const before = store.hash()
        const answer = await sendSpoiled(server, request)
        const found = complaintsOf(request.method, answer)
        if (!isRefusal(answer) || !fits(what, answer.text))
          found.push(`${answer.status} ${answer.text}`)
        if (store.hash() !== before) found.push(`It has changed ${store.differences()}`)
        for (const one of found)
          complaints.push(`${route.method} ${route.path} with ${what}: ${one.slice(0, 300)}`)
      }
    }
    return complaints
  }

  /** All that an action takes, with the rule of each. */
  function rulesOf({ action }: ActionRoute): [string, unknown][] {
    const endpoint = server.broker.findNextActionEndpoint(action)
    const rules: Rules = endpoint instanceof Error ? {} : (endpoint.action.params ?? {})
    return Object.entries(rules)
  }

  /** The fields of a body that an action takes, with their rules. */
  const fieldsOf = (route: ActionRoute) => rulesOf(route).filter(([name]) => /^[A-Z]/.test(name))

  /** The same request with the id that the other space has there. */
  function elsewhere(request: Spoiled, index: number): Spoiled {
    const id = request.segments[index + 1] ?? ''
    const twins = idsOf(there)
    const at = idsOf(here).indexOf(id)
    return { ...request, segments: request.segments.with(index + 1, twins[at] ?? id) }
  }
})

const wishFor = (route: Route): Wish => ({ route, land: 0, form: 'id', pick: 1, query: 0 })

/** The ids of a space's things, in the same order for each space. */
function idsOf(land: Land): string[] {
  const { Id } = land.project
  const things = [land.lifecycle, land.group, land.project, land.channel, land.team, land.held]
  const more = [...land.environments, ...land.releases, ...land.deployments, land.pool]
  const derived = [`deploymentprocess-${Id}`, `variableset-${Id}`]
  const tasks = land.deployments.map(({ TaskId }) => String(TaskId))
  return [...[...things, ...more].map((thing) => thing.Id), ...derived, ...tasks]
}

const isNeeded = (rule: unknown) =>
  typeof rule === 'string'
    ? !rule.includes('optional')
    : (rule as Rules).optional !== true && (rule as Rules).default === undefined

/** What a rule cannot take. */
function wrongFor(rule: unknown): unknown {
  const type = String(typeof rule === 'object' ? (rule as Rules).type : rule).split('|')[0]
  if (type === 'string' || type === 'enum') return { a: 1 }
  return 'nonsense'
}
