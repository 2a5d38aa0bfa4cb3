import { expect } from 'chai'
import type { Alive, WorkerReport } from '#bus/orders.ts'
import { payAttention } from '../../services/scheduler/attention.ts'
import { createRoster } from '../../services/scheduler/roster.ts'
import { waitingLine } from '../../services/scheduler/waiting-line.ts'

const alive = (more: Partial<Alive> = {}): Alive => ({
  ...{ worker: 'W', epoch: 4, beat: 1, slots: 4, running: [], freeDiskBytes: 1e9 },
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
  it('counts once it has answered what it can do', () => {
    const { roster } = rosterAt()

    roster.alive(alive())
    const before = roster.standing('W').isHeard
    roster.reported('W', report)

    expect([before, roster.standing('W').isHeard]).to.deep.equal([false, true])
  })

  it('is not taken twice, nor out of order, nor from an epoch before', () => {
    const { roster } = rosterAt()
    const heard = [
      roster.alive(alive({ beat: 2 })),
      roster.alive(alive({ beat: 2 })),
      roster.alive(alive({ beat: 1 })),
      roster.alive(alive({ epoch: 3, beat: 9 })),
      roster.alive(alive({ epoch: 6, beat: 1 })),
    ]

    expect(heard).to.deep.equal([true, false, false, false, true])
  })

  it('grows old only while somebody listens', () => {
    const { clock, roster } = rosterAt()
    roster.alive(alive())
    roster.reported('W', report)

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
    roster.alive(alive({ running: ['a', 'b'] }))

    roster.reserve('W', 'b')
    roster.reserve('W', 'c')

    expect(roster.standing('W')).to.include({ slots: 4, taken: 3 })
    roster.free('W', 'b')
    expect(roster.standing('W').taken).to.equal(2)
  })

  it('has no place after it has refused for want of one, until it is heard again', () => {
    const { roster } = rosterAt()
    roster.alive(alive())

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
