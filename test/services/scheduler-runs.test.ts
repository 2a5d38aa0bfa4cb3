import { expect } from 'chai'
import { type Logger, ServiceBroker } from 'moleculer'
import type { Execution } from '../../services/scheduler/execution.ts'
import { insist } from '../../services/scheduler/insist.ts'
import { LeavingError } from '../../services/scheduler/lease.ts'
import { resultOf } from '../../services/scheduler/run-to-end.ts'
import type { RunResult, WorkersBus } from '../../services/scheduler/workers-bus.ts'
import { until } from '../support/until.ts'

type Answer = Awaited<ReturnType<WorkersBus['run']>>

const result = (outcome: RunResult['outcome']): RunResult => ({
  ...{ runId: 'run', outcome, exitCode: 0, error: null, outputs: [], artifacts: [] },
  ...{ warnings: 0, errors: 0, batches: 0, startedAt: 0, endedAt: 0 },
})
const ended = (outcome: RunResult['outcome']): Answer => ({
  state: 'ended',
  result: result(outcome),
})
const away = () => Object.assign(new Error('The node has gone.'), { retryable: true })

/** A worker as another process shows itself: what it answers to each question, in turn. */
function workerThat(...answers: (Answer | Error | (() => Answer))[]) {
  const said = { runs: 0, stops: 0, isThere: true, hasRun: false }
  const bus: WorkersBus = {
    id: 'Workers-1',
    isThere: () => said.isThere,
    comes: () => new Promise((resolve) => setTimeout(resolve, 5)),
    async run() {
      const answer = answers[Math.min(said.runs++, answers.length - 1)] ?? ended('succeeded')
      if (answer instanceof Error) throw answer
      said.hasRun ||= typeof answer === 'function' || answer.state !== 'refused'
      return typeof answer === 'function' ? answer() : answer
    },
    async stop() {
      said.stops += 1
      return said.hasRun
    },
    forget: async () => true,
    describe: () => Promise.reject(new Error('Nobody asks for that.')),
    open: (_worker, sealed) => sealed,
    onProgress() {},
  }
  return { bus, said }
}

describe('A run', () => {
  const logger: Logger = new ServiceBroker({ logger: false }).logger

  function asking(workers: WorkersBus, { isResumed = false } = {}) {
    const [cancel, leave] = [new AbortController(), new AbortController()]
    const waits: (string | null)[] = []
    const execution = {
      logger,
      cancel: cancel.signal,
      leave: leave.signal,
      log: { say: async () => {}, progress() {} },
    } as unknown as Execution // What a run needs of it.
    const start = { unit: '1', attempt: 1 } as Parameters<typeof resultOf>[0]['start']
    const of = (): ReturnType<typeof resultOf> =>
      resultOf({
        ...{ execution, workers, start, runId: 'run', pool: 'Default Worker Pool' },
        resumed: isResumed ? { worker: 'Workers-1' } : null,
        waits: async (why) => void waits.push(why),
        spec: {
          ...{ syntax: 'Bash', body: '', parameters: '', variables: {}, secrets: [] },
          ...{ failOnErrorOutput: false, timeoutMs: 0 },
        },
      })
    return { of, cancel, leave, waits }
  }

  it('is asked for until there is a result', async () => {
    const { bus, said } = workerThat({ state: 'running' }, { state: 'running' }, ended('succeeded'))

    expect(await asking(bus).of()).to.include({ outcome: 'succeeded' })
    expect(said.runs).to.equal(3)
  })

  it('is asked for again when the worker dies, and says what it waits for', async () => {
    const { bus } = workerThat({ state: 'running' }, away(), ended('succeeded'))
    const run = asking(bus)

    expect(await run.of()).to.include({ outcome: 'succeeded' })
    expect(run.waits).to.include("Every worker of the pool 'Default Worker Pool' is busy.")
    expect(run.waits.at(-1)).to.equal(null)
  })

  it('waits for a worker that is not there', async () => {
    const { bus, said } = workerThat(ended('succeeded'))
    said.isThere = false
    const run = asking(bus)

    const end = run.of()
    await until(() => run.waits.length > 2, 'it waits')
    said.isThere = true

    expect(await end).to.include({ outcome: 'succeeded' })
    expect(run.waits[0]).to.equal("No worker of the pool 'Default Worker Pool' is connected.")
  })

  it('that is cancelled before it is sent never runs', async () => {
    const { bus, said } = workerThat(ended('succeeded'))
    const run = asking(bus)
    run.cancel.abort()

    expect(await run.of()).to.equal('never ran')
    expect(said.runs).to.equal(0)
  })

  it('that is cancelled while it waits for a place never runs', async () => {
    const refused: Answer = { state: 'refused', reason: 'All slots are taken.' }
    const { bus, said } = workerThat(refused)
    const run = asking(bus)

    const end = run.of()
    await until(() => run.waits.length > 0, 'it waits')
    run.cancel.abort()

    expect(await end).to.equal('never ran')
    expect(said.hasRun).to.equal(false)
  })

  it('that was to be sent before a crash, and never was, is not sent to be cancelled', async () => {
    const { bus, said } = workerThat(ended('succeeded'))
    const run = asking(bus, { isResumed: true })
    run.cancel.abort()

    expect(await run.of()).to.equal('never ran')
    expect(said).to.include({ runs: 0, stops: 1 })
  })

  it('that may have been heard by a worker that died is stopped, not believed gone', async () => {
    const { bus, said } = workerThat(
      () => {
        run.cancel.abort()
        throw away()
      },
      () => ended('cancelled'),
    )
    const run = asking(bus)

    expect(await run.of()).to.include({ outcome: 'cancelled' })
    expect(said.stops).to.be.greaterThan(0)
  })

  it('that is cancelled while the worker is away is stopped when it is back', async () => {
    const { bus, said } = workerThat({ state: 'running' }, ended('cancelled'))
    said.isThere = false
    said.hasRun = true
    const run = asking(bus, { isResumed: true })

    run.cancel.abort()
    const end = run.of()
    await until(() => run.waits.length > 0, 'it waits')
    said.isThere = true

    expect(await end).to.include({ outcome: 'cancelled' })
    expect(said.stops).to.be.greaterThan(0)
  })

  it('fails when the worker cannot do what it is asked', async () => {
    const { bus } = workerThat(new Error('No space left on device.'))

    expect(await asking(bus).of()).to.deep.equal({ fault: 'No space left on device.' })
  }).timeout(5_000)

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
