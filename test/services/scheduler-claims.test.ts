import { expect } from 'chai'
import type { Connection, Model } from 'mongoose'
import {
  type Claimer,
  claim,
  expireLate,
  LEASE_MS,
  nextStart,
  release,
  renew,
} from '../../services/scheduler/claim.ts'
import { claimedBy, LeaseLostError } from '../../services/scheduler/lease.ts'
import { type StoredTask, taskSchema } from '../../services/scheduler/task.model.ts'
import { onEachStore } from '../support/stores.ts'

const now = Date.parse('2026-05-01T12:00:00Z')
const at = (second: number) => new Date(now + second * 1000).toISOString()
const by = (node: string, more: Partial<Claimer> = {}): Claimer => ({
  ...{ node, now, stopped: [], executing: [] },
  ...more,
})
const idsOf = (tasks: { _id: string }[]) => tasks.map(({ _id }) => _id)

onEachStore('A scheduler', (stores) => {
  let store: Connection
  let tasks: Model<StoredTask>

  beforeEach(async () => {
    store = stores.open()
    tasks = store.model('Task', taskSchema)
    await tasks.init()
  })

  afterEach(() => store.dropDatabase())

  const queue = (...wanted: (Partial<StoredTask> & { _id: string })[]) =>
    tasks.insertMany(
      wanted.map((task) => ({
        ...{ SpaceId: 'Spaces-1', Name: 'Deploy', Description: 'A task', State: 'Queued' },
        ...{ QueueTime: at(-10), LastUpdatedTime: at(-10), _rank: 2, ...task },
      })),
    )

  it('takes what has priority first, then the oldest', async () => {
    await queue(
      { _id: 'new', QueueTime: at(-1) },
      { _id: 'old', QueueTime: at(-9) },
      { _id: 'priority', QueueTime: at(-2), _rank: 1 },
    )

    expect(idsOf(await claim(tasks, 5, by('A')))).to.deep.equal(['priority', 'old', 'new'])
  })

  it('takes no more than it has places for', async () => {
    await queue({ _id: 'a', QueueTime: at(-3) }, { _id: 'b', QueueTime: at(-2) })

    expect(idsOf(await claim(tasks, 1, by('A')))).to.deep.equal(['a'])
  })

  it('passes over what waits for its turn, however much of it there is', async () => {
    const twins = Array.from({ length: 40 }, (_, n) => ({
      _id: `twin-${n}`,
      _tag: 'P/E',
      QueueTime: at(-100 + n),
    }))
    await queue(...twins, { _id: 'other', _tag: 'P/F', QueueTime: at(-1) })

    expect(idsOf(await claim(tasks, 3, by('A')))).to.deep.equal(['twin-0', 'other'])
    expect(idsOf(await claim(tasks, 3, by('B')))).to.deep.equal([])
  })

  it('passes over spaces whose queue is stopped, and what is to start later', async () => {
    await queue(
      { _id: 'stopped', SpaceId: 'Spaces-2' },
      { _id: 'later', QueueTime: at(1) },
      { _id: 'server', SpaceId: null },
    )

    const claimed = await claim(tasks, 5, by('A', { stopped: ['Spaces-2'] }))

    expect(idsOf(claimed)).to.deep.equal(['server'])
    expect(await nextStart(tasks, now)).to.equal(now + 1000)
  })

  it('does not start what is too late, and ends it', async () => {
    await queue({ _id: 'late', QueueTimeExpiry: at(-1) }, { _id: 'just', QueueTimeExpiry: at(1) })

    expect(idsOf(await claim(tasks, 5, by('A')))).to.deep.equal(['just'])
    expect(idsOf(await expireLate(tasks, now))).to.deep.equal(['late'])
    const late = await tasks.findById('late').lean()
    expect(late).to.include({ State: 'TimedOut', CompletedTime: at(0) })
    expect(late?._follow).to.deep.equal(['deployments'])
  })

  it('tells of each task as soon as it has it', async () => {
    await queue({ _id: 'a', QueueTime: at(-2) }, { _id: 'b' })
    const begun: string[] = []

    await claim(tasks, 2, by('A'), ({ _id }) => begun.push(_id))

    expect(begun).to.have.members(['a', 'b'])
  })

  it('keeps its tasks from others by renewing its leases', async () => {
    await queue({ _id: 'a' })
    const [task] = await claim(tasks, 1, by('A'))
    const mine = new Map([['a', task?._lease?.token ?? '']])

    expect(await renew(tasks, mine, now + LEASE_MS)).to.deep.equal([])

    const then = now + LEASE_MS * 2
    expect(await claim(tasks, 1, by('B', { now: then }))).to.deep.equal([])
  })

  it('goes on with the tasks of a dead one when their leases are over', async () => {
    await queue({ _id: 'a' })
    await claim(tasks, 1, by('A'))

    const early = await claim(tasks, 1, by('B', { now: now + LEASE_MS }))
    const then = await claim(tasks, 1, by('B', { now: now + LEASE_MS + 1 }))

    expect(early).to.deep.equal([])
    expect(idsOf(then)).to.deep.equal(['a'])
    expect(then[0]).to.include({ State: 'Executing', StartTime: at(0), ServerNode: 'B' })
  })

  it('goes on with them also when it has no free place: they run already', async () => {
    await queue({ _id: 'a' }, { _id: 'b' }, { _id: 'c' })
    await claim(tasks, 2, by('A'))

    const taken = await claim(tasks, 0, by('B', { now: now + LEASE_MS + 1 }))

    expect(taken).to.have.lengthOf(2)
  })

  it('that drains lets others take over first', async () => {
    await queue({ _id: 'a' })
    await claim(tasks, 1, by('A'))
    const draining = (ms: number) => by('B', { now: now + LEASE_MS + ms, isDraining: true })

    const early = await claim(tasks, 0, draining(1))
    const late = await claim(tasks, 0, draining(10_001))

    expect([idsOf(early), idsOf(late)]).to.deep.equal([[], ['a']])
  })

  it('gives each lease a term of its own, which grows', async () => {
    await queue({ _id: 'a' })

    const terms: unknown[] = []
    for (let count = 0; count < 3; count++) {
      const [task] = await claim(tasks, 1, by('A', { now: now + count * (LEASE_MS + 1) }))
      terms.push(task?._lease?.term)
    }

    expect(terms).to.deep.equal([1, 2, 3])
  })

  it('does not take over from itself what it executes still', async () => {
    await queue({ _id: 'a' })
    await claim(tasks, 1, by('A'))

    const late = by('A', { now: now + LEASE_MS * 9, executing: ['a'] })

    expect(await claim(tasks, 1, late)).to.deep.equal([])
  })

  it('gives its tasks back when it stops', async () => {
    await queue({ _id: 'a' })
    const [task] = await claim(tasks, 1, by('A'))

    await release(tasks, new Map([['a', task?._lease?.token ?? '']]), now)

    expect(idsOf(await claim(tasks, 1, by('A')))).to.deep.equal(['a'])
  })

  it('that has lost its lease writes nothing, and hears of it', async () => {
    await queue({ _id: 'a' })
    const [first] = await claim(tasks, 1, by('A'))
    if (!first) throw new Error('It was not claimed.')
    const paused = claimedBy(tasks, first)
    await claim(tasks, 1, by('A', { now: now + LEASE_MS + 1 }))
    const before = await tasks.findById('a').lean()

    const refused = await Promise.all(
      [
        paused.write({ $set: { ErrorMessage: 'too late' } }),
        paused.record({ entries: [{ kind: 'cancelled', at: now }], outputs: [] }),
        paused.finish('Failed', {}),
      ].map((write) => write.catch((error) => error)),
    )

    for (const error of refused) expect(error).to.be.instanceOf(LeaseLostError)
    expect(await tasks.findById('a').lean()).to.deep.equal(before)
    const lost = await renew(tasks, new Map([['a', first._lease?.token ?? '']]), now)
    expect(lost).to.deep.equal(['a'])
  })

  it('frees the place of a task with its end', async () => {
    await queue({ _id: 'a', _tag: 'P/E', QueueTime: at(-20) }, { _id: 'b', _tag: 'P/E' })
    const [first] = await claim(tasks, 2, by('A'))
    if (!first) throw new Error('It was not claimed.')

    await claimedBy(tasks, first).finish('Success', {})

    expect(idsOf(await claim(tasks, 2, by('B')))).to.deep.equal(['b'])
  })
})
