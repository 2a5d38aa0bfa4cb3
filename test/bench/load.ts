import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { ADMIN_KEY } from '../support/process.ts'

const run = promisify(execFile)
const autocannon = createRequire(import.meta.url).resolve('autocannon/autocannon.js')

const headers = { 'X-Octopus-ApiKey': ADMIN_KEY }

/** How many requests of an address are answered in a second, with ten connections that ask at once again. */
export async function rateOf(url: string, seconds: number): Promise<number> {
  const key = `X-Octopus-ApiKey=${ADMIN_KEY}`
  const args = [autocannon, '--json', '-c', '10', '-d', `${seconds}`, '-H', key, url]
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 24 })
  const { requests, non2xx, errors } = JSON.parse(stdout)
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} requests of ${url} failed.`)
  return requests.average
}

/** The times of requests that come at a steady pace, whether the ones before are answered or not, in ms. */
export async function pacedTimes(
  url: string,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true })
  const count = Math.round(perSecond * seconds)
  const startedAt = performance.now()
  const times = await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const dueAt = startedAt + (at * 1000) / perSecond
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - performance.now())))
      return timeOf(url, agent)
    }),
  )
  agent.destroy()
  return times
}

async function timeOf(url: string, agent: Agent): Promise<number> {
  const startedAt = performance.now()
  const [response] = await once(get(url, { agent, headers }), 'response')
  response.resume()
  await once(response, 'end')
  if (response.statusCode !== 200) throw new Error(`${url} answers ${response.statusCode}.`)
  return performance.now() - startedAt
}
