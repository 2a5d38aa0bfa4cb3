import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { CHUNK_BYTES } from '#domain/promotion/messages.ts'
import { blobs, freshName } from '#store/blobs.ts'
import { fetchBlob } from '../../../services/promoter/fetching.ts'
import { type BlobPiece, UnreachedError } from '../../../services/promoter/transport.ts'
import { refusal } from '../../support/things.ts'

const content = randomBytes(6 * CHUNK_BYTES + 1_000)
const sha256 = createHash('sha256').update(content).digest('hex')

describe('A blob of another space', () => {
  let blobName: string

  beforeEach(() => {
    blobName = freshName('imports/Spaces-fetching')
  })
  afterEach(() => blobs.remove('imports/Spaces-fetching'))

  /** The other space, which breaks off after so many pieces. */
  function other({ after = Number.POSITIVE_INFINITY, bytes = content } = {}) {
    const asked: BlobPiece[] = []
    let [open, most] = [0, 0]
    return {
      asked,
      mostAtOnce: () => most,
      async blob(piece: BlobPiece) {
        asked.push(piece)
        if (asked.length > after) throw new UnreachedError('gone')
        most = Math.max(most, ++open)
        await new Promise(setImmediate)
        open -= 1
        return bytes.subarray(piece.offset, piece.offset + piece.length)
      },
    }
  }

  const fetched = (from: ReturnType<typeof other>) =>
    fetchBlob(from, { blobName, sha256, size: content.length, ticket: 'ticket' })

  it('comes in pieces, of which a few are on their way at a time', async () => {
    const from = other()

    await fetched(from)

    expect((await readFile(blobs.pathOf(blobName))).equals(content)).to.equal(true)
    expect(from.mostAtOnce()).to.be.within(2, 4)
    for (const { length } of from.asked) expect(length).to.be.at.most(CHUNK_BYTES)
  })

  it('goes on where it was cut', async () => {
    const error = await refusal(fetched(other({ after: 3 })))
    const there = await blobs.stat(blobName)
    const from = other()

    await fetched(from)

    expect(error).to.be.instanceOf(UnreachedError)
    expect(there?.size).to.equal(3 * CHUNK_BYTES)
    expect(from.asked[0]?.offset).to.equal(3 * CHUNK_BYTES)
    expect((await readFile(blobs.pathOf(blobName))).equals(content)).to.equal(true)
  })

  it('is dropped when it is not what was offered, and comes whole the next time', async () => {
    const forged = Buffer.from(content)
    forged[CHUNK_BYTES + 5] = (forged[CHUNK_BYTES + 5] ?? 0) ^ 1

    const error = await refusal(fetched(other({ bytes: forged })))
    const there = await blobs.stat(blobName)
    await fetched(other())

    expect(error).to.include({ code: 'DigestMismatch' })
    expect(there).to.equal(undefined)
    expect((await readFile(blobs.pathOf(blobName))).equals(content)).to.equal(true)
  })
})
