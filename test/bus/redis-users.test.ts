import { expect } from 'chai'
import type { ServiceBroker } from 'moleculer'
import { createClient } from 'redis'
import { overRedis, type Side } from '#bus/redis-transporter.ts'
import { workerBroker } from '#bus/worker-broker.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { until } from '../support/until.ts'

/** As docs/operations.md gives it. */
const WORKERS =
  'resetkeys resetchannels &MOL-tako-workers.* -@all +auth +hello +ping +info +publish +subscribe +unsubscribe'

describe("A worker's user of Redis", () => {
  let redis: TestRedis
  const brokers: ServiceBroker[] = []

  before(async () => {
    redis = await startRedis()
    const admin = await createClient({ url: redis.url }).connect()
    await admin.sendCommand(['ACL', 'SETUSER', 'worker', 'on', '>secret', ...WORKERS.split(' ')])
    await admin.close()
  })

  after(async () => {
    await Promise.all(brokers.map((broker) => broker.stop()))
    await redis.stop()
  })

  const url = () => `redis://worker:secret@127.0.0.1:${redis.port}`

  async function refusalOf(command: string[]): Promise<string> {
    const client = await createClient({ url: url(), RESP: 2 }).connect()
    const answer = await client.sendCommand(command).then(
      () => 'allowed',
      (error: Error) => error.message,
    )
    client.destroy()
    return answer
  }

  async function node(nodeID: string, side: Side, address: string) {
    const broker = workerBroker({ nodeID, transporter: overRedis({ url: address, side }) })
    const untyped = broker as unknown as ServiceBroker // For services of the test alone.
    untyped.createService({
      name: `at-${nodeID}`,
      actions: {
        meta: (ctx) => {
          const before = { ...ctx.meta }
          Object.assign(ctx.meta, { caller: 'somebody else' })
          return before
        },
      },
    })
    brokers.push(untyped)
    await untyped.start()
    return untyped
  }

  for (const topic of [
    'MOL-tako.INFO',
    'MOL-tako.REQ.node-1',
    'MOL-tako.EVENT',
    'MOL-tako-promotions.INFO',
    'other',
  ])
    it(`cannot read or write on ${topic}`, async () => {
      const [subscribe, publish] = await Promise.all([
        refusalOf(['SUBSCRIBE', topic]),
        refusalOf(['PUBLISH', topic, '{}']),
      ])

      expect(subscribe).to.match(/NOPERM/)
      expect(publish).to.match(/NOPERM/)
    })

  for (const command of [
    ['GET', 'key'],
    ['PSUBSCRIBE', '*'],
    ['MONITOR'],
    ['CLIENT', 'LIST'],
    ['CONFIG', 'GET', '*'],
    ['KEYS', '*'],
    ['ACL', 'LIST'],
    ['PUBSUB', 'CHANNELS'],
  ])
    it(`cannot ${command[0]}`, async () => {
      expect(await refusalOf(command)).to.match(/NOPERM/)
    })

  it("meets the schedulers on the workers' bus", async () => {
    const hub = await node('hub', 'hub', redis.url)
    const leaf = await node('leaf', 'leaf', url())
    await leaf.waitForServices('at-hub', 5_000, 10)
    await hub.waitForServices('at-leaf', 5_000, 10)

    expect(await leaf.call('at-hub.meta')).to.deep.equal({})
    expect(await hub.call('at-leaf.meta')).to.deep.equal({})
  })

  it("learns nothing of the scheduler's node and its Redis password", async () => {
    const leaf = brokers[1] as ServiceBroker
    await until(() => leaf.registry.getServiceList({}).length > 1, 'it knows the hub')

    for (const action of [
      '$node.options',
      '$node.list',
      '$node.services',
      '$node.actions',
      '$node.health',
    ]) {
      const error = await leaf.call(action, {}, { nodeID: 'hub', timeout: 1_000 }).catch(String)
      expect(error, action).to.match(/not (found|available)/)
    }
  })

  it('gives and takes no meta', async () => {
    const [hub, leaf] = brokers as [ServiceBroker, ServiceBroker]
    const meta = { caller: { userId: 'Users-1' } }

    expect(await leaf.call('at-hub.meta', {}, { meta })).to.deep.equal({})
    const options = { meta: {} as Record<string, unknown> }
    await hub.call('at-leaf.meta', {}, options)
    expect(options.meta).to.deep.equal({})
  })
})
