import { appendFile, mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Log } from '#store/log-file.ts'

describe('A log', () => {
  let folder: string
  let path: string
  let log: Log

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tako-log-'))
    path = join(folder, 'tasks', 'one.log')
    log = new Log(path)
  })

  afterEach(() => rm(folder, { recursive: true }))

  const line = (text: string, { at = 1_000, category = 'i' } = {}) =>
    `${at.toString(36).padStart(9, '0')}${category}${text}\n`
  const textsOf = (lines: { text: string }[]) => lines.map(({ text }) => text)
  const add = (activity: string, ...texts: string[]) =>
    log.append({ activity, text: texts.map((text) => line(text)).join('') })

  it('has no lines before there are some', async () => {
    expect(await log.readLines({ take: 10 })).to.deep.equal([])
    expect(await log.readTail({ take: 10 })).to.deep.equal([])
    expect(await log.size()).to.deep.equal({ lines: 0, bytes: 0 })
  })

  it('numbers the lines of all activities', async () => {
    await add('build', 'one', 'two')
    await log.append({ activity: 'test', text: line('drei ☃', { at: 2_000, category: 'e' }) })

    expect(await log.readLines({ from: 2, take: 10 })).to.deep.equal([
      { number: 2, activity: 'build', at: 1_000, category: 'i', text: 'two' },
      { number: 3, activity: 'test', at: 2_000, category: 'e', text: 'drei ☃' },
    ])
  })

  it('gives the lines of one activity, from one of its numbers', async () => {
    await add('build', 'one', 'two')
    await add('test', 'three')
    await add('build', 'four', 'five')

    const lines = await log.readLines({ activity: 'build', from: 2, take: 2 })

    expect(lines.map(({ number }) => number)).to.deep.equal([2, 4])
  })

  it('gives its last lines', async () => {
    await add('build', 'one', 'two')
    await add('test', 'three')
    await add('build', 'four')

    expect(textsOf(await log.readTail({ take: 2 }))).to.deep.equal(['three', 'four'])
    expect(textsOf(await log.readTail({ activity: 'build', take: 2 }))).to.deep.equal([
      'two',
      'four',
    ])
  })

  it('is searched in whichever case', async () => {
    await add('build', 'The Error', 'nothing')
    await add('test', 'an ERROR')
    const found: string[] = []

    for await (const { text } of log.search({ text: 'error' })) found.push(text)

    expect(found).to.deep.equal(['The Error', 'an ERROR'])
  })

  it('sums up each activity', async () => {
    await add('build', 'one', 'two')
    const text =
      line('bad', { at: 1_500, category: 'w' }) + line('worse', { at: 3_000, category: 'f' })
    await log.append({ activity: 'build', text })

    expect((await log.totals()).get('build')).to.deep.equal({
      lines: 4,
      warnings: 1,
      errors: 1,
      from: 1_000,
      to: 3_000,
    })
  })

  it('takes a batch once, also after a restart', async () => {
    const batch = (seq: number) => ({
      activity: 'build',
      text: line(`${seq}`),
      runId: 'run-1',
      seq,
    })
    const first = await Promise.all([
      log.append(batch(1)),
      log.append(batch(2)),
      log.append(batch(1)),
    ])

    const again = await new Log(path).append(batch(2))

    expect([...first, again]).to.deep.equal([true, true, false, false])
    expect(textsOf(await log.readLines({ take: 9 }))).to.deep.equal(['1', '2'])
  })

  it('keeps the order in which batches came', async () => {
    const numbers = Array.from({ length: 50 }, (_, at) => `${at}`)

    await Promise.all(numbers.map((number) => add('build', number)))

    expect(textsOf(await log.readLines({ take: 99 }))).to.deep.equal(numbers)
  })

  it('has each batch once for those who look while it grows', async () => {
    const other = new Log(path)
    let isGrowing = true
    const look = async (at: Log) => {
      while (isGrowing) await Promise.all([at.entries(), at.size(), at.totals()])
    }
    const looks = [look(log), look(log), look(other), look(other)]
    for (let count = 1; count <= 101; count += 1) await add('build', `${count}`)
    isGrowing = false
    await Promise.all(looks)

    const numbers = Array.from({ length: 101 }, (_, index) => `${index + 1}`)
    expect(textsOf(await log.readLines({ take: 1000 }))).to.deep.equal(numbers)
    expect(textsOf(await other.readLines({ take: 1000 }))).to.deep.equal(numbers)
    expect(await other.size()).to.deep.equal(await new Log(path).size())
  })

  it('sees what another process has written', async () => {
    await add('build', 'one')
    const other = new Log(path)
    await other.readLines({ take: 1 })
    await add('build', 'two')

    expect(textsOf(await other.readTail({ take: 1 }))).to.deep.equal(['two'])
  })

  it('forgets what a crash has left half written', async () => {
    await add('build', 'one')
    await appendFile(path, line('text without an entry').slice(0, -3))
    await appendFile(`${path}.index`, '{"activity":"bui')
    log = new Log(path)

    await add('build', 'two')

    expect(textsOf(await log.readLines({ take: 9 }))).to.deep.equal(['one', 'two'])
    expect(await readFile(path, 'utf8')).to.equal(line('one') + line('two'))
    expect(textsOf(await new Log(path).readLines({ take: 9 }))).to.deep.equal(['one', 'two'])
  })

  it('forgets entries whose text a power failure has taken', async () => {
    await add('build', 'one')
    const { size } = await stat(path)
    await add('build', 'two')
    await truncate(path, size + 2)
    log = new Log(path)

    await add('build', 'three')

    expect(textsOf(await log.readLines({ take: 9 }))).to.deep.equal(['one', 'three'])
  })

  it('refuses half a line', async () => {
    const error = await log.append({ activity: 'build', text: 'half' }).catch((error) => error)

    expect(error).to.be.an('error')
    expect(await add('build', 'whole')).to.equal(true)
  })

  it('can be removed', async () => {
    await add('build', 'one')

    await log.remove()

    expect(await new Log(path).size()).to.deep.equal({ lines: 0, bytes: 0 })
  })
})
