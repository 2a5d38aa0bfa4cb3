import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { packageCache } from '../../../services/worker/packages/cache.ts'

describe('The package cache of a worker', () => {
  let root = ''
  let folder = ''

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tako-cache-'))
    folder = join(root, 'packages')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  /** A run's package of so many bytes, in its own file. */
  function packageOf(letter: string, size = 100) {
    const file = join(root, letter)
    const bytes = Buffer.alloc(size, letter)
    writeFileSync(file, bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { file, wanted: { sha256, size, fileExtension: '.zip' } }
  }
  const cacheOf = (limitBytes: number) => packageCache({ folder, limitBytes })
  /** As if it had been used so many seconds after another. */
  const used = (sha256: string, seconds: number) =>
    utimesSync(join(folder, `${sha256}.zip`), seconds, seconds)

  it('gives what it has, and not what it has not', async () => {
    const cache = cacheOf(1_000)
    const { file, wanted } = packageOf('a')
    await cache.keep(wanted, file)

    const found = await cache.take(wanted, join(root, 'mine'))
    const other = await cache.take({ ...wanted, sha256: '0'.repeat(64) }, join(root, 'other'))

    expect([found, other]).to.deep.equal([true, false])
    expect(readFileSync(join(root, 'mine'), 'utf8')).to.equal('a'.repeat(100))
    expect(existsSync(join(root, 'other'))).to.equal(false)
  })

  it('drops what was not used for longest when it is full', async () => {
    const cache = cacheOf(250)
    const [a, b, c] = [packageOf('a'), packageOf('b'), packageOf('c')]
    await cache.keep(a.wanted, a.file)
    await cache.keep(b.wanted, b.file)
    used(a.wanted.sha256, 1_000)
    used(b.wanted.sha256, 2_000)
    await cache.take(a.wanted, join(root, 'used'))

    await cache.makeRoom(c.wanted, 'c')
    await cache.keep(c.wanted, c.file)

    expect(cache.digests().sort()).to.deep.equal([a.wanted.sha256, c.wanted.sha256].sort())
  })

  it('takes nothing from a run by dropping it', async () => {
    const cache = cacheOf(100)
    const [a, b] = [packageOf('a'), packageOf('b')]
    await cache.keep(a.wanted, a.file)
    await cache.take(a.wanted, join(root, 'mine'))

    await cache.makeRoom(b.wanted, 'b')

    expect(cache.digests()).to.deep.equal([])
    expect(readFileSync(join(root, 'mine'), 'utf8')).to.equal('a'.repeat(100))
  })

  it('keeps nothing that is larger than itself, and drops nothing for it', async () => {
    const cache = cacheOf(150)
    const [a, large] = [packageOf('a'), packageOf('b', 151)]
    await cache.keep(a.wanted, a.file)

    await cache.makeRoom(large.wanted, 'b')
    await cache.keep(large.wanted, large.file)

    expect(cache.digests()).to.deep.equal([a.wanted.sha256])
  })

  it('drops what is not sound', async () => {
    const cache = cacheOf(1_000)
    const { file, wanted } = packageOf('a')
    await cache.keep(wanted, file)
    writeFileSync(join(folder, `${wanted.sha256}.zip`), 'b'.repeat(100))

    const found = await cache.take(wanted, join(root, 'mine'))

    expect(found).to.equal(false)
    expect([...readdirSync(folder), existsSync(join(root, 'mine'))]).to.deep.equal([false])
  })

  it('takes the same package of two runs at once', async () => {
    const cache = cacheOf(1_000)
    const [one, two] = [packageOf('a'), packageOf('a')]

    await Promise.all([cache.keep(one.wanted, one.file), cache.keep(two.wanted, two.file)])

    expect(cache.digests()).to.deep.equal([one.wanted.sha256])
  })

  it('says that the disk has no room, after it has dropped all', async () => {
    const cache = cacheOf(1_000)
    const { file, wanted } = packageOf('a')
    await cache.keep(wanted, file)

    const refusal = await cache
      .makeRoom({ ...wanted, size: 2 ** 52 }, 'Web 1.0')
      .catch((error: Error) => error.message)

    expect(refusal).to.match(
      /^The disk of the worker has no room for Web 1.0: it needs 4096 TB, .* are free\.$/,
    )
    expect(cache.digests()).to.deep.equal([])
  })

  it('tells what was used last first, and that something has changed', async () => {
    const cache = cacheOf(1_000)
    const [a, b] = [packageOf('a'), packageOf('b')]
    await cache.keep(a.wanted, a.file)
    await cache.keep(b.wanted, b.file)
    used(a.wanted.sha256, 2_000)
    used(b.wanted.sha256, 1_000)
    const before = cache.version()

    rmSync(join(folder, `${b.wanted.sha256}.zip`))

    expect(cache.version()).to.be.above(before)
    await cache.keep(b.wanted, b.file)
    used(b.wanted.sha256, 1_000)
    expect(cache.digests()).to.deep.equal([a.wanted.sha256, b.wanted.sha256])
  })
})
