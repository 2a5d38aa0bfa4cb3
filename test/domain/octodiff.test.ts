import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { DeltaError, rebuilt } from '#domain/octodiff-delta.ts'
import { signatureOf } from '#domain/octodiff-signature.ts'
import { deltaOf } from '../support/octodiff.ts'

/** As a file is read: in pieces that end anywhere. */
async function* inPieces(bytes: Uint8Array, length: number) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

const gathered = async (pieces: AsyncIterable<Uint8Array>) =>
  Buffer.concat(await Array.fromAsync(pieces))

/** Bytes that repeat nowhere, the same each time. */
function bytesOf(length: number, seed = 1): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < length; at += 32) {
    parts.push(createHash('sha256').update(`${seed} ${at}`).digest())
  }
  return Buffer.concat(parts).subarray(0, length)
}

const base = bytesOf(10_000)
const file = {
  size: base.length,
  read: (offset: number, length: number) => inPieces(base.subarray(offset, offset + length), 777),
}

describe('An Octodiff signature', () => {
  it('has the header and an entry for each chunk, whatever the pieces it is read in', async () => {
    const whole = await gathered(signatureOf(inPieces(base, base.length)))
    const others = await Promise.all(
      [1, 100, 2047, 2048, 2049, 5000].map((length) =>
        gathered(signatureOf(inPieces(base, length))),
      ),
    )

    const header = Buffer.from('OCTOSIG\x01\x04SHA1\x07Adler32>>>', 'latin1')
    expect(whole.subarray(0, header.length)).to.deep.equal(header)
    expect(whole.length).to.equal(header.length + 5 * 26)
    for (const other of others) expect(other.equals(whole)).to.equal(true)
  })

  it('tells of a chunk its length, its checksum and its SHA-1', async () => {
    const chunk = Buffer.from([1, 2, 3, 255])

    const signature = await gathered(signatureOf(inPieces(chunk, 4)))

    const entry = signature.subarray(-26)
    // a: 1, 2, 4, 7, 262; b: the sum of those after the first, 275.
    expect(entry.readUInt16LE(0)).to.equal(4)
    expect(entry.readUInt32LE(2)).to.equal(275 * 65_536 + 262)
    expect(entry.subarray(6)).to.deep.equal(createHash('sha1').update(chunk).digest())
  })

  it('cuts its sums at 16 bits', async () => {
    const chunk = Buffer.alloc(2048, 255)
    let [a, b] = [1, 0]
    for (const byte of chunk) {
      a = (a + byte) & 0xffff
      b = (b + a) & 0xffff
    }

    const signature = await gathered(signatureOf(inPieces(chunk, 2048)))

    expect(signature.subarray(-26).readUInt32LE(2)).to.equal(b * 65_536 + a)
  })

  it('of nothing is its header', async () => {
    const signature = await gathered(signatureOf(inPieces(Buffer.alloc(0), 1)))

    expect(signature.length).to.equal(24)
  })
})

describe('An Octodiff delta', () => {
  const wanted = Buffer.concat([
    base.subarray(4096, 6144),
    Buffer.from('something new'),
    base.subarray(0, 2048),
  ])
  const commands = [
    { copy: { offset: 4096, length: 2048 } },
    { literal: Buffer.from('something new') },
    { copy: { offset: 0, length: 2048 } },
  ]
  const rebuild = (delta: Uint8Array, length = 100) =>
    gathered(rebuilt(inPieces(delta, length), file))
  const refusal = (delta: Uint8Array) =>
    rebuild(delta).then(
      () => new Error('It was not refused.'),
      (error) => error,
    )

  it('makes the new file of its base, whatever the pieces it comes in', async () => {
    const delta = deltaOf(wanted, commands)

    for (const length of [1, 7, 100, 10_000]) {
      expect((await rebuild(delta, length)).equals(wanted)).to.equal(true)
    }
  })

  it('is made by who has the signature alone', async () => {
    const signature = await gathered(signatureOf(inPieces(base, 999)))
    const next = Buffer.concat([Buffer.from('before'), base, Buffer.from('after')])

    const delta = deltaOf(next, signature)

    expect(delta.length).to.be.lessThan(2_200)
    expect((await rebuild(delta)).equals(next)).to.equal(true)
  })

  it('of no commands makes an empty file', async () => {
    expect(await rebuild(deltaOf(Buffer.alloc(0), []))).to.have.lengthOf(0)
  })

  const good = deltaOf(wanted, commands)
  const header = good.subarray(0, 46)
  const faults: [what: string, delta: Uint8Array, text: string][] = [
    ['what is none', Buffer.from('PK a zip file, and a long one at that'), 'no Octodiff delta'],
    ['nothing', Buffer.alloc(0), 'no Octodiff delta'],
    [
      'another hash',
      Buffer.concat([header.subarray(0, 15), Buffer.from([9, 0, 0, 0])]),
      'no SHA-1',
    ],
    ['a header without an end', good.subarray(0, 30), 'ends too soon'],
    ['a literal that is cut', good.subarray(0, 70), 'ends too soon'],
    ['a command that is cut', good.subarray(0, 43), 'ends too soon'],
    ['an unknown command', Buffer.concat([good, Buffer.from([7])]), 'command that is none: 7'],
    [
      'what its base has not',
      deltaOf(wanted, [{ copy: { offset: 9_000, length: 2_000 } }]),
      'does not have',
    ],
    ['a negative count', deltaOf(wanted, [{ copy: { offset: -1, length: 10 } }]), 'count'],
    ['another file than it names', deltaOf(wanted, commands.slice(1)), 'the result differs'],
    [
      'the base a thousand times',
      deltaOf(wanted, Array(1_000).fill({ copy: { offset: 0, length: 10_000 } })),
      'too long',
    ],
  ]
  for (const [what, delta, text] of faults) {
    it(`with ${what} is refused`, async () => {
      const error = await refusal(delta)

      expect(error).to.be.instanceOf(DeltaError)
      expect(error.message).to.contain(text)
    })
  }
})
