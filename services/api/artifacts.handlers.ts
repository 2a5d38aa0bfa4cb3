import { sendJson } from './answers.ts'
import { allowLong } from './arrival.ts'
import { sendFile } from './download.ts'
import type { Exchange } from './exchange.ts'
import { linked } from './links.ts'
import { isForm, receiveFile, storeUpload, writeBlob } from './upload.ts'

/** Sends the file of an artifact. */
export const downloadArtifact = (exchange: Exchange): Promise<void> => {
  const { ctx, spaceId = '', path } = exchange
  return sendFile(exchange, () => ctx.call('artifacts.content', { spaceId, id: String(path.id) }))
}

/** Takes the content of an artifact, as the body of the request or as the one file of a form. */
export async function uploadArtifact(exchange: Exchange): Promise<void> {
  const { ctx, request, response, spaceId = '', path } = exchange
  const id = String(path.id)
  await ctx.call('artifacts.expect', { spaceId, id })
  allowLong(request, response)
  const artifact = await storeUpload(
    `artifacts/${spaceId}`,
    (blobName) =>
      isForm(request)
        ? receiveFile(request, ({ content }) => writeBlob(blobName, content))
        : writeBlob(blobName, request),
    ({ BlobName, Size }) =>
      ctx.call('artifacts.fill', { spaceId, id, blobName: BlobName, size: Size }),
  )
  await sendJson(request, response, { value: linked('Artifact', artifact, spaceId) })
}
