import { expect } from 'chai'
import type { ServiceBroker } from 'moleculer'
import { createClient } from 'redis'
import { overRedis, type Side } from '#bus/redis-transporter.ts'
import { workerBroker } from '#bus/worker-broker.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { until } from '../support/until.ts'

/** How a process that Moleculer ends would end: here it is only noted. */
const endOf = (broker: ServiceBroker) => {
  const ends: string[] = []
  broker.fatal = (message) => void ends.push(message)
  return ends
}

describe("On the workers' bus, packets that anybody may write", () => {
  let redis: TestRedis
  let attacker: ReturnType<typeof createClient>
  let hub: ServiceBroker
  let leaf: ServiceBroker
  let ends: string[]
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)

  before(async () => {
    redis = await startRedis()
    attacker = createClient({ url: redis.url })
    await attacker.connect()
    hub = node('hub', 'hub')
    leaf = node('leaf', 'leaf')
    ends = endOf(hub)
    await Promise.all([hub.start(), leaf.start()])
    await leaf.waitForServices('at-hub', 5_000, 10)
    process.on('unhandledRejection', note)
    process.on('uncaughtException', note)
  })

  after(async () => {
    process.off('unhandledRejection', note)
    process.off('uncaughtException', note)
    attacker.destroy()
    await Promise.all([hub.stop(), leaf.stop()])
    await redis.stop()
  })

  function node(nodeID: string, side: Side): ServiceBroker {
    const transporter = overRedis({ url: redis.url, side })
    const broker = workerBroker({ nodeID, transporter }) as unknown as ServiceBroker // For services of the test alone.
    broker.createService({
      name: `at-${nodeID}`,
      actions: {
        echo: { params: { text: 'string' }, handler: (ctx) => ctx.params.text },
        hang: () => new Promise(() => {}),
      },
    })
    return broker
  }

  const send = (topic: string, packet: object | string) =>
    attacker.publish(
      `MOL-tako-workers.${topic}`,
      typeof packet === 'string' ? packet : JSON.stringify({ ver: '5', ...packet }),
    )
  const echo = () => leaf.call('at-hub.echo', { text: 'there' }, { timeout: 5_000 })

  it('do not end the process in whose name they are', async () => {
    const info = { sender: 'hub', instanceID: 'x', services: [], seq: 99, config: {}, ipList: [] }

    await send('INFO', info)
    await send('UP.INFO', info)
    await send('INFO.hub', info)

    expect(await echo()).to.equal('there')
    expect(ends).to.deep.equal([])
  })

  it('do not end it by what cannot be answered', async () => {
    const depth = 100_000
    const deep = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
    const request = `{"ver":"5","sender":"x","id":"1","action":"at-hub.echo","meta":{},"params":{"text":${deep}}}`

    await send('REQ.hub', request)
    await send('REQ.hub', request.replace('"meta":{}', `"meta":${deep}`))

    expect(await echo()).to.equal('there')
    expect(unhandled).to.deep.equal([])
  })

  it('leave no streams behind, and do not end it by one that fails', async () => {
    const request = { sender: 'x', id: 'stream', action: 'at-hub.hang', params: {}, meta: {} }
    const failed = { name: 'Error', message: 'It broke.' }
    const answer = { sender: 'leaf', success: true, data: null, meta: {}, stream: true }
    const asked = hub.call('at-leaf.hang', {}, { timeout: 300 }).catch((error) => error.type)
    const pending = hub.transit?.pendingRequests as Map<string, unknown>
    await until(() => pending.size > 0, 'it is asked')
    const [id] = [...pending.keys()]
    const streams = hub.transit?.pendingReqStreams as Map<string, unknown>

    await send('REQ.hub', { ...request, stream: true, seq: 0 })
    await send('REQ.hub', {
      ...{ ...request, stream: false, seq: 1, headers: { $streamError: failed } },
    })
    await send('RES.hub', { ...answer, id, seq: 0 })
    await send('RES.hub', {
      ...answer,
      id,
      seq: 1,
      stream: false,
      headers: { $streamError: failed },
    })

    expect(await asked).to.equal('REQUEST_TIMEOUT')
    expect(streams.size).to.equal(0)
    expect(unhandled).to.deep.equal([])
  })

  it('are passed over when they are no packets', async () => {
    for (const topic of ['REQ.hub', 'RES.hub', 'EVENT.hub', 'INFO.hub', 'UP.INFO', 'UP.HEARTBEAT'])
      for (const packet of ['', 'x', 'null', '[]', '{}', '{"ver":"5"}', '{"ver":"5","sender":{}}'])
        await send(topic, packet)

    expect(await echo()).to.equal('there')
    expect(unhandled).to.deep.equal([])
  })
})
