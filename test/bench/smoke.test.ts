import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'

const run = promisify(execFile)

describe('The bench', function () {
  this.timeout(180_000)

  it('measures everything and prints a table of it', async () => {
    const bench = join(import.meta.dirname, 'bench.ts')

    const { stdout } = await run(process.execPath, [bench, '--smoke'])

    const rows = stdout.trim().split('\n').slice(2)
    const values = rows.map((row) => Number.parseFloat(row.split('|')[2] ?? ''))
    expect(rows.length).to.be.at.least(15)
    expect(values.every(Number.isFinite)).to.equal(true)
  })

  it('names what it can measure when asked for something else', async () => {
    const bench = join(import.meta.dirname, 'bench.ts')

    const failed = await run(process.execPath, [bench, 'luck']).catch((error) => error)

    expect(failed.stderr).to.match(/no measurement 'luck'.*deployments, latency, output/)
  })
})
