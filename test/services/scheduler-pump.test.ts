import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { type Logger, ServiceBroker } from 'moleculer'
import type { Connection, Model } from 'mongoose'
import { closeStore, openStore } from '#store/connection.ts'
import { claim, LEASE_MS } from '../../services/scheduler/claim.ts'
import type { Executor } from '../../services/scheduler/execution.ts'
import { type Pump, startPump } from '../../services/scheduler/pump.ts'
import { type StoredTask, taskSchema } from '../../services/scheduler/task.model.ts'
import { until } from '../support/until.ts'

describe('The scheduler of a node', () => {
  let store: Connection
  let tasks: Model<StoredTask>
  let pump: Pump | undefined
  const finished: string[] = []
  const logger: Logger = new ServiceBroker({ logger: false }).logger

  beforeEach(async () => {
    store = await openStore(`test-${randomUUID()}`)
    tasks = store.model('Task', taskSchema)
    await tasks.init()
    finished.length = 0
  })

  afterEach(async () => {
    await pump?.stop()
    pump = undefined
    await store.dropDatabase()
    await closeStore()
  })

  const queue = (_id: string, more: Partial<StoredTask> = {}) =>
    tasks.create({
      ...{ _id, Name: 'Health', Description: _id, State: 'Queued', _rank: 2 },
      ...{ QueueTime: new Date().toISOString(), LastUpdatedTime: 'now', ...more },
    })

  const start = (execute: Executor, cap = 5) => {
    pump = startPump({
      ...{ tasks, logger, node: 'here', worker: 'Workers-1' },
      executors: { Deploy: execute, Promote: execute, Health: execute, DeleteSpace: execute },
      cap: async () => cap,
      stopped: async () => [],
      tell: { changed() {}, logged() {}, finished: (id, state) => finished.push(`${id} ${state}`) },
    })
  }
  const stateOf = async (id: string) => (await tasks.findById(id).lean())?.State
  const aborted = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve())
    })
  const toTheEnd: Executor = ({ finish }) => finish('Success', {})

  it('executes what is queued, never more at once than its cap', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await queue(id)
    let most = 0
    let running = 0

    start(async ({ finish }) => {
      most = Math.max(most, ++running)
      await until(() => most > 1, 'another runs beside it')
      running -= 1
      await finish('Success', {})
    }, 2)
    await until(() => finished.length === 5, 'all are executed')

    expect(most).to.equal(2)
  })

  it('ends a task whose execution has a fault, in its words', async () => {
    await queue('a')

    start(async () => {
      throw new Error('The disk is on fire.')
    })
    await until(() => finished.length === 1, 'it has ended')

    const task = await tasks.findById('a').lean()
    expect(task).to.include({ State: 'Failed', ErrorMessage: 'The disk is on fire.' })
    expect(task).to.not.have.any.keys('_lease', '_mutex')
  })

  it('ends a task of a kind that it does not know', async () => {
    await queue('a', { Name: 'Newer' as StoredTask['Name'] })

    start(toTheEnd)
    await until(() => finished.length === 1, 'it has ended')

    expect(finished).to.deep.equal(['a Failed'])
  })

  it('tells an execution that its task is cancelled', async () => {
    await queue('a')
    start(async ({ cancel, finish }) => {
      await aborted(cancel)
      await finish('Canceled', {})
    })
    await until(() => pump?.isExecuting('a'), 'it runs')

    pump?.cancel('a')
    await until(() => finished.length === 1, 'it has ended')

    expect(finished).to.deep.equal(['a Canceled'])
  })

  it('knows from the store that a task was cancelled before it was taken over', async () => {
    await queue('a', {
      State: 'Cancelling',
      _lease: { token: 'old', term: 1, until: 0 },
    })

    start(({ cancel, finish }) => finish(cancel.aborted ? 'Canceled' : 'Success', {}))
    await until(() => finished.length === 1, 'it has ended')

    expect(finished).to.deep.equal(['a Canceled'])
  })

  it('lets go of what runs when it stops, without an end, for whoever comes next', async () => {
    await queue('a')
    start(async ({ leave }) => {
      await aborted(leave)
      throw leave.reason
    })
    await until(() => pump?.isExecuting('a'), 'it runs')

    await pump?.stop()
    const by = { node: 'next', now: Date.now(), stopped: [], executing: [] }

    expect(await stateOf('a')).to.equal('Executing')
    expect((await claim(tasks, 1, by)).map(({ _id }) => _id)).to.deep.equal(['a'])
  })

  it('goes on where one before it was killed', async () => {
    const token = 'of one that is dead'
    await queue('a', { State: 'Executing', _lease: { token, term: 1, until: 0 } })

    start(toTheEnd)
    await until(() => finished.length === 1, 'it has ended')

    expect(await stateOf('a')).to.equal('Success')
  })

  it('leaves what another has taken over to that one', async () => {
    await queue('a')
    let why: unknown
    start(async ({ finish }) => {
      const other = { token: 'other', term: 2, until: Date.now() + LEASE_MS }
      await tasks.updateOne({ _id: 'a' }, { $set: { _lease: other } })
      await finish('Success', {}).catch((error) => {
        why = error
        throw error
      })
    })
    await until(() => why !== undefined && !pump?.isExecuting('a'), 'it has let go')

    expect(String(why)).to.contain('Another scheduler has taken over a.')
    expect(await stateOf('a')).to.equal('Executing')
    expect(finished).to.deep.equal([])
  })

  it('ends what is too late at its start, and starts nothing of it', async () => {
    await queue('a', { QueueTimeExpiry: '2020-01-01T00:00:00.000Z' })

    start(toTheEnd)
    await until(() => finished.length === 1, 'it has ended')

    expect(finished).to.deep.equal(['a TimedOut'])
  })
})
