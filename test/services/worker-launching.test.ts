import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Launch } from '../../services/worker/launcher.ts'
import { type Launcher, launcherWith } from '../../services/worker/launching.ts'
import { processOf } from '../../services/worker/process-table.ts'
import { until } from '../support/until.ts'

describe('The process that starts scripts', () => {
  let folder: string
  let launcher: Launcher

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tako-launching-'))
    mkdirSync(file('work'))
    launcher = launcherWith({ PATH: process.env.PATH ?? '', OF_ALL: 'all' })
  })

  afterEach(() => {
    launcher.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const file = (name: string) => join(folder, name)
  const textOf = (name: string) => readFileSync(file(name), 'utf8')

  function launchOf(script: string, more: Partial<Launch> = {}): Launch {
    for (const name of ['out', 'err']) writeFileSync(file(name), '')
    return {
      ...{ command: 'bash', args: ['-c', script], workFolder: file('work') },
      ...{ environment: { OF_ONE: 'one' }, out: file('out'), err: file('err') },
      ...{ record: file('run.json'), about: { startedAt: 1, preface: '', startError: null } },
      ...more,
    }
  }
  /** Whose process has started the script. */
  const parentOf = (pid: number | undefined) => processOf(pid ?? 0)?.parent ?? 0

  it('gives a script its files and its environment, and tells how it has ended', async () => {
    const script = await launcher.start(launchOf('echo $OF_ALL $OF_ONE; echo oh >&2; exit 3'))

    const code = await script.ended

    expect([code, textOf('out'), textOf('err')]).to.deep.equal([3, 'all one\n', 'oh\n'])
    expect(JSON.parse(textOf('run.json'))).to.deep.equal({
      ...{ leader: script.leader, startedAt: 1, preface: '', startError: null },
    })
  })

  it('says that it cannot start one where there is no such folder', async () => {
    const launch = launchOf('true', { workFolder: file('none'), out: file('none/out') })

    const failed = await launcher.start(launch).catch((error) => error)

    expect(failed).to.be.instanceOf(Error)
  })

  it('says that a record could not be written, and starts the script all the same', async () => {
    const script = await launcher.start(launchOf('true', { record: file('none/run.json') }))

    expect(script.recordFault).to.have.property('code', 'ENOENT')
    expect(await script.ended).to.equal(0)
  })

  it('leaves a script alone when it dies, and is there again for the next', async () => {
    const long = launchOf('while [[ ! -e end ]]; do sleep 0.02; done; echo done')
    const script = await launcher.start(long)
    const before = parentOf(script.leader?.pid)
    process.kill(before, 'SIGKILL')

    const ended = await script.ended
    const next = await launcher.start(launchOf('true'))
    writeFileSync(file('work/end'), '')
    await until(() => textOf('out') === 'done\n', 'the script goes on')

    expect(ended).to.equal('not known')
    expect(await next.ended).to.equal(0)
  })

  it('leaves a script alone when the worker goes, and goes too', async () => {
    const script = await launcher.start(launchOf('sleep 30'))
    const pid = script.leader?.pid ?? 0
    const its = parentOf(pid)

    launcher.close()
    await until(() => processOf(its) === null, 'it has gone')

    expect(processOf(pid)?.pid).to.equal(pid)
    process.kill(-pid, 'SIGKILL')
  })
})
