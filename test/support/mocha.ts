/** Runs tests in a process of their own, in other surroundings. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'

const MOCHA = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')

export interface TestRun {
  passes: number
  /** What has failed, and why. */
  failures: string[]
}

interface Report {
  stats: { passes: number }
  failures: { fullTitle: string; err: { message?: string } }[]
}

/** Runs these files, and tells what has passed. */
export async function runTests(files: string[], env: Record<string, string>): Promise<TestRun> {
  const child = spawn(process.execPath, [MOCHA, '--reporter', 'json', ...files], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let complained = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  child.stderr.on('data', (chunk) => {
    complained += chunk
  })
  const [code] = await once(child, 'close')
  const start = said.indexOf('{\n')
  if (start < 0) throw new Error(`mocha ended with ${code}: ${complained}`)
  const { stats, failures } = JSON.parse(said.slice(start)) as Report
  return {
    passes: stats.passes,
    failures: failures.map(({ fullTitle, err }) => `${fullTitle}: ${err.message}`),
  }
}
