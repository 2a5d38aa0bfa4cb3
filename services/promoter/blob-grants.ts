/** What other spaces may fetch, and by which ticket. */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { Model } from 'mongoose'
import { NotFoundError } from '#bus/errors.ts'
import { CHUNK_BYTES } from '#domain/promotion/messages.ts'
import { blobs } from '#store/blobs.ts'
import type { StoredBlobGrant } from './blob-grant.model.ts'
import type { BlobPiece } from './transport.ts'

type Grants = Model<StoredBlobGrant>

/** So long a ticket is taken, in ms; one that is too old is asked for again. */
const GRANTED_MS = 24 * 3_600_000

interface Granted {
  spaceId: string
  trustId: string
  ticket: string
  sha256: string
  blobName: string
  now: Date
}

/** Lets who has the ticket fetch a blob. Only a digest of the ticket is kept. */
export async function grant(grants: Grants, granted: Granted): Promise<void> {
  const { spaceId: SpaceId, trustId: TrustId, ticket, sha256, blobName: Blob, now } = granted
  const found = await blobs.stat(Blob)
  if (!found) return
  const Until = new Date(now.getTime() + GRANTED_MS).toISOString()
  await grants.updateOne(
    { _id: grantId(ticket, sha256) },
    { $set: { SpaceId, TrustId, Blob, Size: found.size, Until } },
    { upsert: true },
  )
}

/** The blob that a ticket is for; whether there is none, or the ticket is wrong, nobody is told. */
export async function granted(
  grants: Grants,
  { ticket, sha256 }: Pick<BlobPiece, 'ticket' | 'sha256'>,
  now: Date,
): Promise<StoredBlobGrant> {
  const found = await grants.findById(grantId(ticket, sha256)).lean<StoredBlobGrant>()
  if (!found || found.Until < now.toISOString()) throw new NotFoundError('Blob', sha256)
  return found
}

export async function pieceOf({ Blob }: StoredBlobGrant, piece: BlobPiece): Promise<Buffer> {
  const handle = await open(blobs.pathOf(Blob), 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new NotFoundError('Blob', piece.sha256)
    throw error
  })
  try {
    const bytes = Buffer.allocUnsafe(Math.min(piece.length, CHUNK_BYTES))
    let done = 0
    while (done < bytes.length) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, piece.offset + done)
      if (bytesRead === 0) break
      done += bytesRead
    }
    return bytes.subarray(0, done)
  } finally {
    await handle.close()
  }
}

const grantId = (ticket: string, sha256: string) =>
  `${createHash('sha256').update(ticket).digest('hex')} ${sha256}`
