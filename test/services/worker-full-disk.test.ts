import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { newRunId, specOf, startTestWorker, type TestWorker } from '../support/worker.ts'

describe('A worker whose disk is full', () => {
  let disk: string
  let worker: TestWorker

  before(async function () {
    disk = mkdtempSync(join(tmpdir(), 'tako-disk-'))
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'ignore' })
    } catch {
      // Only root may mount a disk of its own.
      rmSync(disk, { recursive: true })
      this.skip()
    }
    worker = await startTestWorker({ workFolder: join(disk, 'work'), graceMs: 100 })
  })

  after(async () => {
    await worker?.stop()
    execFileSync('umount', ['--lazy', disk])
    rmSync(disk, { recursive: true })
  })

  const full = /^The disk of the worker built-in is full/

  it('fails a script that has filled it, and says why', async () => {
    const runId = newRunId()

    const { result } = await worker.run({ body: 'cat /dev/zero > file; echo $?; exit 0' }, runId)

    expect(result.outcome).to.equal('failed')
    expect(result.error).to.match(full)
    await worker.forget(runId)
  })

  it('fails a script whose output has filled it', async () => {
    const runId = newRunId()

    const { result } = await worker.run({ body: 'yes "$(printf %0999d)" | head -c 9000000' }, runId)

    expect(result.outcome).to.equal('failed')
    expect(result.error).to.match(full)
    await worker.forget(runId)
  })

  it('takes no run when there is no room for its files, and takes it when there is', async () => {
    const runId = newRunId()
    const spec = specOf({ body: 'echo there is room' })
    fill(join(disk, 'filler'))

    const refused = await worker.ask(runId, spec)
    const isKept = worker.isKept(runId)
    rmSync(join(disk, 'filler'))
    const { lines } = await worker.run({ body: 'echo there is room' }, runId)

    expect(refused).to.include({ state: 'refused', why: 'disk' })
    expect(isKept).to.equal(false)
    expect(lines).to.deep.equal(['i there is room'])
  })

  it('ends a run that is stopped all the same', async () => {
    const runId = newRunId()
    await worker.ask(runId, specOf({ body: 'sleep 30' }))
    fill(join(disk, 'filler'))

    await worker.stopRun(runId)
    const result = await worker.resultOf(runId, null)
    rmSync(join(disk, 'filler'))

    expect(result.outcome).to.be.oneOf(['cancelled', 'failed'])
  })
})

/** Until not a byte is left. */
function fill(path: string) {
  for (const size of [2 ** 20, 2 ** 12, 1]) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' })
    } catch {
      // It is full for pieces of this size.
    }
  }
}
