import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import { isForClient } from '#bus/errors.ts'
import { blobs, freshName } from '#store/blobs.ts'
import { BodyError } from './errors.ts'
import { sparingly } from './spent-buffers.ts'

/** A file as it comes in. */
export interface Incoming {
  /** Without a folder. */
  fileName: string
  content: Readable
}

/** A file that has been written whole, with its digests in hex. */
export interface Written {
  BlobName: string
  Size: number
  Sha1: string
  Sha256: string
}

/** Fields beside the file: nothing reads them, so they are short. */
const limits = { fields: 20, fieldSize: 10_000, fieldNameSize: 200 }

/** Writes what comes as a blob, with its digests on the way. Of what breaks off, nothing stays. */
export async function writeBlob(
  BlobName: string,
  source: AsyncIterable<Uint8Array>,
): Promise<Written> {
  const [sha1, sha256] = [createHash('sha1'), createHash('sha256')]
  async function* digested() {
    for await (const piece of sparingly(source)) {
      sha1.update(piece)
      sha256.update(piece)
      yield piece
    }
  }
  const content = Readable.from(digested(), { objectMode: false })
  const Size = await blobs.write(BlobName, content)
  return { BlobName, Size, Sha1: sha1.digest('hex'), Sha256: sha256.digest('hex') }
}

/**
 * Receives into a new blob below a folder, then tells of it; gives what was told. When the one or the
 * other fails, the blob goes, but where nobody knows whether it was told of: there the next start looks.
 */
export async function storeUpload<R, T>(
  folder: string,
  receive: (blobName: string) => Promise<R>,
  tell: (received: R) => Promise<T>,
): Promise<T> {
  const blobName = freshName(folder)
  let isToBeTold = false
  try {
    const received = await receive(blobName)
    isToBeTold = true
    return await tell(received)
  } catch (error) {
    const isUnknown = isToBeTold && !(error instanceof Error && isForClient(error))
    if (!isUnknown) await blobs.remove(blobName)
    throw error
  }
}

/** Whether the request is a form with a file, and not the file itself. */
export const isForm = ({ headers }: IncomingMessage): boolean =>
  /^multipart\/form-data\b/i.test(headers['content-type'] ?? '')

/**
 * Hands over the one file of a form while it comes in, never more of it in memory than is on its way.
 * When `take` refuses, the rest is read and left; when the form breaks off, its content does.
 */
export async function receiveFile<T>(
  request: IncomingMessage,
  take: (file: Incoming) => Promise<T>,
): Promise<T> {
  const form = formOf(request)
  const files: Incoming[] = []
  let broken: Error | undefined
  return new Promise<T>((resolve, reject) => {
    let taken: Promise<T> | undefined
    const fail = (error: Error) => {
      broken ??= error
      request.unpipe(form)
      request.resume()
      const first = files[0]
      first?.content.destroy(error)
      // Only then nothing is being written any more.
      if (taken) taken.finally(() => reject(broken)).catch(() => undefined)
      else reject(broken)
    }
    form.on('file', (_field, content, fileName) => {
      // Who reads it is told; when nobody does, nobody needs to be.
      content.on('error', () => undefined)
      files.push({ fileName: fileName ?? '', content })
      if (files.length > 1) {
        content.resume()
        fail(new BodyError('Send one file at a time.'))
        return
      }
      taken = take({ fileName: fileName ?? '', content })
      taken.catch(fail)
    })
    form.once('error', (error: Error) =>
      fail(new BodyError(`The form cannot be read: ${error.message}`)),
    )
    form.once('finish', () => {
      if (taken) taken.then(resolve, reject)
      else fail(new BodyError('Send a file: the form has none.'))
    })
    request.once('close', () => {
      if (!request.complete) fail(new BodyError('The file did not come as a whole.'))
    })
    request.pipe(form)
  })
}

function formOf(request: IncomingMessage): BusboyInstance {
  const { headers } = request
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') throw new BodyError('Send the file as it is, not compressed again.')
  if (!isForm(request)) throw new BodyError('Send a multipart form with the file in it.')
  try {
    return new Busboy({ headers: headers as BusboyHeaders, limits })
  } catch (error) {
    const reason = error instanceof Error ? error.message : ''
    throw new BodyError(`The form cannot be read: ${reason}`)
  }
}
