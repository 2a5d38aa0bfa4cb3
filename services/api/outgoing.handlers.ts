import { blobs } from '#store/blobs.ts'
import { sendJson } from './answers.ts'
import { allowLong } from './arrival.ts'
import { sendFile } from './download.ts'
import type { Exchange } from './exchange.ts'
import { isForm, receiveFile, storeUpload, writeBlob } from './upload.ts'

/** Sends the file of a bundle; once it was sent to its end, it counts as taken. */
export const downloadBundle = (exchange: Exchange): Promise<void> => {
  const { ctx, spaceId = '', path } = exchange
  const about = { spaceId, id: String(path.id) }
  return sendFile(
    exchange,
    () => ctx.call('promotions.bundle', about),
    () => ctx.call('promotions.taken', about),
  )
}

/** Sends the packages of a bundle by themselves. */
export const downloadPackagePack = (exchange: Exchange): Promise<void> => {
  const { ctx, spaceId = '', path } = exchange
  return sendFile(exchange, () =>
    ctx.call('promotions.packagepack', { spaceId, id: String(path.id) }, { timeout: 0 }),
  )
}

/** Takes a file of receipts, as the body of the request or as the one file of a form. */
export async function uploadReceipts({ ctx, request, response, ...exchange }: Exchange) {
  const { spaceId = '' } = exchange
  await ctx.call('receipts.expect', { spaceId })
  allowLong(request, response)
  const value = await storeUpload(
    `receipts-in/${spaceId}`,
    (name) =>
      isForm(request)
        ? receiveFile(request, ({ content }) => writeBlob(name, content))
        : writeBlob(name, request),
    async ({ BlobName: blobName }) => {
      const answer = await ctx.call('receipts.import', { spaceId, blobName }, { timeout: 0 })
      await blobs.remove(blobName)
      return answer
    },
  )
  await sendJson(request, response, { value })
}
