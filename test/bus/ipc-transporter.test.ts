import { EventEmitter } from 'node:events'
import { deserialize, serialize } from 'node:v8'
import { expect } from 'chai'
import type { Service, ServiceBroker } from 'moleculer'
import { type Channel, IpcTransporter } from '#bus/ipc-transporter.ts'
import { workerBroker } from '#bus/worker-broker.ts'

describe('Two brokers on a channel', () => {
  let server: ServiceBroker
  let worker: ServiceBroker
  let serverEnd: IpcTransporter
  let ends: [End, End]

  beforeEach(async () => {
    serverEnd = new IpcTransporter()
    const workerEnd = new IpcTransporter()
    ends = channel()
    serverEnd.attach(ends[0], 'worker')
    workerEnd.attach(ends[1])
    server = untyped(workerBroker({ nodeID: 'server', transporter: serverEnd }))
    worker = untyped(workerBroker({ nodeID: 'worker', transporter: workerEnd }))
    worker.createService({
      name: 'echo',
      actions: {
        say: (ctx) => ({ params: ctx.params, meta: ctx.meta }),
        taint: (ctx) => Object.assign(ctx.meta, { caller: 'somebody else' }) && null,
        hang: () => new Promise(() => {}),
      },
    })
    await Promise.all([server.start(), worker.start()])
    await server.waitForServices('echo', 5_000, 5)
  })

  afterEach(() => Promise.all([server.stop(), worker.stop()]))

  it('call each other', async () => {
    const answer = await server.call('echo.say', { text: 'grüße\n' })

    expect(answer).to.deep.equal({ params: { text: 'grüße\n' }, meta: {} })
  })

  it('hand over no meta, neither there nor back', async () => {
    server.createService({
      name: 'asker',
      actions: {
        async ask(this: Service, ctx) {
          Object.assign(ctx.meta, { caller: 'me' })
          const { meta } = (await ctx.call('echo.say')) as { meta: object }
          await ctx.call('echo.taint')
          return { there: meta, back: { ...ctx.meta } }
        },
      },
    })
    await server.waitForServices('asker', 5_000, 5)

    const { there, back } = (await server.call('asker.ask')) as { there: object; back: object }

    expect(there).to.deep.equal({})
    expect(back).to.not.have.property('caller', 'somebody else')
  })

  it('notice at once that the other is gone, with the calls that it has not answered', async () => {
    const call = server.call('echo.hang', {}, { timeout: 0 }).catch((error) => error)

    ends[0].close()

    expect(await call).to.include({ type: 'REQUEST_REJECTED' })
    const error = await server.call('echo.say').catch((error) => error)
    expect(error).to.include({ type: 'SERVICE_NOT_AVAILABLE' })
  })

  it('find each other on the next channel', async () => {
    ends[0].close()
    const [mine, other] = channel()
    const transporter = new IpcTransporter()
    transporter.attach(other)
    serverEnd.attach(mine, 'worker')
    const next = untyped(workerBroker({ nodeID: 'worker', transporter }))
    next.createService({ name: 'echo', actions: { say: () => 'the next one' } })

    await next.start()
    await server.waitForServices('echo', 5_000, 5)

    expect(await server.call('echo.say')).to.equal('the next one')
    await next.stop()
  })
})

type End = Channel & { close(): void }

/** Both ends of a channel as `child_process` gives them, in this process. */
function channel(): [End, End] {
  const make = () => Object.assign(new EventEmitter(), { connected: true })
  const [one, other] = [make(), make()]
  const close = () => {
    for (const end of [one, other]) {
      end.connected = false
      end.emit('disconnect')
    }
  }
  const endOf = (mine: typeof one, far: typeof one): End =>
    Object.assign(mine, {
      close,
      send(message: unknown, callback: (error: Error | null) => void) {
        const copy = deserialize(serialize(message))
        setImmediate(() => {
          far.emit('message', copy)
          callback(null)
        })
        return true
      },
    })
  return [endOf(one, other), endOf(other, one)]
}

/** The actions of these tests are on no list. */
const untyped = (broker: object) => broker as ServiceBroker
