import { expect } from 'chai'
import {
  archiveKindOf,
  archiveLimits,
  createCensus,
  kindOfMode,
  kindOfTarType,
  safeMode,
  safePathOf,
  sizeText,
  zipNameOf,
} from '#domain/archive-rules.ts'

describe('The rules for what is in an archive', () => {
  const good: [string, string][] = [
    ['bin/app', 'bin/app'],
    ['./bin//app', 'bin/app'],
    ['bin/', 'bin'],
    ['./', ''],
    ['..a/b..', '..a/b..'],
    ['.env', '.env'],
    ['é/日本.txt', 'é/日本.txt'],
    ['a b', 'a b'],
  ]
  for (const [name, path] of good) {
    it(`take '${name}'`, () => {
      expect(safePathOf(name)).to.equal(path)
    })
  }

  const bad: [string, string, RegExp][] = [
    ['a way up', '../evil', /leads out/],
    ['a way up in the middle', 'a/../../evil', /leads out/],
    ['a way up that stays inside', 'a/../b', /leads out/],
    ['a way up at the end', 'a/..', /leads out/],
    ['an absolute name', '/etc/passwd', /absolute/],
    ['a drive', 'C:/x', /drive/],
    ['a drive without a slash', 'c:x', /drive/],
    ['a backslash', '..\\evil', /backslash/],
    ['a NUL', 'a\0b', /control/],
    ['a line end', 'a\nb', /control/],
    ['no name', '', /without a name/],
    ['a name that is too long', 'x'.repeat(256), /too long/],
    ['a name that is too long in bytes', 'é'.repeat(128), /too long/],
    ['too many folders', 'x/'.repeat(65), /folders deep/],
  ]
  for (const [what, name, reason] of bad) {
    it(`refuse ${what}`, () => {
      expect(() => safePathOf(name)).to.throw(reason)
    })
  }

  it('refuse a path that is too long', () => {
    const name = Array.from({ length: 20 }, () => 'y'.repeat(120)).join('/')

    expect(() => safePathOf(name)).to.throw(/too long/)
  })

  it('show no control character of a name in a message', () => {
    const refuse = () => safePathOf('\u001b[31m/../x')

    expect(refuse).to.throw(/^[\x20-\x7e]+$/)
  })

  it('tell files, folders, and what is neither by the mode', () => {
    expect(kindOfMode(0o100755, 'a')).to.equal('file')
    expect(kindOfMode(0, 'a')).to.equal('file')
    expect(kindOfMode(0, 'a/')).to.equal('folder')
    expect(kindOfMode(0o040755, 'a')).to.equal('folder')
    expect(() => kindOfMode(0o120777, 'a')).to.throw(/symbolic link/)
    expect(() => kindOfMode(0o060000, 'a')).to.throw(/device/)
    expect(() => kindOfMode(0o020000, 'a')).to.throw(/device/)
    expect(() => kindOfMode(0o010000, 'a')).to.throw(/pipe/)
    expect(() => kindOfMode(0o140000, 'a')).to.throw(/socket/)
  })

  it('tell the same by the type of a tar', () => {
    expect(kindOfTarType('file', 'a')).to.equal('file')
    expect(kindOfTarType('contiguous-file', 'a')).to.equal('file')
    expect(kindOfTarType('directory', 'a')).to.equal('folder')
    for (const type of ['symlink', 'link', 'character-device', 'block-device', 'fifo', null, 'x']) {
      expect(() => kindOfTarType(type, 'a')).to.throw(/'a' is/)
    }
  })

  it('keep the executable bit and drop setuid', () => {
    expect(safeMode(0o104755)).to.equal(0o755)
    expect(safeMode(0o106777)).to.equal(0o755)
    expect(safeMode(0o100600)).to.equal(0o600)
    expect(safeMode(0o100444)).to.equal(0o644)
    expect(safeMode(0)).to.equal(0o644)
  })

  it('refuse a path that comes twice, also as a file and a folder', () => {
    const twice =
      (...names: string[]) =>
      () => {
        const census = createCensus(1_000)
        for (const name of names) {
          census.enter({ name, kind: name.endsWith('/') ? 'folder' : 'file', size: 0 })
        }
      }

    expect(twice('a', 'a')).to.throw(/'a' twice/)
    expect(twice('a', './a')).to.throw(/'a' twice/)
    expect(twice('a', 'a/b')).to.throw(/'a' twice/)
    expect(twice('a/b', 'a')).to.throw(/'a' twice/)
    expect(twice('a/', 'a/b', 'a/', 'a/c/', 'A')).not.to.throw()
  })

  it('refuse what says to be far larger than the archive', () => {
    const census = createCensus(100_000)
    census.enter({ name: 'a', kind: 'file', size: 100_000 * archiveLimits.ratio - 1 })

    expect(() => census.enter({ name: 'b', kind: 'file', size: 2 })).to.throw(/19.1 MB unpacked/)
  })

  it('refuse what turns out to be far larger than the archive, whatever it says', () => {
    const census = createCensus(100_000)
    census.enter({ name: 'a', kind: 'file', size: 1 })
    census.count(100_000 * archiveLimits.ratio)

    expect(() => census.count(1)).to.throw(/that is refused/)
  })

  it('let the smallest archive have a megabyte, and the largest no more than the limit', () => {
    expect(() => createCensus(10).count(archiveLimits.least)).not.to.throw()
    expect(() => createCensus(10).count(archiveLimits.least + 1)).to.throw()
    expect(() => createCensus(archiveLimits.most).count(archiveLimits.most + 1)).to.throw()
  })

  it('refuse more entries than the limit, and sizes that are none', () => {
    const few = createCensus(1_000, { ...archiveLimits, entries: 1 })
    few.enter({ name: 'a', kind: 'file', size: 0 })

    expect(() => few.enter({ name: 'b', kind: 'file', size: 0 })).to.throw(/more than 1 entries/)
    for (const size of [-1, Number.NaN, 2 ** 60]) {
      const census = createCensus(1_000)
      expect(() => census.enter({ name: 'a', kind: 'file', size })).to.throw(/no size/)
    }
  })

  it('know the formats by their extension', () => {
    expect(['.zip', '.NUPKG', '.jar', '.war', '.ear'].map(archiveKindOf)).to.deep.equal(
      Array(5).fill('zip'),
    )
    expect(['.tar', '.tar.gz', '.tgz', '.tar.bz2', '.tbz'].map(archiveKindOf)).to.deep.equal([
      'tar',
      'tar.gz',
      'tar.gz',
      'tar.bz2',
      'tar.bz2',
    ])
    expect(['.rar', '.txt', '', 'constructor'].map(archiveKindOf)).to.deep.equal(
      Array(4).fill(null),
    )
  })

  it('take the names of a zip as they are meant', () => {
    expect(zipNameOf('a\\b', '.zip')).to.equal('a/b')
    expect(zipNameOf('a%20b', '.zip')).to.equal('a%20b')
    expect(zipNameOf('a%20b', '.nupkg')).to.equal('a b')
    expect(zipNameOf('100%', '.nupkg')).to.equal('100%')
    expect(zipNameOf('%2e%2e/evil', '.nupkg')).to.equal('../evil')
    expect(zipNameOf('_rels/.rels', '.nupkg')).to.equal(null)
    expect(zipNameOf('[Content_Types].xml', '.nupkg')).to.equal(null)
    expect(zipNameOf('_rels/.rels', '.zip')).to.equal('_rels/.rels')
  })

  it('write sizes for people', () => {
    expect([0, 1_023, 1_024, 1_572_864, 2 ** 40].map(sizeText)).to.deep.equal([
      '0 bytes',
      '1023 bytes',
      '1 KB',
      '1.5 MB',
      '1 TB',
    ])
  })
})
