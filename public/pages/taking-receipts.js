import { ApiError, api } from '../api.js'

/**
 * Sends a file of receipts for a page, which shows how far that is by its `receipts`; then it loads anew.
 * @param {{ space: import('../api.js').Resource, receipts: import('../components/tako-receipts.js').Progress, reload: () => Promise<unknown> }} page
 * @param {File} file
 */
export async function takeReceipts(page, file) {
  page.receipts = { isBusy: true }
  try {
    page.receipts = { taken: await api.space(page.space).upload('/receipts/import', file) }
    await page.reload()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    page.receipts = { fault: error }
  }
}
