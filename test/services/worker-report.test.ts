import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { reporter } from '../../services/worker/report.ts'
import { LEAST_FREE_BYTES } from '../../services/worker/settings.ts'

describe('The report of a worker', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tako-report-'))
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  const report = (digests: string[] = []) =>
    reporter(
      {
        ...{ name: 'one', version: '0.0.0', workFolder: folder, slots: 1, graceMs: 0 },
        ...{ leastFreeBytes: LEAST_FREE_BYTES, cacheBytes: 0, serverUrl: null, certificate: null },
        ...{ allowsPlainHttp: false, environment: { PATH: folder } },
      },
      { running: () => [] },
      { digests: () => digests, version: () => 1 },
    )
  const install = (version: string) =>
    writeFileSync(join(folder, 'bash'), `#!/bin/sh\necho bash ${version}\n`, { mode: 0o755 })
  const bashOf = async (describe: ReturnType<typeof report>) =>
    (await describe()).shells.find(({ name }) => name === 'bash')?.version

  it('knows a shell as soon as it is installed or replaced', async () => {
    const describe = report()

    const before = await bashOf(describe)
    install('1.2.3')
    const installed = await bashOf(describe)
    install('10.0.0-and-another-time')
    const replaced = await bashOf(describe)

    expect([before, installed, replaced]).to.deep.equal([null, '1.2.3', '10.0.0'])
  })

  it('names at most a thousand packages', async () => {
    const { cached } = await report(Array.from({ length: 1_001 }, String))()

    expect(cached).to.have.length(1_000)
  })
})
