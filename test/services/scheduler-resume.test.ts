import { expect } from 'chai'
import type { Outcomes } from '#bus/orders.ts'
import { openStore } from '#store/connection.ts'
import type { Assigning } from '../../services/scheduler/assigning.ts'
import { deployer } from '../../services/scheduler/deploy.ts'
import type { Execution } from '../../services/scheduler/execution.ts'
import { type Stamped, type StoredTask, taskSchema } from '../../services/scheduler/task.model.ts'
import type { RunAsk, RunOf, WorkersBus } from '../../services/scheduler/workers-bus.ts'
import { lostRun } from '../../services/worker/run-result.ts'
import { ended, logOf, projectIn } from '../support/deploying.ts'
import { startServer, type TestServer } from '../support/server.ts'

describe('A deployment whose scheduler has died', function () {
  this.timeout(30_000)
  let server: TestServer

  before(async () => {
    server = await startServer()
  })
  after(() => server.stop())

  /** Leaves a deployment as a scheduler with this worker has left it that was killed long ago. */
  async function leftBehind(
    steps: Parameters<typeof projectIn>[1]['steps'],
    { journal }: { journal: Stamped[] },
  ): Promise<string> {
    const { deploy } = await projectIn(server, { steps })
    const later = new Date(Date.now() + 3_600_000).toISOString()
    const { taskId } = await deploy({ more: { QueueTime: later } })
    const store = await openStore(server.broker.namespace)
    await store.model<StoredTask>('Task', taskSchema).updateOne(
      { _id: taskId, State: 'Queued' },
      {
        $set: {
          State: 'Executing',
          StartTime: new Date().toISOString(),
          _journal: journal,
          _lease: { token: 'of the dead', term: 1, until: 0 },
        },
      },
    )
    // The rest is found by a look at the store, which this makes come sooner.
    await server.broker.broadcast('tasks.queued', { id: taskId })
    return taskId
  }

  const sent = (worker: string | null): Stamped[] => [
    { kind: 'stepEntered', step: '1', at: Date.now() },
    {
      ...{ kind: 'unitStarted', unit: '1', attempt: 1, at: Date.now() },
      ...(worker && { worker }),
    },
  ]

  it('runs what was to be sent to this worker, and never got there', async () => {
    const steps = [{ name: 'Greet', script: 'echo hello for once' }]
    const taskId = await leftBehind(steps, { journal: sent(null) })

    expect(await ended(server, taskId)).to.include({ State: 'Success' })
    expect((await logOf(server, taskId)).match(/hello for once/g)).to.have.length(1)
  })

  it('fails when its step was sent to a worker that nobody reaches any more', async () => {
    const journal = sent('Workers-old')
    const steps = [{ name: 'Greet', script: 'echo hello' }]
    const taskId = await leftBehind(steps, { journal })

    const task = await ended(server, taskId)

    expect(task.State).to.equal('Failed')
    expect(task.ErrorMessage).to.equal(
      "The step 'Greet' failed: The worker 'Workers-old' it was sent to is none any more: how far it came is not known.",
    )
    expect(await logOf(server, taskId)).to.not.include('hello')
  })

  it('tries that step again where it may be', async () => {
    const properties = { 'Octopus.Action.AutoRetry.MaximumCount': '1' }
    const steps = [{ name: 'Greet', script: 'echo hello again', properties }]
    const journal = sent('Workers-old')
    const taskId = await leftBehind(steps, { journal })

    expect(await ended(server, taskId)).to.include({ State: 'Success', HasWarningsOrErrors: true })
    expect(await logOf(server, taskId)).to.include('hello again')
  })

  it('does not run again what its journal says has ended', async () => {
    const steps = [
      { name: 'First', script: 'echo the first' },
      { name: 'Second', script: 'echo the second' },
    ]
    const end: Stamped = {
      ...{ kind: 'unitEnded', unit: '1', attempt: 1, outcome: 'succeeded', at: Date.now() },
      ...{ hasWarnings: false, error: null, retryAt: null },
    }
    const journal = [...sent('Workers-old'), end]
    const taskId = await leftBehind(steps, { journal })

    expect(await ended(server, taskId)).to.include({ State: 'Success' })
    const log = await logOf(server, taskId)
    expect(log).to.include('the second')
    expect(log).to.not.include('the first')
  })

  /** Executes a deployment here, where the store and the workers are what a test says. */
  async function executed({
    steps,
    workers,
    journal = [],
    packages = { packages: [] },
    isHeld = true,
  }: {
    steps: Parameters<typeof projectIn>[1]['steps']
    workers: Pick<WorkersBus, 'run' | 'stop' | 'forget'>
    journal?: Stamped[]
    packages?: { packages: [] } | { fault: string }
    isHeld?: boolean
  }) {
    const { deploy, spaceId } = await projectIn(server, { steps })
    const later = new Date(Date.now() + 3_600_000).toISOString()
    const { deployment, taskId } = await deploy({ more: { QueueTime: later } })
    const context = await server.bus.call('deployments.execution', { spaceId, id: deployment.Id })
    const store = await openStore(server.broker.namespace)
    const task = await store.model<StoredTask>('Task', taskSchema).findById(taskId).lean()
    const never = new AbortController().signal
    const bus: WorkersBus = {
      ...workers,
      follow: () => ({ nudge: () => never, end() {} }),
      silentMs: () => 0,
      isKnown: async () => true,
    }
    const worker = { id: 'Workers-1', name: 'W' }
    const assigning: Assigning = {
      placing: { place: async () => ({ worker }), leave() {}, changed() {}, stop() {} },
      supplies: {
        packages: async () => packages,
        files: async () => ({ token: '', url: null, certificate: null }),
      },
      known: async () => ({ Name: 'W' }),
      patienceMs: 1_000,
    }
    const ends: unknown[] = []
    const execution: Execution = {
      ...{ task: { ...(task as StoredTask), _journal: journal }, term: 3, isHeld: () => isHeld },
      ...{ cancel: never, leave: never, logger: server.broker.logger, changed() {} },
      log: { say: async () => {}, progress() {} },
      write: async () => {},
      record: async () => {},
      finish: async (state, { error }) => void ends.push([state, error]),
      park: async () => null,
      settled: async () => null,
    }
    const begun = async () => null
    await deployer({ workers: bus, assigning }, { load: async () => context, begun })(execution)
    return ends
  }

  for (const [isHeld, what] of [
    [true, 'ends what runs when it breaks off'],
    [false, 'leaves what runs to whoever has it by now, when it breaks off past its lease'],
  ] as const)
    it(what, async () => {
      const steps = ['One', 'Two'].map((name) => ({ name, script: '', startWithPrevious: true }))
      const asked: string[] = []
      const away = new Error('The store is away.')
      const stopped = Promise.withResolvers<Outcomes['run']>()
      const workers = {
        async run(_worker: string, { runId, signal }: RunAsk) {
          signal.addEventListener('abort', () => stopped.reject(signal.reason))
          if (asked.push(runId) === 2) throw away
          return stopped.promise
        },
        async stop(_worker: string, { runId }: RunOf) {
          asked.push('stop')
          stopped.resolve({ state: 'ended', result: lostRun(runId, 1), rest: null })
          return true
        },
        forget: async () => asked.push('forget') > 0,
      }

      const end = executed({ steps, workers, isHeld })

      expect(await end.catch((error) => error)).to.equal(away)
      expect(asked.includes('stop')).to.equal(isHeld)
    })

  it('ends what runs of a step whose package has vanished meanwhile, and fails', async () => {
    const asked: [string, RunOf][] = []
    const workers = {
      run: async () => expect.fail('It is not asked for its result.'),
      stop: async (_worker: string, run: RunOf) => asked.push(['stop', run]) > 0,
      forget: async (_worker: string, run: RunOf) => asked.push(['forget', run]) > 0,
    }
    const steps = [{ name: 'Greet', script: '' }]
    const packages = { fault: 'The package is gone.' }

    const ends = await executed({ steps, workers, packages, journal: sent('Workers-1') })

    expect(asked.slice(0, 2).map(([what, { term }]) => `${what} ${term}`)).to.deep.equal([
      'stop 3',
      'forget 3',
    ])
    expect(ends).to.deep.equal([['Failed', "The step 'Greet' failed: The package is gone."]])
  })
})
