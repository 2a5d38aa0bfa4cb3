import { expect } from 'chai'
import { openStore } from '#store/connection.ts'
import { type States, stateAll } from '../../../services/promoter/stating.ts'
import { ended } from '../../support/deploying.ts'
import { stepOf } from '../../support/project.ts'
import { imported } from '../../support/remote.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { makeEnvironment, makeSpace } from '../../support/things.ts'
import { makeTrust } from '../../support/trusts.ts'

const MOST_STEPS = 200

describe('Receipts of a server that is killed', () => {
  let server: TestServer
  let on: States

  before(async () => {
    server = await startServer()
    // The test says what there is to say, in its place.
    const service = server.broker.getLocalService('receiptsout') as unknown as States
    on = { broker: server.broker, models: service.models, logger: { error: () => undefined } }
    await openStore(server.broker.namespace)
    await server.broker.destroyService('receiptsout')
  })
  after(() => server.stop())

  it('are each made once and in their order, before whichever of its steps it dies', async () => {
    const { bus } = server
    const [spaceId, sourceId] = [await makeSpace(bus), await makeSpace(bus)]
    const { Id: TrustId } = await makeTrust(
      { bus, spaceId },
      { bus, spaceId: sourceId },
      { transport: 'Disconnected' },
    )
    const { Id: EnvironmentId } = await makeEnvironment(bus, spaceId)
    const steps = [stepOf({ name: 'Greet', script: 'echo hello' })]
    const { release } = await imported(bus, spaceId, { steps, release: { Remote: { TrustId } } })
    const wish = { ReleaseId: release.Id, EnvironmentId }
    const deploy = () => server.ask('POST', `/${spaceId}/deployments`, wish)
    const ids: string[] = []
    for (const { TaskId } of [await deploy(), await deploy()]) ids.push(String(TaskId))
    for (const id of ids) await ended(server, id)
    const defect = { spaceId, releaseId: release.Id, Description: 'It leaks' }
    await bus.call('releases.reportDefect', defect)

    let isWhole = false
    let deaths = 0
    for (; !isWhole && deaths < MOST_STEPS; deaths += 1) {
      await begin(server, on, ids)
      isWhole = await liveFor(on, deaths)
      await stateAll(on)
      expect(await saidOf(on)).to.deep.equal(expected)
      expect(await followed(server)).to.deep.equal([])
    }

    expect(isWhole).to.equal(true)
    expect(deaths).to.be.above(15)
  })
})

/** As if nothing had been said. */
async function begin(server: TestServer, { models }: States, ids: string[]): Promise<void> {
  await models.Statement.deleteMany({})
  const store = await openStore(server.broker.namespace)
  const tasks = store.collection<{ _id: string; _follow: string[] }>('tasks')
  await tasks.updateMany({ _id: { $in: ids } }, { $set: { _follow: ['promoter'] } })
  await store.collection('releases').updateMany({}, { $set: { _untold: 'a change' } })
}

async function followed(server: TestServer): Promise<unknown[]> {
  const store = await openStore(server.broker.namespace)
  const tasks = await store.collection('tasks').find({ _follow: 'promoter' }).toArray()
  const releases = await store
    .collection('releases')
    .find({ _untold: { $gt: '' } })
    .toArray()
  return [...tasks, ...releases]
}

/** Does so many steps and is dead then. Whether it came to the end before. */
async function liveFor(on: States, steps: number): Promise<boolean> {
  let done = 0
  let isDead = false
  // The parts of a service, each of whose functions is a step.
  const mortal = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const found: unknown = Reflect.get(target, name)
        if (typeof found !== 'function') return found
        return (...args: unknown[]) => {
          isDead ||= done >= steps
          if (isDead) throw new Error('The server was killed.')
          done += 1
          return found.apply(target, args)
        }
      },
    })
  const { Statement, SpaceIdentity } = on.models
  const models = { Statement: mortal(Statement), SpaceIdentity: mortal(SpaceIdentity) }
  await stateAll({ ...on, models, broker: mortal(on.broker) }).catch((error: Error) => {
    if (!isDead) throw error
  })
  return !isDead
}

/** The numbers that there are, and what was said of each thing in its order. */
async function saidOf({ models }: States): Promise<unknown> {
  const all = await models.Statement.find({}).sort({ Sequence: 1 }).lean()
  const byThing = Map.groupBy(all, ({ _about }) => _about.slice(0, _about.lastIndexOf('/')))
  return {
    numbers: all.map(({ Sequence }) => Sequence),
    things: [...byThing.values()]
      .map((some) => some.map(({ _facts }) => _facts.state).join())
      .toSorted(),
  }
}

const ofDeployment = 'Queued,Executing,Success'
const expected = {
  numbers: [1, 2, 3, 4, 5, 6, 7],
  things: ['DefectReported', ofDeployment, ofDeployment],
}
