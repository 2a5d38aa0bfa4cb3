import { expect } from 'chai'
import { type BrokerOptions, Loggers, ServiceBroker } from 'moleculer'
import { createClient } from 'redis'
import { QUIET } from '#bus/logging.ts'
import { overRedis, type Side } from '#bus/redis-transporter.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { until } from '../support/until.ts'

describe('Brokers over Redis', () => {
  let redis: TestRedis
  const brokers: ServiceBroker[] = []

  beforeEach(async () => {
    redis = await startRedis()
  })

  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.stop()))
    await redis.stop()
  })

  function broker(
    nodeID: string,
    side: Side = 'peer',
    logger: NonNullable<BrokerOptions['logger']> = false,
  ) {
    const made = new ServiceBroker({
      nodeID,
      namespace: 'test',
      logger,
      transporter: overRedis({ url: redis.url, side }),
      heartbeatInterval: 1,
      heartbeatTimeout: 3,
      requestTimeout: 2_000,
      skipProcessEventRegistration: true,
    })
    made.createService({ name: `at-${nodeID}`, actions: { name: () => nodeID } })
    brokers.push(made)
    return made
  }
  const nodesOf = (one: ServiceBroker) =>
    one.registry
      .getNodeList({ onlyAvailable: true, withServices: false })
      .map(({ id }: { id: string }) => id)
      .sort()
  const hears = (one: ServiceBroker, ...names: string[]) =>
    until(() => names.every((name) => nodesOf(one).includes(name)), `it hears ${names}`)
  const call = (one: ServiceBroker, name: string) =>
    one.call(`at-${name}.name`).then(String, (error: Error) => error.name)

  it('that are peers call each other', async () => {
    const [one, other] = [broker('one'), broker('other')]
    await Promise.all([one.start(), other.start()])
    await hears(one, 'other')

    expect(await call(one, 'other')).to.equal('other')
  })

  it('say once that Redis is away and once that it is back, whatever they cannot send meanwhile', async () => {
    const said: string[] = []
    class Listening extends Loggers.Console {
      override getLogHandler(bindings?: { mod: string }) {
        const levels = this.getLogLevel(bindings?.mod ?? '')
        return (type: string, [sentence]: unknown[]) => {
          const isShown = levels === 'warn' && (type === 'warn' || type === 'error')
          if (isShown && !String(sentence).includes('disconnected')) said.push(String(sentence))
        }
      }
    }
    // By modules too, which Moleculer's type does not know.
    const logger = new Listening({ level: { ...QUIET, '**': 'warn' } as never })
    const [one, other] = [broker('one', 'peer', logger), broker('other')]
    other.createService({ name: 'listens', events: { happened() {} } })
    await Promise.all([one.start(), other.start()])
    await hears(one, 'other')
    await one.waitForServices('listens', 5_000, 10)

    await redis.halt()
    await until(() => one.transit?.tx.connected === false, 'the loss is seen')
    for (let count = 0; count < 50; count++) await one.broadcast('happened', {})
    await redis.resume()
    await until(() => said.includes('Redis is back'), 'it is back')

    expect(said).to.deep.equal(['Redis is away: what needs the bus waits', 'Redis is back'])
  })

  it('that are leaves hear hubs, and hubs hear all', async () => {
    const hubs = [broker('hub-a', 'hub'), broker('hub-b', 'hub')]
    const leaves = [broker('leaf-a', 'leaf'), broker('leaf-b', 'leaf')]
    await Promise.all([...hubs, ...leaves].map((one) => one.start()))

    for (const hub of hubs) await hears(hub, 'hub-a', 'hub-b', 'leaf-a', 'leaf-b')
    for (const leaf of leaves) await hears(leaf, 'hub-a', 'hub-b')

    expect(leaves.map(nodesOf)).to.deep.equal([
      ['hub-a', 'hub-b', 'leaf-a'],
      ['hub-a', 'hub-b', 'leaf-b'],
    ])
    expect(await call(hubs[1] as ServiceBroker, 'leaf-a')).to.equal('leaf-a')
    expect(await call(leaves[0] as ServiceBroker, 'hub-b')).to.equal('hub-b')
  })

  it('that come later are heard by who was there', async () => {
    const leaf = broker('leaf', 'leaf')
    await leaf.start()

    const hub = broker('hub', 'hub')
    await hub.start()
    await hears(leaf, 'hub')
    await hears(hub, 'leaf')

    expect(await call(hub, 'leaf')).to.equal('leaf')
  })

  it('find each other again after a restart of Redis, and keep two connections each', async () => {
    const [hub, leaf] = [broker('hub', 'hub'), broker('leaf', 'leaf')]
    await Promise.all([hub.start(), leaf.start()])
    await hears(hub, 'leaf')

    for (let count = 0; count < 5; count++) {
      await redis.restart()
      await until(async () => (await call(hub, 'leaf')) === 'leaf', 'the leaf is called again')
      await until(async () => (await call(leaf, 'hub')) === 'hub', 'the hub is called again')
    }

    const client = await createClient({ url: redis.url }).connect()
    const connections = (await client.clientList()).length - 1
    await client.close()
    expect(connections).to.equal(4)
  })

  it('start while Redis is away, do what they can alone, and join when it comes', async () => {
    await redis.halt()
    const [one, other] = [broker('one'), broker('other')]
    await Promise.all([one.start(), other.start()])
    const alone = [await call(one, 'one'), await call(one, 'other')]

    await redis.resume()
    await hears(one, 'other')
    await hears(other, 'one')

    expect(alone).to.deep.equal(['one', 'ServiceNotFoundError'])
    expect(await call(one, 'other')).to.equal('other')
  })

  it('say at once that a call cannot be sent', async () => {
    const [one, other] = [broker('one'), broker('other')]
    await Promise.all([one.start(), other.start()])
    await hears(one, 'other')
    await redis.halt()
    await until(() => one.transit?.tx.connected === false, 'the loss is seen')

    const error = await one.call('at-other.name').then(
      () => null,
      (reason: { retryable?: boolean; code?: number }) => reason,
    )

    expect(error).to.include({ retryable: true })
  })
})
