import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Log } from '#store/log-file.ts'

describe('A log that another writer takes over', () => {
  let folder: string
  let path: string
  let first: Log
  let second: Log

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tako-log-'))
    path = join(folder, 'one.log')
    first = new Log(path)
    second = new Log(path)
  })

  afterEach(() => rm(folder, { recursive: true }))

  const line = (text: string) => `${(1_000).toString(36).padStart(9, '0')}i${text}\n`
  const batch = (seq: number, text = `${seq}`) => ({
    activity: 'build',
    text: line(text),
    runId: 'run-1',
    seq,
  })
  const say = (log: Log, term: number, ...texts: string[]) =>
    log.append({ activity: 'build', text: texts.map(line).join('') }, { term })
  const readBy = async (log: Log) =>
    (await log.readLines({ take: 9_999 })).map(({ number, text }) => `${number} ${text}`)
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error: Error) => error.name,
    )

  it('goes on with the next number', async () => {
    await say(first, 1, 'one', 'two')

    await say(second, 2, 'three')
    await say(second, 2, 'four')

    const lines = ['1 one', '2 two', '3 three', '4 four']
    expect(await readBy(second)).to.deep.equal(lines)
    expect(await readBy(new Log(path))).to.deep.equal(lines)
    expect(await new Log(path).size()).to.deep.equal({
      lines: 4,
      bytes: lines.reduce((sum, text) => sum + line(text.slice(2)).length, 0),
    })
  })

  it('takes nothing more of the writer before, and tells him so', async () => {
    await say(first, 1, 'one')
    await say(second, 2, 'two')

    const failures = [
      await failure(say(first, 1, 'too late')),
      await failure(say(first, 1, 'still too late')),
    ]
    await say(second, 2, 'three')

    expect(failures).to.deep.equal(['LogSealedError', 'LogSealedError'])
    for (const log of [first, second, new Log(path)])
      expect(await readBy(log)).to.deep.equal(['1 one', '2 two', '3 three'])
  })

  it('is sealed before its new writer has something to say', async () => {
    await say(first, 1, 'one')

    await second.takeOver(2)

    expect(await failure(say(first, 1, 'too late'))).to.equal('LogSealedError')
    expect(await failure(first.takeOver(1))).to.equal('LogSealedError')
    expect(await readBy(new Log(path))).to.deep.equal(['1 one'])
  })

  it('ignores what is behind the seal, whoever has written it', async () => {
    await say(first, 1, 'one')
    const entry = await readFile(`${path}.index`, 'utf8')
    await second.takeOver(2)

    await appendFile(path, line('two'))
    await appendFile(`${path}.index`, entry.replace('"first":1', '"first":2'))
    await say(second, 2, 'three')

    for (const log of [first, second, new Log(path)])
      expect(await readBy(log)).to.deep.equal(['1 one', '2 three'])
  })

  it('knows the batches that the writer before has taken', async () => {
    await first.append(batch(1), { term: 1 })
    await first.append(batch(2), { term: 1 })

    const taken = [
      await second.append(batch(2), { term: 2 }),
      await second.append(batch(3), { term: 2 }),
      await new Log(path).append(batch(3), { term: 3 }),
    ]

    expect(taken).to.deep.equal([false, true, false])
    expect(await readBy(first)).to.deep.equal(['1 1', '2 2', '3 3'])
  })

  it('is one log to a reader who has known it from before', async () => {
    const reader = new Log(path)
    await say(first, 1, 'one', 'two')
    const seen = [await readBy(reader)]
    await say(second, 2, 'three')
    seen.push(await readBy(reader))
    await say(new Log(path), 5, 'four')
    seen.push(await readBy(reader))

    expect(seen.map(({ length }) => length)).to.deep.equal([2, 3, 4])
    expect(await reader.readTail({ take: 3 })).to.deep.equal(
      await reader.readLines({ from: 2, take: 3 }),
    )
    expect((await reader.totals()).get('build')?.lines).to.equal(4)
    const found: number[] = []
    for await (const { number } of reader.search({ text: 'o' })) found.push(number)
    expect(found).to.deep.equal([1, 2, 4])
  })

  it('forgets what such a reader has seen of a writer who was too late', async () => {
    await say(first, 1, 'one')
    const entry = await readFile(`${path}.index`, 'utf8')
    await appendFile(path, line('two'))
    const reader = new Log(path)
    const late = entry.replace('"first":1', '"first":2').replace('"offset":0', '"offset":14')
    await appendFile(`${path}.index`, late)
    const before = await readBy(reader)
    await writeFile(`${path}.2.index`, `{"term":2}\n{"after":1,"length":${entry.length}}\n`)

    await say(second, 2, 'three')

    expect(before).to.have.lengthOf(2)
    expect(await readBy(reader)).to.deep.equal(['1 one', '2 three'])
  })

  it('can be taken over while nothing is in it', async () => {
    await say(second, 2, 'one')

    expect(await failure(say(first, 1, 'too late'))).to.equal('LogSealedError')
    expect(await readBy(new Log(path))).to.deep.equal(['1 one'])
  })

  it('is written on by the same writer after a rest, without another file', async () => {
    await say(first, 1, 'one')
    await say(second, 2, 'two')
    await second.close()

    await say(second, 2, 'three')

    expect((await readdir(folder)).toSorted()).to.deep.equal([
      'one.log',
      'one.log.2',
      'one.log.2.index',
      'one.log.index',
    ])
  })

  it('is written on by whoever writes now, when no term is said', async () => {
    await say(second, 2, 'one')
    await new Log(path).append({ activity: 'build', text: line('two') })

    expect(await readBy(new Log(path))).to.deep.equal(['1 one', '2 two'])
    expect(await failure(say(first, 1, 'too late'))).to.equal('LogSealedError')
  })

  const halves = {
    'before it could say its term': '',
    'within its term': '{"te',
    'before it could seal': '{"term":2}\n',
    'within the seal': '{"term":2}\n{"after":1,"len',
  }
  for (const [when, head] of Object.entries(halves)) {
    it(`can be read and taken over when a writer died ${when}`, async () => {
      await say(first, 1, 'one')
      await writeFile(`${path}.2.index`, head)

      const before = await readBy(new Log(path))
      const isRefused = await failure(say(first, 1, 'two'))
      await say(second, 3, 'three')

      expect(before).to.deep.equal(['1 one'])
      expect(isRefused).to.equal('LogSealedError')
      expect((await readBy(new Log(path))).at(-1)).to.match(/three$/)
      expect(await readBy(first)).to.deep.equal(await readBy(second))
    })
  }

  it('leaves out a writer who was paused between his two lines, and another has taken over', async () => {
    await say(first, 1, 'one')
    await writeFile(`${path}.2.index`, '{"term":2}\n')
    await say(second, 3, 'three')
    const entry = await readFile(`${path}.index`, 'utf8')

    await appendFile(`${path}.2.index`, `{"after":1,"length":${entry.length}}\n`)
    await appendFile(`${path}.2.index`, entry.replace('"first":1', '"first":2,"segment":2'))
    await writeFile(`${path}.2`, line('two'))

    expect(await readBy(new Log(path))).to.deep.equal(['1 one', '2 three'])
    expect(await failure(say(new Log(path), 2, 'more'))).to.equal('LogSealedError')
  })

  it('is sealed without entries whose text a power failure has taken', async () => {
    await say(first, 1, 'one')
    const { size } = await stat(path)
    await say(first, 1, 'two')
    await truncate(path, size + 2)

    await say(second, 2, 'three')

    expect(await readBy(new Log(path))).to.deep.equal(['1 one', '2 three'])
  })

  it('forgets what a crash has left half written in a later segment', async () => {
    await say(first, 1, 'one')
    await say(second, 2, 'two')
    await second.close()
    await appendFile(`${path}.2`, 'text without an ent')
    await appendFile(`${path}.2.index`, '{"activity":"bui')

    await say(new Log(path), 2, 'three')
    await say(new Log(path), 3, 'four')

    expect(await readBy(first)).to.deep.equal(['1 one', '2 two', '3 three', '4 four'])
  })

  it('is taken away whole', async () => {
    await say(first, 1, 'one')
    await say(second, 2, 'two')
    await say(new Log(path), 3, 'three')
    await readBy(first)

    await second.remove()

    expect(await readdir(folder)).to.deep.equal([])
    expect(await readBy(first)).to.deep.equal([])
    await say(second, 1, 'anew')
    expect(await readBy(first)).to.deep.equal(['1 anew'])
  })

  it('has every acknowledged batch once, however its writers meet', async function () {
    this.timeout(20_000)
    const terms = 12
    const each = 25
    const writers = Array.from({ length: terms }, () => new Log(path))
    const reader = new Log(path)
    let next = 1
    let isWriting = true

    // Who runs a script sends a batch until somebody has taken it; each writer stays for a while
    // after the next one has come, and tries to go on.
    const taken: number[] = []
    const write = async (writer: Log, term: number) => {
      for (let count = 0; count < each; count++) {
        const seq = next
        const name = await failure(writer.append(batch(seq), { term }))
        if (name !== 'none') return name
        if (seq === next) next += 1
        taken.push(seq)
        if (count === each - 8) void following(term + 1)
      }
      return 'none'
    }
    const ends: Promise<string>[] = []
    const following = (term: number) => {
      const writer = writers[term - 1]
      if (writer) ends.push(write(writer, term))
    }
    const reading = (async () => {
      while (isWriting) await readBy(reader)
    })()
    following(1)
    for (let at = 0; at < ends.length; at++) await ends[at]
    isWriting = false
    await reading

    const expected = [...new Set(taken)].map((seq) => `${seq} ${seq}`)
    expect(new Set(await Promise.all(ends))).to.include('LogSealedError')
    expect(await readBy(new Log(path))).to.deep.equal(expected)
    expect(await readBy(reader)).to.deep.equal(expected)
  })
})
