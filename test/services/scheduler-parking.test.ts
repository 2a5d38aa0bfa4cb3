import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { type Logger, ServiceBroker } from 'moleculer'
import type { Connection, Model } from 'mongoose'
import { claim, expireAll } from '../../services/scheduler/claim.ts'
import type { Executor } from '../../services/scheduler/execution.ts'
import { note, settle } from '../../services/scheduler/parking.ts'
import { type Promotes, promoting } from '../../services/scheduler/promote.ts'
import { type Pump, startPump } from '../../services/scheduler/pump.ts'
import { type StoredTask, taskSchema } from '../../services/scheduler/task.model.ts'
import { cancelTask } from '../../services/scheduler/task-access.ts'
import { logOf } from '../../services/scheduler/task-log.ts'
import { onEachStore } from '../support/stores.ts'
import { until } from '../support/until.ts'

onEachStore('A parked task', (stores) => {
  let store: Connection
  let tasks: Model<StoredTask>
  let pump: Pump | undefined
  let asked: string[]
  let finished: string[]
  const logger: Logger = new ServiceBroker({ logger: false }).logger

  beforeEach(async () => {
    store = stores.open()
    tasks = store.model('Task', taskSchema)
    await tasks.init()
    asked = []
    finished = []
  })

  afterEach(async () => {
    await pump?.stop()
    pump = undefined
    await store.dropDatabase()
  })

  const idOf = () => `ServerTasks-${randomUUID()}`
  const queue = (_id: string, Name: 'Promote' | 'Health' = 'Promote') =>
    tasks.create({
      ...{ _id, Name, Description: _id, State: 'Queued', _rank: 2, SpaceId: 'Spaces-1' },
      ...{ QueueTime: new Date().toISOString(), LastUpdatedTime: 'now' },
      Arguments: { DeploymentId: 'Deployments-1', RemoteSpace: 'Prod Space' },
    })
  const quick: Executor = ({ finish }) => finish('Success', {})
  const start = (promotes: Partial<Promotes> = {}, cap = 1) => {
    const noted = (what: string) => async () => {
      asked.push(what)
    }
    const all = { begin: noted('begin'), withdraw: noted('withdraw'), ...promotes }
    pump = startPump({
      ...{ tasks, logger, node: 'here' },
      executors: { Deploy: quick, Promote: promoting(all), Health: quick, DeleteSpace: quick },
      cap: async () => cap,
      stopped: async () => [],
      tell: { changed() {}, logged() {}, finished: (id, state) => finished.push(`${id} ${state}`) },
    })
  }
  const found = async (id: string) => {
    const task = await tasks.findById(id).lean<StoredTask>()
    if (!task) throw new Error(`There is no task ${id}.`)
    return task
  }
  const parked = (id: string) =>
    until(async () => {
      const task = await found(id)
      return task.HasPendingInterruptions && !pump?.isExecuting(id) && task
    }, 'it is parked')
  const linesOf = async (id: string) =>
    (await logOf(id).readLines({ take: 100 })).map(({ text }) => text)
  const line = (text: string) => ({ category: 'Info', text }) as const

  it('takes no place of its node, and says for whom it waits', async () => {
    const [first, second, other] = [idOf(), idOf(), idOf()]
    await queue(first)
    start()
    const task = await parked(first)

    await queue(second)
    await queue(other, 'Health')
    pump?.wake()
    await parked(second)
    await until(() => finished.includes(`${other} Success`), 'another task runs beside them')

    expect(task).to.include({ State: 'Executing', ServerNode: null })
    expect(task._waits).to.equal('It waits for Prod Space.')
    expect(pump?.executing()).to.deep.equal([])
  })

  it('is left alone by a start and by those who look for the tasks of the dead', async () => {
    const id = idOf()
    await queue(id)
    start()
    await parked(id)
    await pump?.stop()

    await expireAll(tasks)
    const by = { node: 'next', now: Date.now() + 1e12, stopped: [], executing: [] }
    const taken = await claim(tasks, 5, by)

    expect(taken).to.deep.equal([])
    expect(await found(id)).to.include({ State: 'Executing', HasPendingInterruptions: true })
    expect(asked).to.deep.equal(['begin'])
  })

  it('ends as it is settled, once', async () => {
    const id = idOf()
    await queue(id)
    start()
    await parked(id)

    const first = await settle(tasks, { id, state: 'Failed', error: 'Rejected: not on a Friday.' })
    const second = await settle(tasks, { id, state: 'Success', error: '' })

    expect([first, second]).to.deep.equal([true, false])
    const task = await found(id)
    expect(task).to.include({ State: 'Failed', ErrorMessage: 'Rejected: not on a Friday.' })
    expect(task).to.include({ HasPendingInterruptions: false })
    expect(task._follow).to.deep.equal(['deployments'])
    expect(task._lease).to.equal(undefined)
  })

  it('that is settled before it is parked ends as soon as it would be', async () => {
    const id = idOf()
    await queue(id)

    start({
      async begin() {
        await note(tasks, { id, lines: [line('Delivered.')] })
        await settle(tasks, { id, state: 'Success', error: '' })
      },
    })
    await until(() => finished.length > 0, 'it ends')

    expect(finished).to.deep.equal([`${id} Success`])
    expect(await linesOf(id)).to.deep.equal(['Delivered.'])
  })

  it('withdraws what it has begun when it is cancelled', async () => {
    const id = idOf()
    await queue(id)
    start({}, 1)
    await parked(id)

    const task = await cancelTask(tasks, id)
    pump?.wake()
    await until(() => finished.length > 0, 'it ends')

    expect(task.State).to.equal('Cancelling')
    expect(asked).to.deep.equal(['begin', 'withdraw'])
    expect(finished).to.deep.equal([`${id} Canceled`])
    expect((await linesOf(id)).at(-1)).to.include('what Prod Space does is not waited for')
  })

  it('withdraws after a crash what was cancelled before it', async () => {
    const id = idOf()
    await queue(id)
    start()
    await parked(id)
    await pump?.stop()
    await cancelTask(tasks, id)

    start({
      async withdraw() {
        await settle(tasks, { id, state: 'Canceled', error: '' })
      },
    })
    await until(() => finished.length > 0, 'it ends')

    expect(finished).to.deep.equal([`${id} Canceled`])
  })

  it('that is cancelled while it begins is withdrawn too', async () => {
    const id = idOf()
    await queue(id)

    start({
      async begin() {
        await cancelTask(tasks, id)
      },
    })
    await until(() => finished.length > 0, 'it ends')

    expect(asked).to.deep.equal(['withdraw'])
    expect(finished).to.deep.equal([`${id} Canceled`])
  })

  it('fails with what the promoter refuses it for', async () => {
    const id = idOf()
    await queue(id)

    start({
      async begin() {
        await note(tasks, { id, lines: [line('Built.')] })
        throw Object.assign(new Error("The trust 'Prod Space' is suspended."), { code: 400 })
      },
    })
    await until(() => finished.length > 0, 'it ends')

    expect(await found(id)).to.include({
      State: 'Failed',
      ErrorMessage: "The trust 'Prod Space' is suspended.",
    })
    expect(await linesOf(id)).to.deep.equal(['Built.', "The trust 'Prod Space' is suspended."])
  })

  it('is told of in its log, each note once', async () => {
    const id = idOf()
    await queue(id)
    start({
      async begin() {
        await note(tasks, { id, key: 'built', lines: [line('Built.')] })
      },
    })
    await parked(id)

    await note(tasks, { id, key: 'built', lines: [line('Built.')] })
    const waitsFor = 'Prod Space reviews it.'
    await note(tasks, { id, key: 'review', lines: [line('Delivered.'), line('Waits.')], waitsFor })
    await note(tasks, { id, key: 'review', lines: [line('Delivered.'), line('Waits.')] })
    await settle(tasks, { id, state: 'Success', error: '' })
    const late = await note(tasks, { id, lines: [line('Too late.')] })

    expect(await linesOf(id)).to.deep.equal(['Built.', 'Delivered.', 'Waits.'])
    expect(late).to.deep.equal({ isNoted: false })
  })

  it('is written about by one process at a time', async () => {
    const id = idOf()
    await queue(id)
    start()
    await parked(id)
    await note(tasks, { id, lines: [line('One.')] })
    const before = (await found(id))._lease?.term

    // As another process has left it, that wrote the next part.
    await tasks.updateOne(
      { _id: id },
      { $set: { '_lease.token': 'another' }, $inc: { '_lease.term': 1 } },
    )
    await logOf(id).takeOver((before ?? 0) + 1)
    await note(tasks, { id, lines: [line('Two.')] })

    expect((await found(id))._lease?.term).to.equal((before ?? 0) + 2)
    expect(await linesOf(id)).to.deep.equal(['One.', 'Two.'])
  })
})
