import { expect } from 'chai'
import { newKeys, type Party, partyOf, sealed } from '#bus/messages.ts'
import type { Ack } from '#bus/orders.ts'
import { until } from '../support/until.ts'
import { newRunId, specOf, startTestWorker, type TestWorker } from '../support/worker.ts'

describe('A worker', () => {
  let worker: TestWorker
  let other: Party

  before(async () => {
    worker = await startTestWorker({ slots: 4 })
    other = await partyOf(await newKeys())
  })

  after(() => worker.stop())

  beforeEach(() => {
    worker.hooks.onAck = (ack, seal) => seal(ack)
  })

  const run = (runId: string, body = 'echo done', term = 1) =>
    ({ do: 'run', runId, spec: specOf({ body }), waitMs: 5_000, replyTo: 'server', term }) as const
  const refusalOf = (order: string) =>
    worker.scheduler.send<'run'>(worker.id, order).then(
      (answer) => answer,
      ({ code, type }) => ({ code, type }),
    )
  const TAKEN = 'Another scheduler has the run by now.'
  const faultOf = (answer: Promise<unknown>) =>
    answer.then(
      () => null,
      ({ message }: Error) => message,
    )
  const NOT_OURS = { code: 400, type: 'NOT_OURS' }

  it('does not do what another than its server has signed', async () => {
    const runId = newRunId()
    const order = await worker.scheduler.orderFor(worker.id, run(runId), { from: other })

    const refusal = await refusalOf(order)

    expect(refusal).to.deep.equal(NOT_OURS)
    expect(worker.isKept(runId)).to.equal(false)
  })

  it('does not do what its server has signed for another worker', async () => {
    const runId = newRunId()
    const named = await worker.scheduler.orderFor(worker.id, run(runId), {
      worker: 'Workers-other',
    })
    worker.scheduler.knows('Workers-other', other.keys)
    const unreadable = await worker.scheduler.orderFor('Workers-other', run(runId))

    const refusals = [await refusalOf(named), await refusalOf(unreadable)]

    expect(refusals).to.deep.equal([NOT_OURS, NOT_OURS])
    expect(worker.isKept(runId)).to.equal(false)
  })

  it('does not take for an order what is none', async () => {
    const { scheduler, server, keys } = worker
    const ack = { runId: newRunId(), seq: 1, state: 'kept', term: 1 } as const
    const texts = ['', 'x', '{}', await sealed('ack', ack, { from: server, to: keys })]

    for (const text of texts) expect(await refusalOf(text)).to.deep.equal(NOT_OURS)
    const strange = await scheduler.orderFor(worker.id, { do: 'dance' } as never)
    expect(await refusalOf(strange)).to.include({ fault: "There is no order 'dance'." })
    const halfRun = await scheduler.orderFor(worker.id, { ...run(newRunId()), term: 'x' } as never)
    expect(await refusalOf(halfRun))
      .to.have.property('fault')
      .that.includes("'term'")
  })

  it('does not start a run again by an order that was recorded', async () => {
    const runId = newRunId()
    const order = await worker.scheduler.orderFor(worker.id, run(runId))
    await worker.scheduler.send(worker.id, order)
    await worker.forget(runId)

    const answer = await refusalOf(order)

    expect(answer).to.have.nested.property('outcome.state', 'refused')
    expect(answer).to.have.nested.property('outcome.why', 'again')
    expect(worker.linesOf(runId)).to.deep.equal(['i done'])
    expect(worker.isKept(runId)).to.equal(false)
  })

  it('does not start later what it has refused for want of a place', async () => {
    const busy = [1, 2, 3, 4].map(newRunId)
    for (const runId of busy) await worker.ask(runId, specOf({ body: 'sleep 30' }))
    const runId = newRunId()
    const order = await worker.scheduler.orderFor(worker.id, run(runId))
    const full = await refusalOf(order)
    for (const one of busy) await worker.stopRun(one)
    for (const one of busy) await worker.resultOf(one, null)

    const later = await refusalOf(order)

    expect([full, later]).to.have.nested.property('[0].outcome.why', 'full')
    expect([full, later]).to.have.nested.property('[1].outcome.why', 'again')
    expect(worker.isKept(runId)).to.equal(false)
  })

  it('does not start what was stopped before it came', async () => {
    const runId = newRunId()
    const stopped = await worker.stopRun(runId)

    const answer = await worker.ask(runId, specOf({ body: 'echo late' }))

    expect(stopped).to.deep.equal({ found: false })
    expect(answer).to.include({ state: 'refused', why: 'again' })
  })

  it('does nothing by an order of an epoch before, and says which one it has', async () => {
    const runId = newRunId()
    const now = worker.scheduler.aliveOf(worker.id)?.epoch ?? 0
    const orders = [now - 2, now + 1].map((epoch) =>
      worker.scheduler.orderFor(worker.id, run(runId), { epoch }),
    )

    for (const order of orders) {
      const answer = await worker.scheduler.send(worker.id, await order)
      expect(answer).to.include({ stale: true, epoch: now, worker: worker.id })
    }
    expect(worker.isKept(runId)).to.equal(false)
  })

  it('repeats what it was asked, so that no answer serves twice', async () => {
    const order = await worker.scheduler.orderFor(
      worker.id,
      { do: 'describe' },
      { ask: 'ask-number-1' },
    )

    const answer = await worker.scheduler.send(worker.id, order)

    expect(answer).to.include({ ask: 'ask-number-1', worker: worker.id })
  })

  it('leaves a run to the scheduler that has taken it over', async () => {
    const runId = newRunId()
    const spec = specOf({ body: 'echo begun; sleep 30' })
    await worker.ask(runId, spec, { term: 1 })
    await worker.ask(runId, spec, { term: 3 })

    const late = await worker.ask(runId, spec, { term: 2, replyTo: 'elsewhere' })
    worker.hooks.onAck = (ack, seal) => seal({ ...ack, term: 3 })
    await worker.batches(runId, 1)
    await worker.stopRun(runId, 3)
    const result = await worker.resultOf(runId, spec, { term: 3 })

    expect(late).to.include({ state: 'refused', why: 'again' })
    expect(result.outcome).to.equal('cancelled')
    expect(worker.linesOf(runId)).to.deep.equal(['i begun'])
  })

  it('neither ends nor forgets a run for a scheduler that has lost it', async () => {
    const runId = newRunId()
    const spec = specOf({ body: 'sleep 0.3; echo whole' })
    worker.hooks.onAck = (ack, seal) => seal({ ...ack, term: 2 })
    await worker.ask(runId, spec, { term: 2 })

    const stop = await faultOf(worker.stopRun(runId, 1))
    const result = await worker.resultOf(runId, spec, { term: 2 })
    const forget = await worker.forget(runId, 1)

    expect([stop, forget]).to.deep.equal([TAKEN, { found: [] }])
    expect(result.outcome).to.equal('succeeded')
    expect(worker.isKept(runId)).to.equal(true)
  })

  it('leaves the end of a run to whoever has ended it under the later lease', async () => {
    const runId = newRunId()
    await worker.ask(runId, specOf({ body: 'sleep 30' }), { term: 1 })
    await worker.stopRun(runId, 2)

    const late = await worker.ask(runId, null, { term: 1 })
    const forget = await worker.forget(runId, 1)

    expect(late).to.include({ state: 'refused', why: 'again' })
    expect(forget).to.deep.equal({ found: [] })
    expect(worker.isKept(runId)).to.equal(true)
  })

  it('knows also after a restart who has taken a run over', async () => {
    const runId = newRunId()
    const spec = specOf({ body: 'sleep 30' })
    await worker.ask(runId, spec, { term: 2 })
    worker.kill()
    await worker.comesBack()

    const late = await worker.ask(runId, spec, { term: 1 })
    await worker.stopRun(runId, 2)
    worker.hooks.onAck = (ack, seal) => seal({ ...ack, term: 2 })
    const result = await worker.resultOf(runId, spec, { term: 2 })

    expect(late).to.include({ state: 'refused', why: 'again' })
    expect(result.outcome).to.equal('cancelled')
  })

  const acks: Record<string, (ack: Ack, seal: (ack: Ack) => Promise<string>) => Promise<string>> = {
    'that the server has not signed': async (ack) => {
      return sealed('ack', ack, { from: other, to: worker.keys })
    },
    'for another batch': (ack, seal) => seal({ ...ack, seq: ack.seq + 1 }),
    'for another run': (ack, seal) => seal({ ...ack, runId: newRunId() }),
    'of a scheduler that has lost the run': (ack, seal) => seal({ ...ack, term: 1 }),
    'that is no text': async () => null as never,
  }
  for (const [which, forge] of Object.entries(acks)) {
    it(`sends a batch again after an acknowledgement ${which}`, async () => {
      const runId = newRunId()
      let count = 0
      worker.hooks.onAck = (ack, seal) =>
        ++count === 1 ? forge(ack, seal) : seal({ ...ack, term: 2 })

      const result = await worker.resultOf(runId, specOf({ body: 'echo done' }), { term: 2 })

      expect(result.outcome).to.equal('succeeded')
      expect(count).to.equal(2)
    })
  }

  it('drops the rest of a log that nobody wants any more, and goes on', async () => {
    const runId = newRunId()
    worker.hooks.onAck = (ack, seal) => seal({ ...ack, state: 'over' })
    const body = 'echo one; sleep 0.3; echo two; sleep 0.3; exit 3'

    const { result, lines } = await worker.run({ body }, runId)

    expect(lines).to.deep.equal(['i one'])
    expect(result).to.include({ outcome: 'failed', exitCode: 3 })
  })

  it('sends a log to whom its run is given, at once', async () => {
    const runId = newRunId()
    const spec = specOf({ body: 'echo begun; sleep 0.2' })
    let hung = 0
    worker.hooks.onBatch = async () => {
      if (++hung === 1) await new Promise(() => {})
    }
    await worker.ask(runId, spec)
    await until(() => hung > 0, 'the batch is under way')
    await worker.ask(runId, spec, { term: 2, replyTo: 'nobody' })
    worker.hooks.onAck = (ack, seal) => seal({ ...ack, term: 3 })

    const from = performance.now()
    const result = await worker.resultOf(runId, spec, { term: 3 })

    expect(result.outcome).to.equal('succeeded')
    expect(performance.now() - from).to.be.below(5_000)
  })
})
