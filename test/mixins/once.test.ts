import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { type Service, ServiceBroker, type ServiceSchema } from 'moleculer'
import { once } from '#mixins/once.mixin.ts'

/** What the mixin gives. */
type Doing = Service & {
  oncePer(everyMs: number, job: string, work: () => Promise<unknown>): Promise<boolean>
  jobs: {
    updateOne(filter: object, update: object): Promise<unknown>
    exists(filter: object): Promise<unknown>
  }
  inTurn<T>(job: string, work: () => Promise<T>): Promise<T>
}

const MINUTE = 60_000

describe('A job of the whole server', () => {
  let brokers: ServiceBroker[]
  let nodes: Doing[]

  beforeEach(async () => {
    const namespace = `test-${randomUUID()}`
    brokers = ['one', 'two', 'three'].map(
      (nodeID) => new ServiceBroker({ namespace, nodeID, logger: false }),
    )
    // A mixin has the form of a schema, but for its name.
    const schema = { name: 'doing', mixins: [once] } as unknown as ServiceSchema
    nodes = brokers.map((broker) => broker.createService(schema) as Doing)
    await Promise.all(brokers.map((broker) => broker.start()))
  })

  afterEach(() => Promise.all(brokers.map((broker) => broker.stop())))

  it('is done by one of the nodes that ask at the same time', async () => {
    let count = 0
    const work = async () => {
      count += 1
    }

    const done = await Promise.all(nodes.map((node) => node.oncePer(MINUTE, 'tidy', work)))

    expect(done.filter(Boolean)).to.have.lengthOf(1)
    expect(count).to.equal(1)
  })

  it('is done again when its time has come, by whichever node asks first', async () => {
    const [one, two] = nodes as [Doing, Doing]
    const work = async () => undefined
    await one.oncePer(MINUTE, 'tidy', work)

    const early = await two.oncePer(MINUTE, 'tidy', work)
    await two.jobs.updateOne({ _id: 'tidy' }, { $inc: { until: -MINUTE } })
    const due = await two.oncePer(MINUTE, 'tidy', work)

    expect([early, due]).to.deep.equal([false, true])
  })

  it('does not keep others from doing another', async () => {
    const [one, two] = nodes as [Doing, Doing]
    const work = async () => undefined

    const done = [await one.oncePer(MINUTE, 'tidy', work), await two.oncePer(MINUTE, 'count', work)]

    expect(done).to.deep.equal([true, true])
  })

  it('that fails is left to the next time too, and says why', async () => {
    const [one, two] = nodes as [Doing, Doing]

    const why = await one
      .oncePer(MINUTE, 'tidy', () => Promise.reject(new Error('It is full.')))
      .catch((error) => error.message)

    expect(why).to.equal('It is full.')
    expect(await two.oncePer(MINUTE, 'tidy', async () => undefined)).to.equal(false)
  })

  it('that each node does is done by one after the other', async () => {
    const order: string[] = []
    const work = async () => {
      order.push('begins')
      await new Promise((resolve) => setImmediate(resolve))
      order.push('ends')
      return order.length
    }

    const answers = await Promise.all(nodes.map((node) => node.inTurn('first', work)))

    expect(order).to.deep.equal(['begins', 'ends', 'begins', 'ends', 'begins', 'ends'])
    expect(answers.toSorted()).to.deep.equal([2, 4, 6])
  })

  it('that each node does leaves nothing behind, or there would be one for each of many things', async () => {
    await Promise.all(nodes.map((node) => node.inTurn('of one thing', async () => undefined)))

    expect(await nodes[0]?.jobs.exists({ _id: 'of one thing' })).to.equal(null)
  })
})
