import { expect } from 'chai'
import {
  compareQueued,
  isExpired,
  type QueuedTask,
  type QueueSituation,
  waitReason,
  workerReason,
} from '#domain/queue.ts'

const now = new Date('2026-01-01T00:00:00Z')
const at = (second: number) => new Date(now.getTime() + second * 1000).toISOString()
const free: QueueSituation = {
  now,
  startAt: null,
  stoppedSpace: null,
  blockedBy: null,
  isDraining: false,
  running: 0,
  cap: 5,
  ahead: 0,
}
const why = (about: Partial<QueueSituation>) => waitReason({ ...free, ...about })

describe('The queue', () => {
  it('takes what was moved up, then what has priority, then the oldest', () => {
    const tasks: QueuedTask[] = [
      { Id: 'new', QueueTime: at(2) },
      { Id: 'old', QueueTime: at(1) },
      { Id: 'twin', QueueTime: at(1) },
      { Id: 'priority', QueueTime: at(3), isPriority: true },
      { Id: 'moved', QueueTime: at(4), movedUpAt: at(5) },
      { Id: 'movedLater', QueueTime: at(4), movedUpAt: at(6) },
    ]
    expect(tasks.toSorted(compareQueued).map(({ Id }) => Id)).to.deep.equal([
      ...['movedLater', 'moved', 'priority', 'old', 'twin', 'new'],
    ])
  })

  it('gives up a task that was to start before now', () => {
    expect(isExpired(null, now)).to.equal(false)
    expect(isExpired(at(1), now)).to.equal(false)
    expect(isExpired(at(0), now)).to.equal(true)
  })
})

describe('A queued task', () => {
  it('waits for nothing when nothing holds it', () => {
    expect(why({})).to.equal(null)
    expect(why({ startAt: at(-1) })).to.equal(null)
  })

  it('waits for its time, a stopped queue, another task, the server, a place', () => {
    expect(why({ startAt: at(60) })?.text).to.equal(`It starts at ${at(60)}, in 1 minute.`)
    expect(why({ stoppedSpace: 'Shop' })?.text).to.include("the space 'Shop' is stopped")
    expect(why({ blockedBy: { Id: 'T-1', Description: 'Deploy A' } })).to.deep.equal({
      kind: 'mutex',
      text: "It waits for 'Deploy A' to finish.",
      taskIds: ['T-1'],
    })
    expect(why({ isDraining: true })?.kind).to.equal('draining')
    expect(why({ running: 5, ahead: 2 })).to.deep.include({
      kind: 'cap',
      text: '5 tasks run, and 5 may run at once; 2 are before it.',
    })
    expect(why({ running: 1, cap: 1 })?.text).to.include('1 task runs')
  })

  it('tells first what will hold it longest', () => {
    const all = { startAt: at(60), stoppedSpace: 'Shop', running: 5 }
    expect(why(all)?.kind).to.equal('start')
    expect(why({ ...all, startAt: null })?.kind).to.equal('space')
  })

  it('tells a busy pool from an empty one', () => {
    expect(workerReason('Default', true).text).to.include('is busy')
    expect(workerReason('Default', false).text).to.include('connected')
  })
})
