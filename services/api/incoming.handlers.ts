import { ensureMay } from '#bus/permitted.ts'
import { sendJson } from './answers.ts'
import { allowLong } from './arrival.ts'
import type { Exchange } from './exchange.ts'
import { linked } from './links.ts'
import { isForm, receiveFile, storeUpload, writeBlob } from './upload.ts'

/**
 * Takes a bundle or a package pack, as the one file of a form or as the body of the request. Whoever may
 * not is told before a byte of it is read. A new import is 201, one that there is 200.
 */
export async function uploadBundle(exchange: Exchange): Promise<void> {
  const { ctx, request, response, spaceId = '' } = exchange
  await ensureMay(ctx, 'PromotionImport', spaceId)
  allowLong(request, response)
  const { Import, IsNew } = await storeUpload(
    `imports/${spaceId}`,
    (blobName) =>
      isForm(request)
        ? receiveFile(request, ({ content }) => writeBlob(blobName, content))
        : writeBlob(blobName, request),
    ({ BlobName: blobName, Size: size }) =>
      ctx.call('imports.receive', { spaceId, blobName, size, arrival: 'File' }),
  )
  const value = linked('Import', Import, spaceId) as { Links: { Self: string } }
  await sendJson(request, response, {
    status: IsNew ? 201 : 200,
    value,
    headers: IsNew ? { Location: value.Links.Self } : {},
  })
}
