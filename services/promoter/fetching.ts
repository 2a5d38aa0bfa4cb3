/** Brings a blob of another space here, piece by piece, from where it was cut the last time. */
import { createHash } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { BundleError } from '#domain/bundle/errors.ts'
import { CHUNK_BYTES } from '#domain/promotion/messages.ts'
import { blobs } from '#store/blobs.ts'
import type { BlobPiece, Transport } from './transport.ts'
import { UnreachedError } from './transport.ts'

/** So many pieces are on their way at a time: more would fill the memory of whoever is slower. */
const WINDOW = 4

interface Wanted {
  blobName: string
  sha256: string
  /** In bytes. */
  size: number
  ticket: string
}

/**
 * Fetches what is missing. Throws an UnreachedError when it is cut, and a `DigestMismatch` when it is
 * not what was offered: then nothing of it stays.
 */
export async function fetchBlob(
  transport: Pick<Transport, 'blob'>,
  { blobName, sha256, size, ticket }: Wanted,
): Promise<void> {
  const path = blobs.pathOf(blobName)
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'a')
  const hash = createHash('sha256')
  try {
    let { size: done } = await file.stat()
    if (done > 0) for await (const piece of blobs.read(blobName)) hash.update(piece)
    const coming: { length: number; bytes: Promise<Uint8Array> }[] = []
    let asked = done
    while (done < size) {
      while (coming.length < WINDOW && asked < size) {
        const length = Math.min(CHUNK_BYTES, size - asked)
        coming.push({
          length,
          bytes: pieceFrom(transport, { sha256, ticket, offset: asked, length }),
        })
        asked += length
      }
      const next = coming.shift()
      if (!next) break
      const bytes = await next.bytes
      if (bytes.length !== next.length)
        throw new UnreachedError('The other space has sent less than it has offered.')
      // In their order, so that the length of the file says how much there is.
      await file.appendFile(bytes)
      hash.update(bytes)
      done += bytes.length
    }
    await file.datasync()
  } finally {
    await file.close()
  }
  if (hash.digest('hex') === sha256) return
  await blobs.remove(blobName)
  throw new BundleError('DigestMismatch', 'What has come is not what was offered.')
}

function pieceFrom({ blob }: Pick<Transport, 'blob'>, piece: BlobPiece): Promise<Uint8Array> {
  const bytes = blob(piece)
  // It is waited for in its turn; when an earlier one fails, nobody waits.
  bytes.catch(() => undefined)
  return bytes
}
