import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { type Blobs, blobsIn } from '#store/blobs.ts'

describe('A blob', () => {
  let folder: string
  let blobs: Blobs

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tako-blobs-'))
    blobs = blobsIn(folder)
  })

  afterEach(() => rm(folder, { recursive: true }))

  it('is streamed in and out', async () => {
    const size = await blobs.write('packages/shop.1.0.zip', Readable.from(['Hello ', 'world']))

    expect(size).to.equal(11)
    expect(await text(blobs.read('packages/shop.1.0.zip'))).to.equal('Hello world')
    expect(await text(blobs.read('packages/shop.1.0.zip', { start: 6, end: 7 }))).to.equal('wo')
    expect((await blobs.stat('packages/shop.1.0.zip'))?.size).to.equal(11)
  })

  it('keeps what it was when the new one does not come whole', async () => {
    await blobs.write('a', 'old')
    const broken = Readable.from(
      (async function* () {
        yield 'new'
        throw new Error('The sender is gone.')
      })(),
    )

    const error = await blobs.write('a', broken).catch((error) => error)

    expect(error.message).to.equal('The sender is gone.')
    expect(await text(blobs.read('a'))).to.equal('old')
    expect(await readdir(folder)).to.deep.equal(['a'])
  })

  it('grows', async () => {
    await blobs.append('x/a', 'one')
    await blobs.append('x/a', 'two')

    expect(await text(blobs.read('x/a'))).to.equal('onetwo')
  })

  it('is removed alone or with its folder', async () => {
    await Promise.all(['x/a', 'x/b', 'y'].map((name) => blobs.write(name, name)))

    await blobs.remove('x')
    await blobs.remove('nothing')

    expect(await blobs.stat('x/a')).to.equal(undefined)
    expect(await blobs.stat('y')).to.include({ size: 1 })
  })

  it('is found with all others below a name', async () => {
    await Promise.all(['x/a', 'x/y/b', 'z'].map((name) => blobs.write(name, name)))

    const [below, nothing] = await Promise.all(
      ['x', 'nothing'].map((name) => Array.fromAsync(blobs.below(name))),
    )

    expect(below?.sort()).to.deep.equal(['x/a', 'x/y/b'])
    expect(nothing).to.deep.equal([])
  })

  for (const name of [
    '../a',
    'a/../../b',
    '/etc/passwd',
    'a//b',
    '',
    '.',
    'a\0',
    'a\\b',
    '.hidden',
  ]) {
    it(`has not the name ${JSON.stringify(name)}`, () => {
      expect(() => blobs.pathOf(name)).to.throw('is no name for a file')
    })
  }
})
