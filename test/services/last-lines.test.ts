import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { lastLines } from '../../services/api/last-lines.ts'

describe('The last lines of log files', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tako-lines-'))
  })

  afterEach(() => rm(folder, { recursive: true }))

  it('come from the newest file first, the newest line first', async () => {
    await writeFile(join(folder, 'tako-2026-01-01.log'), 'a\nb\n')
    await writeFile(join(folder, 'tako-2026-01-02.log'), 'c\nd\n')
    await writeFile(join(folder, 'other.txt'), 'x\n')

    expect(await lastLines(folder, /^tako-/, 3)).to.deep.equal(['d', 'c', 'b'])
  })

  it('are whole, however long the file and its lines', async () => {
    const lines = Array.from(
      { length: 50_000 },
      (_, number) => `${number} ${'ü'.repeat(number % 90)}`,
    )
    await writeFile(join(folder, 'tako.log'), `${lines.join('\n')}\n`)

    for (const count of [1, 10, 1000, 60_000]) {
      const expected = lines.slice(-count).reverse()
      expect(await lastLines(folder, /^tako/, count)).to.deep.equal(expected)
    }
  })

  it('are none where nothing has been logged', async () => {
    expect(await lastLines(join(folder, 'none'), /./, 10)).to.deep.equal([])
  })
})
