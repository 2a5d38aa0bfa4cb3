import { expect } from 'chai'
import { config } from '#config'
import { writeEnvelope } from '#domain/bundle/envelope.ts'
import { closeStore, openStore } from '#store/connection.ts'
import { keysOf } from '../../../services/promoter/keys.ts'
import { spaceIdentitySchema } from '../../../services/promoter/space-identity.model.ts'
import { freshId } from '../../../services/promoter/talking.ts'
import { startRedis, type TestRedis } from '../../support/redis.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { makeEnvironment, makeSpace, refusal } from '../../support/things.ts'
import { makeTrust, trustSettings } from '../../support/trusts.ts'
import { until } from '../../support/until.ts'

describe('A message between spaces', () => {
  let redis: TestRedis
  let here: TestServer
  let there: TestServer
  let ours: { bus: TestServer['bus']; spaceId: string }
  let theirs: { bus: TestServer['bus']; spaceId: string }

  before(async () => {
    redis = await startRedis()
    config.promotionsRedisUrl = redis.url
    here = await startServer()
    there = await startServer({ nodeID: 'there' })
    ours = { bus: here.bus, spaceId: await makeSpace(here.bus) }
    theirs = { bus: there.bus, spaceId: await makeSpace(there.bus) }
    await makeEnvironment(there.bus, theirs.spaceId, 'Production')
    await makeTrust(theirs, ours)
  })

  after(async () => {
    config.promotionsRedisUrl = undefined
    await Promise.all([here?.stop(), there?.stop()])
    await redis?.stop()
  })

  const transports = {
    Https: () => ({ Kind: 'Https' as const, Url: there.url.replace(/\/api$/, '') }),
    Bus: () => ({ Kind: 'Bus' as const, BusName: 'there' }),
  }
  let trustId: string

  for (const [kind, transport] of Object.entries(transports))
    it(`is answered over ${kind}`, async () => {
      const trust = trustId
        ? await here.bus.call('trusts.get', { spaceId: ours.spaceId, id: trustId })
        : await makeTrust(ours, theirs)
      trustId = trust.Id
      const about = { spaceId: ours.spaceId, id: trustId }
      await here.bus.call('trusts.modify', {
        ...{ ...about, Name: trust.Name, ...trustSettings(), Transport: transport() },
      })

      const test = await until(async () => {
        const answer = await here.bus.call('trusts.test', about)
        return answer.IsReached && answer
      }, 'the other side is there')
      const { Environments } = await here.bus.call('trusts.directory', about)

      expect(test).to.deep.equal({ IsReached: true, IsTrusted: true, Faults: [] })
      expect(Environments.map(({ Name }) => Name)).to.deep.equal(['Production'])
    })

  it('that was kept and is sent again changes nothing, and gets the same answer', async () => {
    const envelope = await hello(new Date())
    const body = { method: 'POST', body: envelope }
    const url = `${there.url}/promotion/v1/messages`

    const answers = [await fetch(url, body), await fetch(url, body)]

    const [one, two] = await Promise.all(answers.map((answer) => answer.text()))
    expect(idIn(one)).to.equal(idIn(two))
  })

  it('is refused when it is too old, forged, for another, or of nobody known', async () => {
    const old = await hello(new Date(Date.now() - 3_600_000))
    const good = await hello(new Date())
    const forged = `${good.slice(0, -8)}AAAAAAAA`

    const codes = await Promise.all([old, forged, 'nonsense'].map(codeOf))

    expect(codes).to.deep.equal(['MessageExpired', 'BadSignature', 'BadSignature'])
  })

  it('tells new keys before anything that is signed with them', async () => {
    const about = { spaceId: ours.spaceId, id: trustId }
    const before = await here.bus.call('spaceidentities.get', { spaceId: ours.spaceId })

    await here.bus.call('spaceidentities.rotate', { spaceId: ours.spaceId, Keys: 'Identity' })

    const test = await until(async () => {
      const answer = await here.bus.call('trusts.test', about)
      return answer.IsTrusted && answer
    }, 'the other side knows the new keys')
    const after = await here.bus.call('spaceidentities.get', { spaceId: ours.spaceId })
    expect(after.Fingerprint).to.not.equal(before.Fingerprint)
    expect(test.Faults).to.deep.equal([])
  })

  it('reaches nothing of the server but what promoters offer each other', async () => {
    const { joinPromotionsBus } = await import('../../../services/promoter/promotions-bus.ts')
    const stranger = await joinPromotionsBus({
      ...{ url: redis.url, namespace: config.promotionsNamespace },
      system: here.bus,
      logger: here.broker.logger,
    })
    try {
      await until(() => stranger.broker.registry.nodes.count() > 1, 'it sees the others')
      const actions = here.broker.registry
        .getActionList({ onlyLocal: true, skipInternal: false })
        .map(({ name }) => name)
      const nodes = stranger.broker.registry.nodes.list({}).map(({ id }) => id as string)

      const said = await Promise.all(
        [...actions, '$node.options', '$node.list', '$node.actions'].flatMap((action) =>
          [{}, ...nodes.map((nodeID) => ({ nodeID }))].map((where) =>
            refusal(
              stranger.broker.call(action as never, {} as never, { ...where, timeout: 2_000 }),
            ),
          ),
        ),
      )

      expect(actions).to.include('$node.options')
      expect(said.length).to.be.greaterThan(300)
      for (const error of said)
        expect((error as Error & { type?: string }).type).to.equal('SERVICE_NOT_FOUND')
    } finally {
      await stranger.close()
    }
  })

  async function hello(now: Date): Promise<string> {
    const store = await openStore(here.broker.namespace)
    try {
      const models = { SpaceIdentity: store.model('SpaceIdentity', spaceIdentitySchema) }
      const { current } = await keysOf({ models, broker: here.bus }, ours.spaceId)
      const { Fingerprint: to } = await there.bus.call('spaceidentities.get', {
        spaceId: theirs.spaceId,
      })
      return await writeEnvelope({ id: freshId(), type: 'hello', body: {}, to, now }, current)
    } finally {
      await closeStore()
    }
  }

  async function codeOf(envelope: string): Promise<string> {
    const answer = await fetch(`${there.url}/promotion/v1/messages`, {
      method: 'POST',
      body: envelope,
    })
    const { Details } = (await answer.json()) as { Details: { Code: string } }
    return Details.Code
  }
})

const idIn = (jws = '') =>
  JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()).id
