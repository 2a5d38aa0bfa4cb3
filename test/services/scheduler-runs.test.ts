import { expect } from 'chai'
import { type Logger, ServiceBroker } from 'moleculer'
import type { Outcomes, RunResult } from '#bus/orders.ts'
import { insist } from '../../services/scheduler/insist.ts'
import { LeavingError } from '../../services/scheduler/lease.ts'
import { resultOf } from '../../services/scheduler/run-to-end.ts'
import { SilentError, type WorkersBus } from '../../services/scheduler/workers-bus.ts'
import { until } from '../support/until.ts'

type Answer = Outcomes['run']

const result = (outcome: RunResult['outcome']): RunResult => ({
  ...{ runId: 'run', outcome, exitCode: 0, error: null, outputs: [], artifacts: [] },
  ...{ warnings: 0, errors: 0, batches: 0, startedAt: 0, endedAt: 0 },
})
const ended = (outcome: RunResult['outcome']): Answer => ({
  state: 'ended',
  result: result(outcome),
  rest: null,
})
const unheard = () => new SilentError('It is not on the bus.', { wasSent: false })
const unanswered = () => new SilentError('It did not answer.', { wasSent: true })

/** A worker as another process shows itself: what it answers to each question, in turn. */
function workerThat(...answers: (Answer | (() => Answer))[]) {
  const said = { runs: 0, stops: 0, hasRun: false, silentMs: 0, isKnown: true, isFollowed: false }
  let nudger = new AbortController()
  const bus: WorkersBus = {
    async run(_worker, { signal }) {
      const answer = answers[Math.min(said.runs++, answers.length - 1)] ?? ended('succeeded')
      if (typeof answer === 'function') {
        said.hasRun = true
        return answer()
      }
      said.hasRun ||= answer.state !== 'refused'
      if (answer.state !== 'running') return answer
      // As in a poll: until something happens.
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve)
        setTimeout(resolve, 5)
      })
      if (signal.aborted) throw new SilentError('Asked anew.', { wasSent: true, isNudge: true })
      return answer
    },
    async stop() {
      said.stops += 1
      return said.hasRun
    },
    forget: async () => true,
    follow() {
      said.isFollowed = true
      return {
        nudge: () => nudger.signal,
        end() {
          said.isFollowed = false
        },
      }
    },
    silentMs: () => said.silentMs,
    isKnown: async () => said.isKnown,
  }
  const nudge = () => {
    nudger.abort()
    nudger = new AbortController()
  }
  return { bus, said, nudge }
}

const says = (error: Error) => () => {
  throw error
}

describe('A run', () => {
  const logger: Logger = new ServiceBroker({ logger: false }).logger

  function asking(workers: WorkersBus, { isResumed = false } = {}) {
    const [cancel, leave] = [new AbortController(), new AbortController()]
    const waits: (string | null)[] = []
    const of = (): ReturnType<typeof resultOf> =>
      resultOf({
        ...{ workers, runId: 'run', task: 'task', unit: '1', isResumed },
        execution: {
          ...{ logger, cancel: cancel.signal, leave: leave.signal },
          ...{ term: 1, isHeld: () => true },
        },
        worker: { id: 'Workers-1', name: 'W' },
        progressed() {},
        waits: async (why) => void waits.push(why),
        spec: {
          ...{ syntax: 'Bash', body: '', parameters: '', variables: {}, secrets: [] },
          ...{ failOnErrorOutput: false, timeoutMs: 0, scriptFile: null, packages: [] },
          ...{ deployment: null, files: { token: '', url: null, certificate: null } },
        },
      })
    return { of, cancel, leave, waits }
  }

  it('is asked for until there is a result, and then followed no more', async () => {
    const { bus, said } = workerThat({ state: 'running' }, { state: 'running' }, ended('succeeded'))

    expect(await asking(bus).of()).to.include({ outcome: 'succeeded' })
    expect(said).to.include({ runs: 3, isFollowed: false })
  })

  it('is asked for again when an answer does not come, and says what it waits for', async () => {
    const { bus } = workerThat({ state: 'running' }, says(unanswered()), ended('succeeded'))
    const run = asking(bus)

    expect(await run.of()).to.include({ outcome: 'succeeded' })
    expect(run.waits).to.include("The worker 'W' does not answer.")
    expect(run.waits.at(-1)).to.equal(null)
  })

  it('that could not even be sent is given back, to run elsewhere', async () => {
    const { bus, said } = workerThat(says(unheard()))

    expect(await asking(bus).of()).to.include({ end: 'returned' })
    expect(said.runs).to.equal(1)
  })

  it('that was refused for want of a place is given back', async () => {
    const { bus } = workerThat({ state: 'refused', why: 'full', reason: 'All slots are taken.' })

    expect(await asking(bus).of()).to.deep.equal({
      end: 'returned',
      reason: 'All slots are taken.',
    })
  })

  it('that may have been heard is never given back, however often the worker is not there', async () => {
    const { bus } = workerThat(says(unanswered()), says(unheard()), ended('succeeded'))

    expect(await asking(bus).of()).to.include({ outcome: 'succeeded' })
  })

  it('that the worker has had before, and has no more, is lost', async () => {
    const { bus } = workerThat({ state: 'refused', why: 'again', reason: 'It has had it.' })

    expect(await asking(bus).of()).to.include({ end: 'lost' })
  })

  it('is lost when its worker was silent for too long, and does not answer the last question', async () => {
    const { bus, said } = workerThat(says(unanswered()))
    said.silentMs = 9_001

    expect(await asking(bus, { isResumed: true }).of()).to.deep.equal({
      end: 'lost',
      error: "The worker 'W' was lost while it had this: how far it came is not known.",
    })
    expect(said.runs).to.equal(2)
  })

  for (const [why, error] of Object.entries({
    'nobody can be asked who its worker is': { wasSent: false, isUnasked: true },
    'its worker has just come back': { wasSent: true, isNudge: true },
  }))
    it(`is not lost when ${why} as the last question is asked`, async () => {
      const unasked = () => new SilentError('It was not asked.', error)
      const { bus, said } = workerThat(
        ...[says(unanswered()), says(unasked()), says(unasked()), ended('succeeded')],
      )
      said.silentMs = 60_000

      expect(await asking(bus).of()).to.include({ outcome: 'succeeded' })
    })

  it('is not lost when its worker answers the last question', async () => {
    const { bus, said } = workerThat(says(unanswered()), ended('succeeded'))
    said.silentMs = 9_001

    expect(await asking(bus).of()).to.include({ outcome: 'succeeded' })
  })

  it('of a worker that was removed is lost', async () => {
    const { bus, said } = workerThat(says(unanswered()))
    said.isKnown = false

    expect(await asking(bus, { isResumed: true }).of()).to.include({ end: 'lost' })
  })

  it('is asked for at once when an answer may have been lost', async () => {
    const { bus, said, nudge } = workerThat({ state: 'running' }, ended('succeeded'))
    const end = asking(bus).of()
    await until(() => said.runs === 1, 'it is asked for')

    nudge()

    expect(await end).to.include({ outcome: 'succeeded' })
  })

  it('that is cancelled before it is sent never runs', async () => {
    const { bus, said } = workerThat(ended('succeeded'))
    const run = asking(bus)
    run.cancel.abort()

    expect(await run.of()).to.deep.equal({ end: 'never ran' })
    expect(said.runs).to.equal(0)
  })

  it('that was to be sent before a crash, and never was, is not sent to be cancelled', async () => {
    const { bus, said } = workerThat(ended('succeeded'))
    const run = asking(bus, { isResumed: true })
    run.cancel.abort()

    expect(await run.of()).to.deep.equal({ end: 'never ran' })
    expect(said).to.include({ runs: 0, stops: 1 })
  })

  it('that may have been heard by a worker that died is stopped, not believed gone', async () => {
    const { bus, said } = workerThat(
      () => {
        run.cancel.abort()
        throw unanswered()
      },
      () => ended('cancelled'),
    )
    const run = asking(bus)

    expect(await run.of()).to.include({ outcome: 'cancelled' })
    expect(said.stops).to.be.greaterThan(0)
  })

  it('is let go when its process stops', async () => {
    const { bus } = workerThat(() => {
      run.leave.abort(new LeavingError())
      return { state: 'running' }
    })
    const run = asking(bus)

    const why = await run.of().catch((error) => error)

    expect(why).to.be.instanceOf(LeavingError)
  })
})

describe('What a scheduler has to write', () => {
  const of = (name: string) => Object.assign(new Error('It is away.'), { name })

  it('is tried again while the store is away', async () => {
    const faults = [of('MongoNetworkError'), of('MongooseServerSelectionError')]

    const answer = await insist(async () => {
      const fault = faults.pop()
      if (fault) throw fault
      return 'written'
    })

    expect(answer).to.equal('written')
  })

  it('is not tried again when that would change nothing', async () => {
    let tries = 0

    const why = await insist(async () => {
      tries += 1
      throw of('ValidationError')
    }).catch((error) => error)

    expect(why.name).to.equal('ValidationError')
    expect(tries).to.equal(1)
  })

  it('is not waited for when the process stops', async () => {
    const leave = new AbortController()

    const tries = insist(() => Promise.reject(of('MongoNetworkError')), leave.signal)
    leave.abort()

    expect((await tries.catch((error) => error)).name).to.equal('MongoNetworkError')
  })
})
