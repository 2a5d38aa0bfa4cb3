import { expect } from 'chai'
import {
  LONGEST_PROGRESS,
  MOST_ARTIFACTS,
  MOST_OUTPUT_BYTES,
  MOST_OUTPUTS,
  outputsLack,
  TASK_OUTPUTS_LACK,
} from '#domain/run-limits.ts'
import { encodeMessage } from '#domain/service-messages.ts'
import { lackIn } from '../../services/scheduler/shapes.ts'
import { hear, lostRun, nothingSaid, outcomeOf } from '../../services/worker/run-result.ts'
import { ended, logOf, projectIn } from '../support/deploying.ts'
import { startServer } from '../support/server.ts'
import { startTestWorker, type TestWorker } from '../support/worker.ts'

describe('What a script says of itself', () => {
  const end = { spec: { failOnErrorOutput: false, timeoutMs: 0 }, exitCode: 0, stopReason: null }
  const outcomeAfter = (said: ReturnType<typeof nothingSaid>) =>
    outcomeOf({ ...end, startError: null, said, standardErrors: 0 })
  const set = (said: ReturnType<typeof nothingSaid>, name: string, value: string) =>
    hear(said, { name: 'setVariable', attributes: { name, value } }, '/work')

  it('may be so many output variables, and the script fails of one more', () => {
    const said = nothingSaid()
    for (let count = 1; count <= MOST_OUTPUTS; count++) set(said, `v${count}`, 'x')
    set(said, 'v1', 'changed')
    const before = outcomeAfter(said)

    set(said, 'late', 'x')

    expect(before.outcome).to.equal('succeeded')
    expect(outcomeAfter(said)).to.deep.equal({ outcome: 'failed', error: outputsLack('late') })
    expect(said.outputs.size).to.equal(MOST_OUTPUTS)
    expect(said.outputs.get('v1')?.value).to.equal('changed')
  })

  it('may be so many bytes of output variables, of which a changed one counts once', () => {
    const said = nothingSaid()
    const most = MOST_OUTPUT_BYTES - 1
    for (let count = 1; count <= 3; count++) set(said, 'a', 'x'.repeat(most))
    const before = outcomeAfter(said)

    set(said, 'b', '')

    expect(before.outcome).to.equal('succeeded')
    expect(outcomeAfter(said).error).to.equal(outputsLack('b'))
    expect(outputsLack('b')).to.include("'b' has no room").and.include('1,000').and.include('1 MB')
  })

  it('is cut where it is a text for people', () => {
    const said = nothingSaid()
    const attributes = { percentage: '5', message: 'x'.repeat(1e6) }

    const progress = hear(said, { name: 'progress', attributes }, '/work')
    hear(said, { name: 'resultMessage', attributes }, '/work')

    expect(progress?.message).to.have.length(LONGEST_PROGRESS)
    expect(said.failure).to.have.length(10_000)
  })

  it('is not believed of a worker that says more than it may', () => {
    const output = { name: 'a', value: 'x', sensitive: false }
    const artifact = { path: '/a', name: 'a', error: null }
    const result = { ...lostRun('ServerTasks-1.a.1', 1), outputs: [output] }
    const lackOf = (more: object) =>
      lackIn('run', { state: 'ended', result: { ...result, ...more }, rest: null })

    expect(lackOf({})).to.equal(null)
    expect(lackOf({ outputs: Array(MOST_OUTPUTS + 1).fill(output) })).to.be.a('string')
    expect(lackOf({ artifacts: Array(MOST_ARTIFACTS + 1).fill(artifact) })).to.be.a('string')
    const large = { ...output, value: 'x'.repeat(MOST_OUTPUT_BYTES / 2) }
    expect(lackOf({ outputs: [large, large] })).to.equal('Its output variables are too large.')
  })
})

describe('A worker', () => {
  let worker: TestWorker

  before(async () => {
    worker = await startTestWorker()
  })
  after(() => worker.stop())

  it('brings so many artifacts of a script, and says in its log how many it has not', async () => {
    const message = encodeMessage('createArtifact', { path: 'none.txt', name: 'none.txt' })
    const body = `for ((i = 0; i < ${MOST_ARTIFACTS + 7}; i++)); do echo "${message}"; done`

    const { result, lines } = await worker.run({ body })

    expect(result.outcome).to.equal('succeeded')
    expect(result.artifacts).to.have.length(MOST_ARTIFACTS)
    expect(lines.at(-1)).to.match(/^w 7 more files were named as artifacts and not kept/)
  })

  it('tells of a flood of progress now and then, and of the last', async () => {
    const body = `for ((i = 0; i < 2000; i++)); do echo "##octopus[progress percentage='NQ==']"; done
      echo "${encodeMessage('progress', { percentage: '77', message: 'the last' })}"; sleep 0.8`
    worker.progress.length = 0

    const { result } = await worker.run({ body })

    const lasted = result.endedAt - result.startedAt
    expect(worker.progress.at(-1)).to.include({ percentage: 77, message: 'the last' })
    expect(worker.progress.length).to.be.at.most(2 + lasted / 250)
  })
})

describe('A deployment', function () {
  this.timeout(30_000)

  it('fails where the output variables of its steps have no room in it together', async () => {
    const server = await startServer()
    // Nearly the whole of what one step may set.
    const script = `value=$(head -c 1040000 /dev/zero | tr '\\0' x | base64 -w0)
      printf "##octopus[setVariable name='YQ==' value='%s']\\n" "$value"`
    const steps = Array.from({ length: 7 }, (_, index) => ({
      ...{ name: `Step ${index + 1}`, script, startWithPrevious: true },
    }))
    const { deploy } = await projectIn(server, { steps })

    const { taskId } = await deploy()

    const { State, ErrorMessage } = await ended(server, taskId)
    expect(State).to.equal('Failed')
    expect(ErrorMessage).to.include(` failed: ${TASK_OUTPUTS_LACK}`)
    expect(await logOf(server, taskId)).to.include(TASK_OUTPUTS_LACK)
    await server.stop()
  })
})
