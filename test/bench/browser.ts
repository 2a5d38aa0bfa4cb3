import { chromium } from 'playwright-core'
import type { ServerProcess } from '../support/process.ts'
import { median } from './statistics.ts'

const ROUNDS = 5

/**
 * How long the page of a task takes from its opening until it shows a text, in ms: in a browser that
 * has been here before, as the one of somebody at work has.
 */
export async function timeToTail(
  { url }: ServerProcess,
  task: string,
  text: string,
): Promise<number> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const signedIn = await context.request.post(`${url}/api/users/login`, {
      data: { Username: 'admin', Password: 'Password01!' },
    })
    if (!signedIn.ok()) throw new Error(`The sign-in was answered with ${signedIn.status()}.`)
    const times: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const page = await context.newPage()
      const startedAt = performance.now()
      await page.goto(`${url}/default/tasks/${task}`, { waitUntil: 'commit' })
      await page.getByText(text).first().waitFor({ timeout: 30_000 })
      times.push(performance.now() - startedAt)
      await page.close()
    }
    return median(times.slice(1))
  } finally {
    await browser.close()
  }
}
