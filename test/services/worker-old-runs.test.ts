import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { removeOldRuns } from '../../services/worker/old-runs.ts'
import { identityOf } from '../../services/worker/process-table.ts'

describe('The runs that nobody has asked for', () => {
  const now = Date.parse('2030-01-10T00:00:00Z')
  let workFolder: string

  beforeEach(() => {
    workFolder = mkdtempSync(join(tmpdir(), 'tako-runs-'))
  })

  afterEach(() => rmSync(workFolder, { recursive: true, force: true }))

  it('are removed a week after their end', async () => {
    addRun('old', { exit: '2030-01-01' })
    addRun('young', { exit: '2030-01-09' })

    expect(await removeOldRuns(workFolder, now)).to.equal(1)
    expect(readdirSync(join(workFolder, 'runs'))).to.deep.equal(['young'])
  })

  it('are removed a week after their start when their process has died', async () => {
    addRun('dead', { pid: 2 ** 22 - 1 })

    expect(await removeOldRuns(workFolder, now)).to.equal(1)
  })

  it('stay for as long as their process lives', async () => {
    addRun('alive', { pid: process.pid })

    expect(await removeOldRuns(workFolder, now)).to.equal(0)
  })

  function addRun(name: string, { exit, pid = 1 }: { exit?: string; pid?: number }) {
    const folder = join(workFolder, 'runs', name)
    const leader = identityOf(pid) ?? { pid, startTime: '1', boot: 'another' }
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'run.json'), JSON.stringify({ leader }))
    if (exit) {
      writeFileSync(join(folder, 'exit'), '0\n')
      utimesSync(join(folder, 'exit'), new Date(exit), new Date(exit))
    }
    utimesSync(folder, new Date('2030-01-01'), new Date('2030-01-01'))
  }
})
