import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { unpack } from '../../../services/worker/packages/unpack.ts'
import { tarOf, tgzOf, zipOf } from '../../support/archives.ts'

describe('Unpacking', () => {
  let root = ''
  let folder = ''

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tako-unpack-'))
    folder = join(root, 'out')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const unpackBytes = (bytes: Buffer, extension: string) => {
    const file = join(root, `archive${extension}`)
    writeFileSync(file, bytes)
    rmSync(folder, { recursive: true, force: true })
    return unpack({ file, extension, folder })
  }
  const refusal = async (bytes: Buffer, extension: string): Promise<string> => {
    const error = await unpackBytes(bytes, extension).then(
      () => null,
      (error) => error,
    )
    expect(error, 'it was unpacked').to.be.an('error')
    expect(error.name).to.equal('ArchiveError')
    return error.message
  }
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')
  const modeOf = (path: string) => statSync(join(folder, path)).mode & 0o7777
  const outside = () => readdirSync(root).filter((name) => !/^(archive|out)/.test(name))

  it('writes the files and folders of a zip, with their executable bit', async () => {
    const zip = await zipOf(
      { name: 'run.sh', content: 'echo', mode: 0o104755 },
      { name: 'a/b/c.txt', content: 'deep' },
      { name: 'empty/' },
      { name: 'old\\style.txt', content: 'windows' },
    )

    const files = await unpackBytes(zip, '.zip')

    expect(files).to.equal(3)
    expect(read('a/b/c.txt')).to.equal('deep')
    expect(read('old/style.txt')).to.equal('windows')
    expect(modeOf('run.sh')).to.equal(0o755)
    expect(modeOf('a/b/c.txt')).to.equal(0o644)
    expect(statSync(join(folder, 'empty')).isDirectory()).to.equal(true)
  })

  it('leaves out of a nupkg what only NuGet needs', async () => {
    const zip = await zipOf(
      { name: '[Content_Types].xml' },
      { name: '_rels/.rels' },
      { name: 'my%20file.txt', content: 'x' },
    )

    await unpackBytes(zip, '.nupkg')

    expect(readdirSync(folder)).to.deep.equal(['my file.txt'])
  })

  for (const extension of ['.tar', '.tar.gz', '.tar.bz2']) {
    it(`writes the files and folders of a ${extension}`, async () => {
      const long = `${'long-'.repeat(30)}name/${'x'.repeat(150)}`
      const tar = await tarOf(
        { name: 'bin/', type: 'directory' },
        { name: 'bin/app', mode: 0o6755, content: Buffer.alloc(300_000, 'app') },
        { name: long, content: 'far' },
        { name: 'empty' },
      )
      const packed = { '.tar': tar, '.tar.gz': gzipSync(tar), '.tar.bz2': bzip2(tar) }[extension]

      const files = await unpackBytes(packed ?? tar, extension)

      expect(files).to.equal(3)
      expect(read('bin/app')).to.have.length(300_000)
      expect(modeOf('bin/app')).to.equal(0o755)
      expect(read(long)).to.equal('far')
      expect(read('empty')).to.equal('')
    })
  }

  const slips = [
    '../evil.txt',
    'a/../../evil.txt',
    '/tmp/tako-evil',
    'C:\\evil',
    '..\\evil.txt',
    'a\0b',
  ]
  for (const name of slips) {
    it(`refuses a zip with the name ${JSON.stringify(name)}, before it writes anything`, async () => {
      const zip = await zipOf({ name: 'good.txt', content: 'x' }, { name, content: 'evil' })

      await refusal(zip, '.zip')

      expect(readdirSync(folder)).to.deep.equal([])
      expect(outside()).to.deep.equal([])
    })

    // A tar's names end at the first NUL.
    if (name.includes('\0')) continue
    it(`refuses a tar with the name ${JSON.stringify(name)}`, async () => {
      const tar = await tarOf({ name: 'placeholder-of-a-name', content: 'evil' })

      await refusal(renamed(tar, name), '.tar')

      expect(readdirSync(folder)).to.deep.equal([])
      expect(outside()).to.deep.equal([])
    })
  }

  it('refuses a long name of a tar that leads out', async () => {
    const tar = await tarOf({ name: `${'x/'.repeat(60)}${'../'.repeat(62)}evil`, content: 'evil' })

    expect(await refusal(tar, '.tar')).to.match(/leads out/)
  })

  it('refuses links and devices', async () => {
    const link = await zipOf({ name: 'link', content: '/etc/passwd', mode: 0o120777 })
    expect(await refusal(link, '.zip')).to.match(/'link' is a symbolic link/)

    for (const type of ['symlink', 'link'] as const) {
      const tar = await tgzOf(
        { name: 'in', type, linkname: '/etc' },
        { name: 'in/cron', content: 'x' },
      )
      expect(await refusal(tar, '.tgz')).to.match(/link/)
    }
    for (const type of ['character-device', 'block-device', 'fifo'] as const) {
      expect(await refusal(await tarOf({ name: 'x', type }), '.tar')).to.match(/device|pipe/)
    }
    expect(readdirSync(folder)).to.deep.equal([])
  })

  it('refuses a zip that has one path twice', async () => {
    const zip = await zipOf({ name: 'one', content: '1' }, { name: 'two', content: '2' })
    const twice = Buffer.from(zip.toString('latin1').replaceAll('two', 'one'), 'latin1')

    expect(await refusal(twice, '.zip')).to.match(/'one' twice/)
  })

  it('refuses a zip that says to be a thousand times as large, before it writes anything', async () => {
    const zip = await zipOf({ name: 'bomb', content: Buffer.alloc(20_000_000) })

    expect(await refusal(zip, '.zip')).to.match(/more than 3\.\d MB unpacked|MB unpacked/)

    expect(readdirSync(folder)).to.deep.equal([])
  })

  it('refuses a zip that says to be small and is a thousand times as large', async () => {
    const zip = await zipOf({ name: 'bomb', content: Buffer.alloc(20_000_000) })
    const lying = withSize(zip, 20_000_000, 1_000)

    await refusal(lying, '.zip')

    const written = existsSync(join(folder, 'bomb')) ? statSync(join(folder, 'bomb')).size : 0
    expect(written).to.be.below(1_000_000)
  })

  it('stops unpacking a bomb in a tar.gz while it is small', async () => {
    const tar = await tgzOf({ name: 'bomb', content: Buffer.alloc(50_000_000) })

    expect(await refusal(tar, '.tar.gz')).to.match(/that is refused/)

    const written = existsSync(join(folder, 'bomb')) ? statSync(join(folder, 'bomb')).size : 0
    expect(written).to.be.below(20_000_000)
  })

  it('refuses a tar.gz that is nothing but headers, or zeros after its end', async () => {
    const zeros = gzipSync(Buffer.alloc(30_000_000))

    expect(await refusal(zeros, '.tar.gz')).to.match(/that is refused/)
  })

  it('unpacks no block of a bzip2 bomb before it is wanted', async () => {
    const bomb = bzip2(Buffer.alloc(150_000_000))

    expect(await refusal(bomb, '.tar.bz2')).to.match(/that is refused/)
  })

  it('says what is wrong with a file that is no archive, or half of one', async () => {
    const tgz = await tgzOf({
      name: 'a',
      content: Buffer.from(Array.from({ length: 9_999 }, Math.random).join()),
    })
    const zip = await zipOf({ name: 'a', content: 'a'.repeat(999) })
    const tar = await tarOf({ name: 'a', content: 'a'.repeat(9_999) })

    expect(await refusal(Buffer.from('nothing'), '.zip')).to.match(/no zip file/)
    expect(await refusal(zip.subarray(0, 60), '.zip')).to.match(/no zip file/)
    expect(await refusal(tgz.subarray(0, 5_000), '.tgz')).to.match(/no tar file/)
    expect(await refusal(Buffer.alloc(20_000, 'nothing'), '.tar.gz')).to.match(/no tar file/)
    expect(await refusal(Buffer.alloc(2_000, 'nothing'), '.tar.bz2')).to.match(/no bzip2 file/)
    expect(await refusal(tar.subarray(0, 5_000), '.tar')).to.match(/no tar file/)
    expect(await refusal(zip, '.rar')).to.match(/kind '.rar'/)
  })

  it('refuses a zip whose bytes are not what was packed', async () => {
    const zip = await zipOf({ name: 'a', content: 'abc' })
    const at = zip.indexOf('abc')
    const stored = at > 0 ? zip : await zipOf({ name: 'a', content: Buffer.from([1, 2, 3]) })
    const broken = Buffer.from(stored)
    const crc = broken.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 16
    broken.writeUInt32LE(1, crc)

    expect(await refusal(broken, '.zip')).to.match(/checksum/)
  })
})

const bzip2 = (bytes: Buffer): Buffer =>
  execFileSync(
    'python3',
    ['-c', 'import bz2,sys;sys.stdout.buffer.write(bz2.compress(sys.stdin.buffer.read()))'],
    {
      input: bytes,
      maxBuffer: 2 ** 28,
    },
  )

/** The first header with another name, and a checksum that fits. */
function renamed(tar: Buffer, name: string): Buffer {
  const bytes = Buffer.from(tar)
  bytes.fill(0, 0, 100)
  bytes.write(name, 0, 'latin1')
  bytes.fill(' ', 148, 156)
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return bytes
}

/** Another uncompressed size, wherever the zip says it. */
function withSize(zip: Buffer, from: number, to: number): Buffer {
  const bytes = Buffer.from(zip)
  const pattern = Buffer.alloc(4)
  pattern.writeUInt32LE(from)
  for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 4)) {
    bytes.writeUInt32LE(to, at)
  }
  return bytes
}
