import { expect } from 'chai'
import type { Alive } from '#bus/orders.ts'
import { until } from '../support/until.ts'
import { newRunId, specOf, startTestWorker, type TestWorker } from '../support/worker.ts'

describe('That a worker lives', () => {
  let worker: TestWorker

  before(async () => {
    worker = await startTestWorker({ slots: 3 })
    await until(last, 'it is said')
  })

  after(() => worker.stop())

  const last = () => worker.scheduler.aliveOf(worker.id)
  const says = (isSo: (alive: Alive) => boolean, what: string) =>
    until(() => {
      const alive = last()
      return alive && isSo(alive) ? alive : null
    }, what)

  it('is said with what it has', () => {
    expect(last()).to.deep.include({
      ...{ worker: worker.id, slots: 3, running: [], refuses: null, unclaimed: [] },
    })
    expect(last()?.freeDiskBytes).to.be.above(0)
    expect(last()?.cacheVersion).to.be.a('number')
  })

  it('is said at once when a run begins or ends, and counted on', async () => {
    const runId = newRunId()
    const before = last()

    await worker.ask(runId, specOf({ body: 'sleep 30' }))
    const begun = await says(({ running }) => running.includes(runId), 'it runs')
    await worker.stopRun(runId)
    const ended = await says(({ running }) => !running.includes(runId), 'it has ended')

    const beats = [before, begun, ended].map((alive) => alive?.beat ?? 0)
    expect(beats).to.deep.equal(beats.toSorted((one, other) => one - other))
    expect(new Set(beats)).to.have.property('size', 3)
  })

  it('is said at most five times a second, however much happens', async () => {
    const from = worker.scheduler.alives.length
    const started = performance.now()

    for (let count = 0; count < 20; count++) await worker.run({ body: 'true' })
    const seconds = (performance.now() - started) / 1000

    expect(worker.scheduler.alives.length - from).to.be.at.most(5 * seconds + 2)
  })

  it('is said in another epoch after each start, with the scripts that go on', async () => {
    const runId = newRunId()
    await worker.ask(runId, specOf({ body: 'sleep 30' }))
    const before = last()?.epoch ?? 0

    worker.kill()
    const alive = await says(({ epoch }) => epoch > before, 'it is there again')

    expect(alive.epoch).to.equal(before + 2)
    expect(alive.running).to.deep.equal([runId])
    await worker.comesBack()
    await worker.stopRun(runId)
    await worker.resultOf(runId, specOf({}))
  })

  it('is said with a refusal when the disk has too little room', async () => {
    const full = await startTestWorker({ leastFreeBytes: 2 ** 60 })
    const alive = await until(() => full.scheduler.aliveOf(full.id), 'it is said')

    const answer = await full.ask(newRunId(), specOf({ body: 'echo' }))
    const tiny = await full.ask(
      newRunId(),
      specOf({ variables: { OctopusFreeDiskSpaceOverrideInMegaBytes: '1' } }),
    )
    await full.stop()

    expect(alive.refuses).to.match(/^The disk of the worker built-in is full: \d+ MB are free/)
    expect(answer).to.deep.include({ state: 'refused', why: 'disk' })
    expect(tiny).to.have.property('state', 'running')
  })
})
