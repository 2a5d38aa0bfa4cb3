import { expect } from 'chai'
import type { Alive, WorkerReport } from '#bus/orders.ts'
import { payAttention } from '../../services/scheduler/attention.ts'
import { createRoster } from '../../services/scheduler/roster.ts'
import { waitingLine } from '../../services/scheduler/waiting-line.ts'

const alive = (more: Partial<Alive> = {}): Alive => ({
  ...{ worker: 'W', instance: 'one', startedAt: 1, epoch: 4, beat: 1 },
  ...{ slots: 4, running: [], freeDiskBytes: 1e9 },
  ...{ cacheVersion: 0, refuses: null, unclaimed: [], ...more },
})
const report: WorkerReport = {
  ...{ version: '1', operatingSystem: 'Linux', architecture: 'x64', host: 'h', shells: [] },
  ...{ slots: 4, running: [], freeDiskBytes: 1e9, cached: ['aa', 'bb'] },
}

/** An attentive clock that only the test moves. */
function rosterAt() {
  const clock = { now: 0 }
  const roster = createRoster({ now: () => clock.now, busIs() {}, stop() {} })
  return { clock, roster }
}

describe('What is heard of a worker', () => {
  it('counts once its process has answered what it can do', () => {
    const { clock, roster } = rosterAt()
    roster.expect('W')
    clock.now = 10_000

    const first = roster.alive(alive())
    const before = { ...roster.standing('W'), silentMs: roster.silentMs('W') }
    roster.met(alive(), report)

    expect(first).to.equal('stranger')
    expect(before).to.include({ isHeard: false, silentMs: 10_000 })
    expect(roster.standing('W').isHeard).to.equal(true)
    expect(roster.silentMs('W')).to.equal(0)
  })

  it('does not count where it is of a process that has gone, whoever says it again', () => {
    const { clock, roster } = rosterAt()
    roster.met(alive({ instance: 'new', epoch: 6 }), report)
    clock.now = 5_000

    const heard = [1, 2, 900].map((beat) => roster.alive(alive({ instance: 'old', beat })))

    expect(heard).to.deep.equal(['stranger', 'stranger', 'stranger'])
    expect(roster.silentMs('W')).to.equal(5_000)
  })

  it('does not count where it was said before an answer that is known', () => {
    const { clock, roster } = rosterAt()
    roster.answered('W', { instance: 'one', epoch: 4, beat: 20 })
    clock.now = 5_000

    expect([1, 19, 20].map((beat) => roster.alive(alive({ beat })))).to.deep.equal(
      Array(3).fill('old'),
    )
    expect(roster.silentMs('W')).to.equal(5_000)
    expect(roster.alive(alive({ beat: 21 }))).to.equal('news')
  })

  it('is forgotten with the worker, and what was kept for it with its last run', () => {
    const { roster } = rosterAt()
    for (let count = 1; count <= 100; count++) {
      const worker = `W${count}`
      roster.met(alive({ worker }), report)
      roster.reserve(worker, 'a')
      roster.free(worker, 'a')
      roster.forget(worker)
    }

    expect(roster.size()).to.equal(0)
    expect(roster.snapshot()).to.deep.equal([])
  })

  it('is not taken twice, nor out of order, nor from an epoch before', () => {
    const { roster } = rosterAt()
    roster.met(alive({ beat: 1 }), report)
    const heard = [
      roster.alive(alive({ beat: 2 })),
      roster.alive(alive({ beat: 2 })),
      roster.alive(alive({ beat: 1 })),
      roster.alive(alive({ epoch: 3, beat: 9 })),
      roster.alive(alive({ epoch: 6, beat: 1 })),
    ]

    expect(heard).to.deep.equal(['news', 'old', 'old', 'old', 'news'])
  })

  it('grows old only while somebody listens', () => {
    const { clock, roster } = rosterAt()
    roster.met(alive(), report)

    clock.now = 6_000
    const inTime = roster.standing('W').isHeard
    clock.now = 6_001

    expect([inTime, roster.standing('W').isHeard]).to.deep.equal([true, false])
    expect(roster.silentMs('W')).to.equal(6_001)
    roster.startAnew()
    expect(roster.silentMs('W')).to.equal(0)
  })

  it('counts what it runs and what is about to be sent to it, each once', () => {
    const { roster } = rosterAt()
    roster.met(alive({ running: ['a', 'b'] }), report)

    roster.reserve('W', 'b')
    roster.reserve('W', 'c')

    expect(roster.standing('W')).to.include({ slots: 4, taken: 3 })
    roster.free('W', 'b')
    expect(roster.standing('W').taken).to.equal(2)
  })

  it('has no place after it has refused for want of one, until it is heard again', () => {
    const { roster } = rosterAt()
    roster.met(alive(), report)

    roster.refused('W')
    const full = roster.standing('W').taken
    roster.alive(alive({ beat: 2 }))

    expect([full, roster.standing('W').taken]).to.deep.equal([4, 0])
  })

  it('tells how many of some packages it has', () => {
    const { roster } = rosterAt()
    roster.reported('W', report)

    expect(roster.standing('W').packagesThere(['aa', 'cc'])).to.equal(1)
  })
})

describe('Attention', () => {
  it('does not count what passed while this process could not listen', async () => {
    const clock = { now: 0 }
    const attention = payAttention(() => clock.now)
    clock.now = 20_000
    attention.busIs(true)

    expect(attention.now()).to.be.at.most(500)
    attention.stop()
  })

  it('does not count what passed while the bus was away', () => {
    const clock = { now: 0 }
    const attention = payAttention(() => clock.now)
    attention.busIs(false)
    clock.now = 400
    attention.busIs(true)
    clock.now = 600
    attention.busIs(true)

    expect(attention.now()).to.equal(200)
    attention.stop()
  })
})

describe('A line of those who wait for a slot', () => {
  function lineOf(...keys: string[]) {
    const line = waitingLine()
    const woken: string[] = []
    for (const key of keys)
      line.join({ key, workers: key === 'elsewhere' ? ['X'] : ['W'], wake: () => woken.push(key) })
    return { line, woken }
  }

  it('is woken in the order in which they came, as many as there are slots', () => {
    const { line, woken } = lineOf('first', 'elsewhere', 'second', 'third')

    line.freed('W', 2)

    expect(woken).to.deep.equal(['first', 'second'])
  })

  it('keeps the place of who asks again', () => {
    const { line, woken } = lineOf('first', 'second')
    line.join({ key: 'first', workers: ['W'], wake: () => woken.push('first again') })

    line.freed('W', 1)

    expect(woken).to.deep.equal(['first again'])
  })

  it('forgets who leaves', () => {
    const { line, woken } = lineOf('first', 'second')
    line.leave('first')

    line.freed('W', 1)

    expect(woken).to.deep.equal(['second'])
  })
})
