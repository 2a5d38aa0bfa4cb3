import { ApiError } from '../api.js'

/**
 * Does something that the server may refuse; then the page has the refusal in `fault`. Answers whether it was done.
 * @param {{ isBusy: boolean, fault: ApiError | undefined }} page
 * @param {() => Promise<unknown>} action
 */
export async function attempt(page, action) {
  page.isBusy = true
  page.fault = undefined
  try {
    await action()
    return true
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    page.fault = error
    return false
  } finally {
    page.isBusy = false
  }
}
