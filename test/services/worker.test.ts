import { readdirSync, readFileSync, statSync } from 'node:fs'
import { expect } from 'chai'
import { until } from '../support/until.ts'
import { newRunId, specOf, startTestWorker, type TestWorker } from '../support/worker.ts'

describe('The built-in worker', () => {
  let worker: TestWorker

  before(async () => {
    worker = await startTestWorker({
      slots: 6,
      environment: {
        MASTER_KEY: `${'A'.repeat(43)}=`,
        DATABASE_URL: 'mongodb://user:password@host',
        ADMIN_PASSWORD: 'admin password',
        TZ: 'Europe/Berlin',
      },
    })
  })

  after(() => worker.stop())

  beforeEach(() => {
    worker.received.length = 0
    worker.hooks.onBatch = async () => {}
  })

  it('runs a script and sends what it prints', async () => {
    const { result, lines } = await worker.run({ body: 'echo hello\necho "grüße"' })

    expect(lines).to.deep.equal(['i hello', 'i grüße'])
    expect(result).to.deep.include({ outcome: 'succeeded', exitCode: 0, error: null, batches: 1 })
    expect(result.endedAt).to.be.at.least(result.startedAt)
  })

  it('runs a Python script', async () => {
    const { lines } = await worker.run({
      syntax: 'Python',
      body: 'print(get_octopusvariable("Greeting"))',
      variables: { Greeting: "it's", 'Octopus.Action.Script.SuppressEnvironmentLogging': 'True' },
    })

    expect(lines).to.deep.equal(["i it's"])
  })

  it('says how a script has failed', async () => {
    const { result, lines } = await worker.run({ body: 'echo oh >&2; exit 7' })

    expect(lines).to.deep.equal(['e oh'])
    expect(result).to.include({ outcome: 'failed', exitCode: 7, errors: 1 })
    expect(result.error).to.equal('The script exited with code 7.')
  })

  it('gives the reason that the script itself has given', async () => {
    const { result } = await worker.run({ body: 'fail_step "No disk left"' })

    expect(result).to.include({ outcome: 'failed', error: 'No disk left' })
  })

  it('lets standard error fail a script only where that is wanted', async () => {
    const body = 'echo oh >&2'

    const tolerant = await worker.run({ body })
    const strict = await worker.run({ body, failOnErrorOutput: true })

    expect(tolerant.result.outcome).to.equal('succeeded')
    expect(strict.result).to.include({ outcome: 'failed', exitCode: 0 })
    expect(strict.result.error).to.contain('standard error')
  })

  it('keeps what a script sets, and masks what is sensitive from then on', async () => {
    const { result, lines } = await worker.run({
      body: [
        'set_octopusvariable "Url" "http://x"',
        'set_octopusvariable "Token" "tip-top-secret" -sensitive',
        'echo the token is tip-top-secret',
      ].join('\n'),
    })

    const token = result.outputs.find(({ name }) => name === 'Token')
    expect(lines).to.deep.equal(['i the token is ********'])
    expect(result.outputs[0]).to.deep.equal({ name: 'Url', value: 'http://x', sensitive: false })
    expect(token?.value).to.equal('tip-top-secret')
  })

  it('masks secrets in the reason that a script gives', async () => {
    const { result } = await worker.run({
      body: 'fail_step "wrong: my-password-1"',
      secrets: ['my-password-1'],
    })

    expect(result.error).to.equal('wrong: ********')
  })

  it('masks a secret that comes in two parts', async () => {
    const { lines } = await worker.run({
      body: 'printf "it is my-pass"; sleep 0.2; printf "word-1 indeed\\n"',
      secrets: ['my-password-1'],
    })

    expect(lines).to.deep.equal(['i it is ********' + ' indeed'])
  })

  it('sends slow output while the script goes on', async () => {
    const runId = newRunId()
    const seen = new Promise<string>((resolve) => {
      worker.hooks.onBatch = async ({ text }) => resolve(text)
    })

    const run = worker.resultOf(runId, specOf({ body: 'echo first; sleep 30' }))

    expect(await seen).to.contain('first')
    await worker.stopRun(runId)
    expect((await run).outcome).to.equal('cancelled')
  })

  it('tells the progress of a script', async () => {
    await worker.run({ body: 'update_progress 50 "half of it"' })

    // It comes by itself, before the result or after it.
    const { percentage, message } = await until(() => worker.progress.at(-1), 'it is told')
    expect({ percentage, message }).to.deep.equal({ percentage: 50, message: 'half of it' })
  })

  it("has nothing of the server's environment that could be a secret", async () => {
    const { lines } = await worker.run({ body: 'env' })

    const names = lines.map((line) => /^i (\w+)=/.exec(line)?.[1])
    expect(names).to.include.members(['PATH', 'HOME', 'TMPDIR', 'TAKO_RUN_ID', 'TZ'])
    expect(names).to.not.include.members(['MASTER_KEY'])
    expect(lines.join('\n')).to.not.match(/MASTER_KEY|DATABASE_URL|ADMIN_|password|NODE_/)
  })

  it('says at verbose where the script runs, unless that is unwanted', async () => {
    const { lines } = await worker.run({ body: 'echo hello', variables: {} })

    expect(lines[0]).to.equal('v Environment information:')
    expect(lines).to.include('v   Worker: built-in')
    expect(lines.at(-1)).to.equal('i hello')
  })

  it('keeps a run to itself, and its secrets no longer than the script needs them', async () => {
    const runId = newRunId()
    await worker.run(
      { body: 'pwd; echo x > file', variables: { Password: 'tip-top-secret' } },
      runId,
    )

    const folder = worker.folderOf(runId)
    expect(statSync(folder).mode & 0o777).to.equal(0o700)
    const files = readdirSync(folder).filter((name) => statSync(`${folder}/${name}`).isFile())
    expect(files.map((name) => readFileSync(`${folder}/${name}`, 'utf8')).join('')).to.not.contain(
      'tip-top-secret',
    )
    expect(worker.isKept(runId, 'work/file')).to.equal(true)
  })

  it('runs a script once, however often it is asked', async () => {
    const runId = newRunId()
    const spec = specOf({ body: 'echo once; sleep 0.1' })

    const results = await Promise.all([1, 2, 3].map(() => worker.resultOf(runId, spec)))
    const later = await worker.resultOf(runId, null)

    expect(worker.linesOf(runId)).to.deep.equal(['i once'])
    for (const result of results) expect(result).to.deep.equal(later)
  })

  it('answers that a run goes on when it takes longer than the wait', async () => {
    const runId = newRunId()
    const spec = specOf({ body: 'sleep 30' })

    const answer = await worker.ask(runId, spec)

    expect(answer).to.deep.equal({ state: 'running' })
    await worker.stopRun(runId)
    await worker.resultOf(runId, null)
  })

  it('ends a script at its time limit', async () => {
    const { result } = await worker.run({ body: 'echo begun; sleep 30', timeoutMs: 300 })

    expect(result).to.include({ outcome: 'timedOut', exitCode: null })
    expect(result.error).to.equal('The script was ended at its time limit of 0.3 s.')
  })

  it('refuses a run when all its slots are taken, and takes it afterwards', async () => {
    const ids = [1, 2, 3, 4, 5, 6].map(newRunId)
    const spec = specOf({ body: 'sleep 30' })
    for (const runId of ids) await worker.ask(runId, spec)
    const runs = ids.map((runId) => worker.resultOf(runId, spec))
    const next = newRunId()

    const answer = await worker.ask(next, specOf({ body: 'echo next' }))

    expect(answer).to.deep.equal({
      state: 'refused',
      why: 'full',
      reason: 'All 6 slots of the worker built-in are taken.',
    })
    for (const runId of ids) await worker.stopRun(runId)
    await Promise.all(runs)
    expect((await worker.run({ body: 'echo next' }, next)).lines).to.deep.equal(['i next'])
  })

  it('says which program is missing', async () => {
    const { result } = await worker.run({ syntax: 'PowerShell', body: 'Write-Host hello' })

    expect(result.outcome).to.equal('failed')
    expect(result.error).to.contain('pwsh is not on the path of the worker built-in')
  })

  it('forgets a run when it is told to, and not while it goes on', async () => {
    const runId = newRunId()
    const run = worker.resultOf(runId, specOf({ body: 'sleep 30' }))
    while (!worker.isKept(runId, 'run.json')) await new Promise(setImmediate)

    const early = await worker.forget(runId)
    await worker.stopRun(runId)
    await run
    const late = await worker.forget(runId)

    expect([early.found, late.found]).to.deep.equal([[], [runId]])
    expect(worker.isKept(runId)).to.equal(false)
  })

  it('gives the end of a short log with the result, each time that it is asked', async () => {
    const runId = newRunId()
    const sent: number[] = []
    worker.hooks.onBatch = async ({ seq }) => void sent.push(seq)

    const { batches } = await worker.resultOf(runId, specOf({ body: 'echo hello' }))
    const answers = [await worker.ask(runId, null), await worker.ask(runId, null)]

    const rests = answers.map((answer) => ('rest' in answer ? answer.rest : null))
    const last = rests[0] ? [rests[0].seq] : []
    expect([...sent, ...last]).to.deep.equal(Array.from({ length: batches }, (_, at) => at + 1))
    expect(rests[1]).to.deep.equal(rests[0])
  })

  it('gives the very same end of a log after it has died', async () => {
    const runId = newRunId()
    await worker.resultOf(runId, specOf({ body: 'echo hello' }))
    const before = worker.received.splice(0)
    worker.kill()
    await worker.comesBack()

    const result = await worker.resultOf(runId, specOf({ body: 'echo hello' }))

    expect(result).to.include({ outcome: 'succeeded', batches: before.length })
    expect(worker.received.at(-1)).to.include({ seq: before.length, lines: before.at(-1)?.lines })
  })

  it('calls a run lost that it knows nothing of', async () => {
    const result = await worker.resultOf(newRunId(), null)

    expect(result).to.include({ outcome: 'lost', exitCode: null, batches: 0 })
  })

  it('takes no name of a run that is a path', async () => {
    const spec = specOf({ body: 'echo' })

    for (const runId of ['..', '../x', 'a/b', '.', '']) {
      const error = await worker.ask(runId, spec).catch((error) => error)
      expect(error.message, runId).to.include("'runId'")
    }
  })

  it('sends batches again that were not acknowledged, the very same', async () => {
    const refused: string[] = []
    worker.hooks.onBatch = async ({ text }) => {
      if (refused.push(text) <= 2) throw new Error('Not now')
    }

    const { lines } = await worker.run({ body: 'echo hello' })

    expect(lines).to.deep.equal(['i hello'])
    expect(new Set(refused).size).to.equal(1)
  })

  it('has at most four batches under way, and waits with the rest on its disk', async () => {
    let underWay = 0
    let most = 0
    const four = Promise.withResolvers<void>()
    worker.hooks.onBatch = async () => {
      most = Math.max(most, ++underWay)
      if (most === 4) four.resolve()
      await four.promise
      await new Promise((resolve) => setTimeout(resolve, 5))
      underWay--
    }
    const body = 'for i in {1..10000}; do echo "a line of the text number $i"; done'

    const runs = await Promise.all([1, 2, 3, 4, 5, 6].map(() => worker.run({ body })))

    expect(most).to.equal(4)
    for (const { lines } of runs) expect(lines).to.have.length(10_000)
  })

  it('takes output without end in memory that has an end', async () => {
    let most = 0
    worker.hooks.onBatch = async ({ text }) => {
      expect(Buffer.byteLength(text)).to.be.at.most(256 * 1024)
      most = Math.max(most, memoryOf(worker.pid()))
    }
    const print = (bytes: number) => `head -c ${bytes} /dev/zero | tr "\\0" x | fold -w 99`
    await worker.run({ body: print(20_000_000) })
    const soFar = most

    const { result, lines } = await worker.run({ body: print(30_000_000) })

    expect(result.outcome).to.equal('succeeded')
    expect(lines).to.have.length(303_031)
    expect(most - soFar).to.be.below(28)
  })

  it('takes a line without an end in pieces, and holds none but the last', async () => {
    let most = 0
    let longest = 0
    worker.hooks.onBatch = async ({ text }) => {
      most = Math.max(most, memoryOf(worker.pid()))
      for (const line of text.split('\n')) longest = Math.max(longest, line.length - 10)
    }
    const print = (bytes: number) => `head -c ${bytes} /dev/zero | tr "\\0" x`
    await worker.run({ body: print(15_000_000) })
    const soFar = most

    const { result, lines } = await worker.run({ body: print(20_000_000) })

    expect(result.outcome).to.equal('succeeded')
    expect(lines.reduce((sum, line) => sum + line.length - 2, 0)).to.equal(20_000_000)
    expect(longest).to.be.at.most(64 * 1024)
    expect(most - soFar).to.be.below(19)
  })

  it('describes what it has', async () => {
    const report = await worker.describe()

    const versionOf = (name: string) => report.shells.find((shell) => shell.name === name)?.version
    expect(versionOf('bash')).to.match(/^\d+\.\d+/)
    expect(report).to.include({ version: '0.0.0', slots: 6 })
    expect(report.freeDiskBytes).to.be.above(0)
  })
})

/** In MB. */
function memoryOf(pid: number | null): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}
