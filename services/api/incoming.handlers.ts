import { BundleRefusedError, InvalidError } from '#bus/errors.ts'
import { ensureMay } from '#bus/permitted.ts'
import { blobs } from '#store/blobs.ts'
import { sendJson } from './answers.ts'
import { allowLong } from './arrival.ts'
import { sendFile } from './download.ts'
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
  // Kept for who looks into it, and refused all the same.
  if (Import.State === 'Quarantined')
    throw new BundleRefusedError(Import.Message, Import.Code ?? 'NotABundle')
  const value = linked('Import', Import, spaceId) as { Links: { Self: string } }
  await sendJson(request, response, {
    status: IsNew ? 201 : 200,
    value,
    headers: IsNew ? { Location: value.Links.Self } : {},
  })
}

/** Sends a file of receipts, which is made for this request; once it was sent to its end, it counts as carried. */
export async function downloadReceipts(exchange: Exchange): Promise<void> {
  const { ctx, spaceId = '', query } = exchange
  await ensureMay(ctx, 'PromotionView', spaceId)
  const { trustId, since } = query
  if (typeof trustId !== 'string' || trustId === '')
    throw new InvalidError(['trustId: for whom are the receipts?'])
  const params = { spaceId, trustId, ...(since !== undefined && { since: String(since) }) }
  const file = await ctx.call('receiptsout.export', params, { timeout: 0 })
  const carried = { spaceId, trustId, highest: file.Highest }
  try {
    await sendFile(
      exchange,
      async () => file,
      () => ctx.call('receiptsout.exported', carried),
    )
  } finally {
    await blobs.remove(file.BlobName)
  }
}
