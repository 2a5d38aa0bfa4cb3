import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { fromBufferPromise } from 'yauzl'
import { ZipFile } from 'yazl'
import { openContainer } from '#domain/bundle/container.ts'
import { directoryOf, headerOf, placed, trailerOf } from '#domain/bundle/frame.ts'
import { bundleLimits } from '#domain/bundle/limits.ts'
import { type ByteSource, memorySource } from '#domain/bundle/source.ts'
import { writeContainer } from '#domain/bundle/write-container.ts'
import { zipOf } from '../../support/archives.ts'
import { bytesOf, codeOf, packageOf } from '../../support/bundles.ts'

const GiB = 1024 ** 3
const facts = [
  { name: 'manifest.json', bytes: Buffer.from('{}') },
  { name: 'manifest.jws', bytes: Buffer.from('a..b') },
]

const open = (source: Uint8Array | ByteSource, limits = bundleLimits) =>
  openContainer(source instanceof Uint8Array ? memorySource(source) : source, {
    ...{ kind: 'bundle', limits },
  })

const refusal = (source: Uint8Array | ByteSource, limits = bundleLimits) =>
  codeOf(open(source, limits))

describe('A container', () => {
  it('is what a well-known packer makes of the same files', async () => {
    const large = packageOf('a package')
    const zip = new ZipFile()
    const options = { mtime: new Date(1980, 0, 1), mode: 0o100664, compress: false }
    for (const { name, bytes } of facts) {
      zip.addBuffer(bytes, name, { ...options, forceDosTimestamp: true })
    }
    zip.addReadStreamLazy(
      `packages/${large.sha256}`,
      { ...options, size: large.size, forceDosTimestamp: true },
      (give) => give(null, Readable.from([Buffer.from('a package')])),
    )
    zip.end()
    const packed = await buffer(zip.outputStream as unknown as AsyncIterable<Buffer>)

    const written = await bytesOf(writeContainer(facts, [large]))

    expect(written).to.deep.equal(packed)
  })

  it('is read by other programs', async () => {
    const written = await bytesOf(writeContainer(facts, [packageOf('a package')]))

    const zip = await fromBufferPromise(written)
    const contents: string[] = []
    for await (const entry of zip.eachEntry())
      contents.push((await buffer(await zip.openReadStreamPromise(entry))).toString())

    expect(contents).to.deep.equal(['{}', 'a..b', 'a package'])
  })

  it('gives the files that went into it, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.uint8Array(), async (one, two) => {
        const packed = packageOf(Buffer.from(two))
        const name = `packages/${packed.sha256}`

        const bytes = await bytesOf(
          writeContainer([{ name: 'release.json', bytes: one }], [packed]),
        )
        const container = await open(bytes)

        expect([...(await container.read('release.json'))]).to.deep.equal([...one])
        expect(await buffer(container.pieces(name))).to.deep.equal(Buffer.from(two))
      }),
      { numRuns: 50 },
    )
  })

  it('fails while it is written when a package is not what it was', async () => {
    const sized = { ...packageOf('as announced'), open: packageOf('now shorter').open }
    const named = { ...packageOf('as announced'), open: packageOf('as_announced').open }

    const answers = [sized, named].map((one) => codeOf(bytesOf(writeContainer(facts, [one]))))

    expect(await Promise.all(answers)).to.deep.equal(Array(2).fill('PackageDigestMismatch'))
  })

  it('may be larger than 4 GiB', async () => {
    const source = sparse([
      { name: 'manifest.json', size: 2, crc32: 1 },
      { name: `packages/${'a'.repeat(64)}`, size: 5 * GiB, crc32: 2 },
      { name: `packages/${'b'.repeat(64)}`, size: 7, crc32: 3 },
    ])

    const container = await open(source)

    expect([...container.sizes.values()]).to.deep.equal([2, 5 * GiB, 7])
  })

  it('is not taken for one when it is no ZIP at all', async () => {
    const answers = await Promise.all(
      ['', 'P', 'eyJ', '<html></html>', 'PK\x05\x06', Buffer.alloc(70_000, 'PK')].map((bytes) =>
        refusal(Buffer.from(bytes)),
      ),
    )

    expect(new Set(answers)).to.deep.equal(new Set(['NotABundle']))
  })

  it('is refused for any bytes that are none, without another error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), fc.uint8Array(), async (one, two) => {
        const end = Buffer.from('504b0506', 'hex')
        expect(await refusal(Buffer.concat([one, end, two]))).to.equal('NotABundle')
      }),
      { numRuns: 200 },
    )
  })

  it('holds only the files that a bundle has, and each of them once', async () => {
    const names = [
      ...['../release.json', '/release.json', 'packages/../release.json', 'C:\\release.json'],
      ...[
        'release.json/',
        'Release.json',
        'extra.json',
        'packages/x',
        `packages/${'A'.repeat(64)}`,
      ],
      ...['packages\\release.json', 'release.json\0', '\u202erelease.json', 'manifest.json'],
    ]

    const answers = await Promise.all(
      names.map(async (name) =>
        refusal(await bytesOf(writeContainer([...facts, { name, bytes: Buffer.from('{}') }]))),
      ),
    )

    expect(answers).to.deep.equal(Array(names.length).fill('NotABundle'))
  })

  it('has no links, no encrypted and no compressed files', async () => {
    const link = await zipOf({ name: 'release.json', content: '/etc/passwd', mode: 0o120777 })
    const compressed = await zipOf({ name: 'release.json', content: 'x'.repeat(1_000) })
    const encrypted = await bytesOf(writeContainer(facts))
    encrypted.writeUInt16LE(encrypted.readUInt16LE(6) | 1, 6)
    const directory = encrypted.indexOf(Buffer.from('504b0102', 'hex'))
    encrypted.writeUInt16LE(encrypted.readUInt16LE(directory + 8) | 1, directory + 8)

    const answers = await Promise.all([link, compressed, encrypted].map((bytes) => refusal(bytes)))

    expect(answers).to.deep.equal(Array(3).fill('NotABundle'))
  })

  it('has nothing before, between or behind its files', async () => {
    const good = await bytesOf(writeContainer(facts))
    const first = headerOf({ name: 'manifest.json', size: 2, crc32: 0 }).length + 2
    const commented = Buffer.concat([good, Buffer.from('note')])
    commented.writeUInt16LE(4, good.length - 2)
    const evil = [
      Buffer.concat([Buffer.from('#!/bin/sh\n'), good]),
      Buffer.concat([good, Buffer.from('more')]),
      Buffer.concat([good.subarray(0, first), Buffer.from('gap'), good.subarray(first)]),
      Buffer.concat([good, good]),
      commented,
    ]

    const answers = await Promise.all(evil.map((bytes) => refusal(bytes)))

    expect(answers).to.deep.equal(Array(evil.length).fill('NotABundle'))
  })

  it('has no two files in the same bytes', async () => {
    const content = Buffer.from('{}')
    const one = { name: 'release.json', size: content.length, crc32: crc32(content), offset: 0 }
    const header = headerOf(one)
    const end = header.length + content.length
    const bytes = Buffer.concat([
      ...[header, content],
      directoryOf([one, { ...one, name: 'project.json' }], end),
    ])

    expect(await refusal(bytes)).to.equal('NotABundle')
  })

  it('does not hide its end behind 64-bit numbers', async () => {
    const good = await bytesOf(writeContainer(facts))
    const directory = good.indexOf(Buffer.from('504b0102', 'hex'))
    const large = directoryOf(
      [{ name: 'manifest.json', size: 2, crc32: crc32('{}'), offset: 0 }],
      2 ** 33,
    )

    const answer = await refusal(Buffer.concat([good.subarray(0, directory), large]))

    expect(answer).to.equal('NotABundle')
  })

  it('has as many files as are allowed, and not one of 100,000', async () => {
    const files = Array.from({ length: 100_000 }, (_, at) => ({
      name: `modules/${at.toString(16).padStart(64, '0')}`,
      ...{ size: 0, crc32: 0 },
    }))
    const many = sparse(files)
    const few = sparse(files.slice(0, 50))

    expect(await refusal(many)).to.equal('BundleTooLarge')
    expect(await refusal(few, { ...bundleLimits, entries: 49 })).to.equal('BundleTooLarge')
    expect((await open(few, { ...bundleLimits, entries: 50 })).sizes.size).to.equal(50)
  })

  it('is refused for its size before a byte of its files is read', async () => {
    const tooLarge = [
      [{ name: 'manifest.json', size: bundleLimits.manifestBytes + 1, crc32: 0 }],
      [{ name: 'process.json', size: bundleLimits.documentBytes + 1, crc32: 0 }],
      ['a', 'b', 'c', 'd', 'e'].map((digit) => ({
        ...{ name: `modules/${digit.repeat(64)}`, size: 30 * 1024 ** 2, crc32: 0 },
      })),
    ]

    const answers = await Promise.all(tooLarge.map((files) => refusal(sparse(files))))

    expect(answers).to.deep.equal(Array(3).fill('BundleTooLarge'))
  })

  it('is not blamed for a disk that fails', async () => {
    const good = await bytesOf(writeContainer(facts))
    const failing = {
      size: good.length,
      read: async () => {
        throw new Error('The disk is gone.')
      },
    }

    const error = await open(failing).catch((caught: unknown) => caught)

    expect(error).to.have.property('message', 'The disk is gone.')
  })
})

/** A container of which only the bytes around the files are there: who reads a file fails. */
function sparse(listed: { name: string; size: number; crc32: number }[]): ByteSource {
  const { files, end, size } = placed(listed)
  const parts = files.flatMap((file) => {
    const header = headerOf(file)
    const behind = file.offset + header.length + file.size
    return [
      { at: file.offset, bytes: header },
      { at: behind, bytes: trailerOf(file) },
    ]
  })
  const all = [...parts, { at: end, bytes: directoryOf(files, end) }]
  return {
    size,
    async read(offset, length) {
      const whole = Buffer.alloc(length)
      for (const { at, bytes } of all) {
        const from = Math.max(at, offset)
        const to = Math.min(at + bytes.length, offset + length)
        if (from < to) bytes.copy(whole, from - offset, from - at, to - at)
      }
      return whole
    },
  }
}
