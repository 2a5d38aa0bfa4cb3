import { readFileSync, rmSync } from 'node:fs'
import { expect } from 'chai'
import { allProcesses, processOf } from '../../services/worker/process-table.ts'
import { newRunId, specOf, startTestWorker, type TestWorker } from '../support/worker.ts'

describe('A run whose worker dies', () => {
  let worker: TestWorker

  beforeEach(async () => {
    worker = await startTestWorker({ graceMs: 300 })
  })

  afterEach(() => worker.stop())

  it('goes on, and no line is lost or comes twice', async () => {
    const runId = newRunId()
    const body = 'for i in {1..300}; do echo "out $i"; echo "err $i" >&2; sleep 0.01; done'
    const run = worker.resultOf(runId, specOf({ body }))
    await worker.batches(runId, 5)

    worker.kill()
    await worker.batches(runId, 30)
    worker.kill()
    const result = await run

    const numbers = Array.from({ length: 300 }, (_, index) => index + 1)
    const lines = worker.linesOf(runId)
    expect(result).to.include({ outcome: 'succeeded', exitCode: 0, errors: 300 })
    expect(lines.filter((line) => line.startsWith('i'))).to.deep.equal(
      numbers.map((number) => `i out ${number}`),
    )
    expect(lines.filter((line) => line.startsWith('e'))).to.deep.equal(
      numbers.map((number) => `e err ${number}`),
    )
  })

  it('sends a batch that was not acknowledged again as it was', async () => {
    const runId = newRunId()
    const seen: { seq: number; text: string }[] = []
    let isDead = false
    worker.hooks.onBatch = async (batch) => {
      seen.push(batch)
      if (batch.seq === 3 && !isDead) await new Promise(() => {})
    }
    const body = 'for i in {1..12}; do echo "line $i"; sleep 0.05; done'
    const run = worker.resultOf(runId, specOf({ body, secrets: ['line 3'] }))
    await until(() => seen.length === 3)

    isDead = true
    worker.kill()
    const result = await run

    const [first, again] = seen.filter(({ seq }) => seq === 3).map(({ text }) => text)
    expect(again).to.equal(first)
    // One before it may come again too, when its acknowledgement was lost with the worker.
    expect(new Set(seen.map(({ seq }) => seq)).size).to.equal(result.batches)
    expect(worker.linesOf(runId)).to.include('i ********').and.to.have.length(12)
  })

  it('has its result although it ended while no worker was there', async () => {
    const runId = newRunId()
    const body = 'echo begun; set_octopusvariable Name Value; sleep 0.2; echo done; exit 4'
    const run = worker.resultOf(runId, specOf({ body }))
    await worker.batches(runId, 1)

    worker.kill()
    const result = await run

    expect(result).to.deep.include({
      outcome: 'failed',
      exitCode: 4,
      error: 'The script exited with code 4.',
    })
    expect(result.outputs).to.deep.equal([{ name: 'Name', value: 'Value', sensitive: false }])
    expect(worker.linesOf(runId)).to.deep.equal(['i begun', 'i done'])
  })

  it('is cancelled by the next worker with all of its processes', async () => {
    const runId = newRunId()
    const spec = specOf({ body: 'setsid sleep 1000 & echo $!; echo $$; sleep 1000' })
    const run = worker.resultOf(runId, spec)
    await worker.batches(runId, 1)
    const pids = pidsIn(worker.linesOf(runId))

    worker.kill()
    await worker.comesBack()
    await worker.stopRun(runId)

    expect((await run).outcome).to.equal('cancelled')
    expect(pids.filter(isThere)).to.deep.equal([])
  })

  it('is lost when its script has died too, after what is left of it has been ended', async () => {
    const runId = newRunId()
    const body = 'setsid sleep 1000 & echo $! $$; sleep 1000'
    const run = worker.resultOf(runId, specOf({ body }))
    await worker.batches(runId, 1)
    const [left = 0] = pidsIn(worker.linesOf(runId))

    worker.kill()
    process.kill(-leaderOf(worker, runId), 'SIGKILL')
    const wasLeft = isThere(left)
    const result = await run

    expect(wasLeft).to.equal(true)
    expect(result).to.include({ outcome: 'lost', exitCode: null })
    expect(isThere(left)).to.equal(false)
    expect(worker.linesOf(runId)).to.have.length(1)
  })

  it('is lost and not started again when nobody can say whether it was started', async () => {
    const runId = newRunId()
    const spec = specOf({ body: 'echo run; sleep 1000' })
    const run = worker.resultOf(runId, spec)
    await worker.batches(runId, 1)
    worker.kill()
    rmSync(`${worker.folderOf(runId)}/run.json`)

    const result = await run

    expect(result.outcome).to.equal('lost')
    expect(worker.linesOf(runId)).to.deep.equal(['i run'])
  })

  it('needs its script again, since nothing of its secrets is kept', async () => {
    const runId = newRunId()
    const spec = specOf({ body: 'echo begun; sleep 1000' })
    const run = worker.resultOf(runId, spec)
    await worker.batches(runId, 1)

    worker.kill()
    await worker.comesBack()
    const [answer] = await Promise.all([worker.ask(runId, null), worker.stopRun(runId)])

    // The one that waits for the run may have brought the script already.
    expect(answer.state).to.be.oneOf(['refused', 'running'])
    expect((await run).outcome).to.equal('cancelled')
  })
})

describe('A run that is cancelled', () => {
  let worker: TestWorker

  before(async () => {
    worker = await startTestWorker({ graceMs: 300 })
  })

  after(() => worker.stop())

  const cases = {
    'has left its group': 'setsid sleep 1000 & echo $!; sleep 1000',
    'has left its group and its parent': '(setsid sleep 1000 & echo $!); sleep 1000',
    'has thrown its environment away': 'setsid env -i sleep 1000 & echo $!; sleep 1000',
    'does not listen to the signal':
      'trap "" TERM; bash -c \'trap "" TERM; echo $$; while :; do sleep 1; done\' & wait',
    'has been stopped': 'sleep 1000 & echo $!; kill -STOP $!; sleep 1000',
    'starts others all the time':
      'echo $$; f() { trap "" TERM; sleep 0.02; f & }; f & f & while :; do sleep 0.1; done',
  }

  for (const [which, body] of Object.entries(cases)) {
    it(`takes along a process that ${which}`, async () => {
      const runId = newRunId()
      const run = worker.resultOf(runId, specOf({ body }))
      await worker.batches(runId, 1)
      const pids = pidsIn(worker.linesOf(runId))

      const from = performance.now()
      const answer = await worker.stopRun(runId)
      const result = await run

      expect(answer).to.deep.equal({ found: true })
      expect(result).to.include({ outcome: 'cancelled', error: 'The script was cancelled.' })
      expect(performance.now() - from).to.be.below(5_000)
      expect(pids).to.not.have.length(0)
      expect([...pids, ...marked(runId)].filter(isThere)).to.deep.equal([])
    })
  }

  it('ends at once when its processes do', async () => {
    const runId = newRunId()
    const run = worker.resultOf(runId, specOf({ body: 'echo x; sleep 1000' }))
    await worker.batches(runId, 1)

    const from = performance.now()
    await worker.stopRun(runId)
    await run

    expect(performance.now() - from).to.be.below(1_000)
  })

  it('leaves the processes of other runs alone', async () => {
    const [one, other] = [newRunId(), newRunId()]
    const runs = [one, other].map((runId) =>
      worker.resultOf(
        runId,
        specOf({ body: 'setsid sleep 1000 & echo $!; sleep 0.5; kill -9 $!' }),
      ),
    )
    await Promise.all([worker.batches(one, 1), worker.batches(other, 1)])

    await worker.stopRun(one)

    expect((await Promise.all(runs)).map(({ outcome }) => outcome)).to.deep.equal([
      'cancelled',
      'succeeded',
    ])
  })
})

const pidsIn = (lines: string[]) =>
  lines
    .flatMap((line) => line.slice(2).split(' '))
    .map(Number)
    .filter((pid) => pid > 1)

const isThere = (pid: number) => processOf(pid) !== null

function leaderOf(worker: TestWorker, runId: string): number {
  return JSON.parse(readFileSync(`${worker.folderOf(runId)}/run.json`, 'utf8')).leader.pid
}

/** What the system says has the run's marker. */
const marked = (runId: string) =>
  allProcesses(`TAKO_RUN_ID=${runId}`)
    .filter(({ isMarked }) => isMarked)
    .map(({ pid }) => pid)

async function until(isTrue: () => boolean) {
  while (!isTrue()) await new Promise(setImmediate)
}
