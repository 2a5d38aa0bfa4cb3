import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { deploy, makeLandscape } from '../support/landscape.ts'
import type { ServerProcess } from '../support/process.ts'
import { until } from '../support/until.ts'
import { timeToTail } from './browser.ts'
import type { Measurement } from './measurement.ts'
import { childrenOf, memoryOf, peakMemory } from './memory.ts'
import { startQuiet, withHome } from './servers.ts'
import { median } from './statistics.ts'

const LOOK_MS = 250
const sizes = { full: { lines: 1_000_000, rounds: 3 }, smoke: { lines: 2_000, rounds: 1 } }

interface Task {
  State: string
  IsCompleted: boolean
  QueueTime: string
  CompletedTime: string
}

/** What a script of very many lines costs. */
export const output: Measurement = {
  name: 'output',
  about: `A deployment of a bash script that prints 1,000,000 lines, from queued to done, beside \`bash script > file\`;
how much more memory server and worker hold together at the most while it runs than before; and the
page of such a task in Chromium, when all is printed and the script still runs: from its opening to the last line.`,

  async measure(size) {
    const { lines, rounds } = sizes[size]
    const print = `for ((i = 1; i <= ${lines}; i++)); do echo "Line $i of a long script"; done`
    // The page of a script that runs shows its last lines; of one that has ended, how it has.
    const script = `${print}\nif [[ '#{Octopus.Project.Name}' == 'Project 2' ]]; then sleep 600; fi`
    const plain: number[] = []
    const deployed: number[] = []
    const growths: number[] = []
    const tails = await withHome(async (home) => {
      const server = await startQuiet(home)
      const { projects, environments } = await makeLandscape(server, {
        ...{ projects: 2, environments: 1, script },
      })
      const [project, endless] = projects.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      if (!project || !endless) throw new Error('There are no projects.')
      for (let round = 0; round < rounds; round++) {
        plain.push(await plainMs(script))
        const { growth, ms, id } = await deployedMs(server, pidsOf(server), () =>
          deploy(server, project, environments[0]),
        )
        await checkLog(server, id, lines)
        deployed.push(ms)
        growths.push(growth)
      }
      const id = await deploy(server, endless, environments[0])
      await until(async () => (await linesOf(server, id)) >= lines, 'all is printed', 300_000)
      const pageMs = await timeToTail(server, id, `Line ${lines} of a long script`)
      const restMs = await restTailMs(server, id)
      await server.ask('POST', `/tasks/${id}/cancel`)
      await endOf(server, id, 'Canceled')
      return { pageMs, restMs }
    })
    return [
      {
        what: `A script of ${lines.toLocaleString('en')} lines`,
        ...{ value: median(deployed) / 1000, unit: 's' },
        beside: { what: 'bash script > file', value: median(plain) / 1000 },
        bound: { atMost: 2 },
      },
      {
        what: 'Its growth of memory, server and worker',
        ...{ value: Math.max(...growths), unit: 'MB', bound: { atMost: 100 } },
      },
      {
        what: 'Its page shows the tail',
        ...{ value: tails.pageMs, unit: 'ms', bound: { atMost: 500 } },
      },
      { what: 'Its last 200 lines by the API', value: tails.restMs, unit: 'ms' },
    ]
  },
}

async function plainMs(script: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'tako-plain-'))
  writeFileSync(join(folder, 'script'), script)
  const out = openSync(join(folder, 'file'), 'w')
  const startedAt = performance.now()
  await once(spawn('bash', ['script'], { cwd: folder, stdio: ['ignore', out, out] }), 'exit')
  const ms = performance.now() - startedAt
  closeSync(out)
  rmSync(folder, { recursive: true })
  return ms
}

/** A server's and its built-in worker's. */
function pidsOf({ process: { pid = 0 } }: ServerProcess): number[] {
  return [pid, ...childrenOf(pid)]
}

/** How long a deployment takes from queued to done, and by how much the processes grow meanwhile, in MB. */
export async function deployedMs(
  server: ServerProcess,
  pids: number[],
  deployIt: () => Promise<string>,
) {
  const before = memoryOf(pids)
  const { result, peak } = await peakMemory(pids, async () => {
    const id = await deployIt()
    return { id, task: await endOf(server, id) }
  })
  const { id, task } = result
  const ms = Date.parse(task.CompletedTime) - Date.parse(task.QueueTime)
  return { id, ms, growth: peak - before }
}

async function endOf({ ask }: ServerProcess, id: string, state = 'Success'): Promise<Task> {
  for (;;) {
    const task = await ask<Task>('GET', `/tasks/${id}`)
    if (task.IsCompleted && task.State === state) return task
    if (task.IsCompleted) throw new Error(`The deployment ended as ${task.State}.`)
    // Seldom: what is measured is the script, and not who asks for it.
    await pause(LOOK_MS)
  }
}

/** Fast and incomplete would be worth nothing. */
export async function checkLog(server: ServerProcess, id: string, lines: number): Promise<void> {
  const total = await linesOf(server, id)
  if (total < lines) throw new Error(`The log has ${total} lines of ${lines}.`)
}

const linesOf = async ({ ask }: ServerProcess, id: string) =>
  (await ask<{ Total: number }>('GET', `/tasks/${id}/log?tail=1`)).Total

async function restTailMs({ ask }: ServerProcess, id: string): Promise<number> {
  const times: number[] = []
  for (let at = 0; at < 10; at++) {
    const startedAt = performance.now()
    await ask('GET', `/tasks/${id}/log?tail=200`)
    times.push(performance.now() - startedAt)
  }
  return median(times)
}
