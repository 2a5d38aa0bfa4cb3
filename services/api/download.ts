import { type FileHandle, open } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { pipeline } from 'node:stream/promises'
import parseRange from 'range-parser'
import { blobs, undefinedIfMissing } from '#store/blobs.ts'
import { sendJson, streamHeaders } from './answers.ts'
import { allowLong } from './arrival.ts'
import type { Exchange } from './exchange.ts'
import { sparingly } from './spent-buffers.ts'

/** A file to send: its blob, its length in bytes, what it is called, and what changes when it does. */
export interface Sendable {
  BlobName: string
  Size: number
  FileName: string
  Tag: string
}

type Part = { start: number; end: number }

/**
 * Sends a file, or the part that is asked for. `find` says which, as for `openFile`. `sent` is told
 * when all of it up to its end has gone out.
 */
export async function sendFile(
  exchange: Exchange,
  find: () => Promise<Sendable>,
  sent?: () => Promise<unknown>,
): Promise<void> {
  const { request, response } = exchange
  const { file, handle } = await openFile(find)
  try {
    const headers = {
      ...streamHeaders(request, 'application/octet-stream'),
      'Accept-Ranges': 'bytes',
      ETag: `"${file.Tag}"`,
      'Content-Disposition': dispositionOf(file.FileName),
    }
    const part = partOf(request, file)
    if (part === null) {
      const value = { ErrorMessage: `The file has ${file.Size} bytes: the range is not in it.` }
      const more = { 'Content-Range': `bytes */${file.Size}` }
      return await sendJson(request, response, { status: 416, value, headers: more })
    }
    const { start, end } = part ?? { start: 0, end: file.Size - 1 }
    response.writeHead(part ? 206 : 200, {
      ...headers,
      'Content-Length': end - start + 1,
      ...(part && { 'Content-Range': `bytes ${start}-${end}/${file.Size}` }),
    })
    if (request.method === 'HEAD' || file.Size === 0) {
      response.end()
      return
    }
    allowLong(request, response)
    await pipeline(sparingly(handle.createReadStream({ start, end, autoClose: false })), response)
    if (end === file.Size - 1) await sent?.()
  } finally {
    await handle.close()
  }
}

/**
 * Opens the file that `find` says, which is asked again when the file has been replaced between the
 * question and the opening. An open file stays whole, whatever becomes of it. The caller closes it.
 */
export async function openFile<T extends Pick<Sendable, 'BlobName'>>(
  find: () => Promise<T>,
): Promise<{ file: T; handle: FileHandle }> {
  const file = await find()
  const handle = await open(blobs.pathOf(file.BlobName), 'r').catch(undefinedIfMissing)
  if (handle) return { file, handle }
  const again = await find()
  return { file: again, handle: await open(blobs.pathOf(again.BlobName), 'r') }
}

/** Undefined: all of it. Null: the file has no such part. Of several parts, all is sent. */
function partOf({ headers }: IncomingMessage, { Size, Tag }: Sendable): Part | null | undefined {
  const { range, 'if-range': condition } = headers
  if (range === undefined) return undefined
  // Who has a part of another file needs all of this one.
  if (condition !== undefined && condition !== `"${Tag}"`) return undefined
  const parts = parseRange(Size, range, { combine: true })
  if (parts === -1) return null
  if (parts === -2 || parts.type !== 'bytes' || parts.length !== 1) return undefined
  return parts[0]
}

/** Names in other alphabets come in a form of their own, beside one that every client reads. */
function dispositionOf(fileName: string): string {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
