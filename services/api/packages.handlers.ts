import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { InvalidError } from '#bus/errors.ts'
import { ensureMay } from '#bus/permitted.ts'
import { type Base, DeltaError, rebuilt } from '#domain/octodiff-delta.ts'
import { signatureOf } from '#domain/octodiff-signature.ts'
import { blobs } from '#store/blobs.ts'
import { sendJson, streamHeaders } from './answers.ts'
import { allowLong } from './arrival.ts'
import { openFile, sendFile } from './download.ts'
import { BodyError } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { linked } from './links.ts'
import { sparingly } from './spent-buffers.ts'
import { receiveFile, storeUpload, writeBlob } from './upload.ts'

/** A piece of a base file in memory, in bytes. */
const PIECE = 64 * 1024

type Source = AsyncIterable<Uint8Array>
const modes = ['FailIfExists', 'OverwriteExisting', 'IgnoreIfExists'] as const
type Mode = (typeof modes)[number]

/** Takes a package as it is. */
export const uploadPackage = (exchange: Exchange): Promise<void> =>
  takePackage(exchange, (content) => content)

/** Takes what differs from a version that is there, and makes the new one of both. */
export async function uploadDelta(exchange: Exchange): Promise<void> {
  const { ctx, path, spaceId = '' } = exchange
  const { file, handle } = await openFile(() =>
    ctx.call('packages.deltaSource', {
      spaceId,
      packageId: String(path.packageId),
      baseVersion: String(path.baseVersion),
    }),
  )
  try {
    await takePackage(exchange, (delta) => rebuilt(delta, baseIn(handle, file.Size)))
  } catch (error) {
    if (error instanceof DeltaError) throw new BodyError(error.message)
    throw error
  } finally {
    await handle.close()
  }
}

/** The signature of the version that a delta may be made from; it may be larger than memory likes. */
export async function sendSignature({ ctx, path, spaceId = '', ...exchange }: Exchange) {
  const { request, response } = exchange
  const { file, handle } = await openFile(() =>
    ctx.call('packages.deltaBase', {
      spaceId,
      packageId: String(path.packageId),
      version: String(path.version),
    }),
  )
  try {
    response.writeHead(200, streamHeaders(request, 'application/json; charset=utf-8'))
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    allowLong(request, response)
    const content = handle.createReadStream({ highWaterMark: PIECE, autoClose: false })
    await pipeline(Readable.from(signatureJson(sparingly(content), file.Version)), response)
  } finally {
    await handle.close()
  }
}

/** Sends the file of a package. */
export const downloadPackage = (exchange: Exchange): Promise<void> =>
  sendFile(exchange, async () => {
    const { ctx, path, spaceId = '' } = exchange
    const { Sha256, ...content } = await ctx.call('packages.content', {
      spaceId,
      id: String(path.id),
    })
    return { ...content, Tag: Sha256 }
  })

/**
 * Receives a file, which `contentOf` turns into the package's, and makes the package. Whoever may not
 * is told before a byte of it is read, and so is who sends what is there.
 */
async function takePackage(
  exchange: Exchange,
  contentOf: (file: Readable) => Source,
): Promise<void> {
  const { ctx, request, response, spaceId = '', query } = exchange
  const overwriteMode = modeOf(query)
  await ensureMay(ctx, 'BuiltInFeedPush', spaceId)
  allowLong(request, response)

  const answer = await storeUpload(
    `packages/${spaceId}`,
    (blobName) =>
      receiveFile(request, async ({ fileName, content }) => {
        const kept = await ctx.call('packages.expect', { spaceId, fileName, overwriteMode })
        if (!kept) return { fileName, blob: await writeBlob(blobName, contentOf(content)) }
        content.resume()
        return { kept }
      }),
    async (received) => {
      if ('kept' in received) return { status: 200, value: received.kept }
      const pushed = await ctx.call('packages.push', { spaceId, overwriteMode, ...received })
      if (pushed.outcome === 'kept') await blobs.remove(received.blob.BlobName)
      return { status: pushed.outcome === 'kept' ? 200 : 201, value: pushed.package }
    },
  )
  const value = linked('Package', answer.value, spaceId) as { Links: { Self: string } }
  const headers = answer.status === 201 ? { Location: value.Links.Self } : {}
  await sendJson(request, response, { status: answer.status, value, headers })
}

/** As the query says, whose names are in any case; `replace` is the older way to say it. */
function modeOf(query: Record<string, unknown>): Mode {
  const said = (name: string) => {
    const found = Object.entries(query).find(([key]) => key.toLowerCase() === name)
    return String([found?.[1] ?? ''].flat().at(-1)).toLowerCase()
  }
  const wish = said('overwritemode')
  if (wish === '') return said('replace') === 'true' ? 'OverwriteExisting' : 'FailIfExists'
  const mode = modes.find((one) => one.toLowerCase() === wish)
  if (!mode) throw new InvalidError([`'overwriteMode' must be one of ${modes.join(', ')}.`])
  return mode
}

const baseIn = (handle: FileHandle, size: number): Base => ({
  size,
  async *read(offset, length) {
    const buffer = Buffer.alloc(Math.min(PIECE, length))
    let at = offset
    while (at < offset + length) {
      const most = Math.min(buffer.length, offset + length - at)
      const { bytesRead } = await handle.read(buffer, 0, most, at)
      if (bytesRead === 0) return
      at += bytesRead
      // The buffer is filled again, and what came before may not be written yet.
      yield Buffer.from(buffer.subarray(0, bytesRead))
    }
  },
})

/** As JSON, piece by piece; base64 is cut where three bytes are whole. */
async function* signatureJson(file: Source, baseVersion: string): AsyncGenerator<string> {
  yield '{"Signature":"'
  let rest = Buffer.alloc(0)
  for await (const piece of signatureOf(file)) {
    const bytes = Buffer.concat([rest, piece])
    const whole = bytes.length - (bytes.length % 3)
    yield bytes.toString('base64', 0, whole)
    rest = bytes.subarray(whole)
  }
  yield `${rest.toString('base64')}","BaseVersion":${JSON.stringify(baseVersion)}}`
}
