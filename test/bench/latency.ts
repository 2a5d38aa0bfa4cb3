import { deploy, makeLandscape } from '../support/landscape.ts'
import type { ServerProcess } from '../support/process.ts'
import { until } from '../support/until.ts'
import type { Measurement } from './measurement.ts'
import { startQuiet, withHome } from './servers.ts'
import { median, quantile } from './statistics.ts'

const sizes = { full: 300, smoke: 3 }
const WARM_UP = 10

interface Task {
  IsCompleted: boolean
  QueueTime: string
  StartTime: string
}

/** How long a deployment waits that could start at once. */
export const latency: Measurement = {
  name: 'latency',
  about: `300 deployments, each queued when the one before has ended: from the time that it is queued to the
time at which its execution begins, both as the task tells them; and to the first line of its script.`,

  async measure(size) {
    const times = await withHome(async (home) => {
      const server = await startQuiet(home)
      return latenciesOf(server, sizes[size])
    })
    const starts = times.map(({ startMs }) => startMs)
    const lines = times.map(({ lineMs }) => lineMs)
    return [
      {
        what: 'Queued to started with a free slot, median',
        ...{ value: median(starts), unit: 'ms', bound: { atMost: 15 } },
      },
      {
        what: 'Queued to started with a free slot, 99th percentile',
        ...{ value: quantile(starts, 0.99), unit: 'ms', bound: { atMost: 60 } },
      },
      { what: 'Queued to the first line of its script, median', value: median(lines), unit: 'ms' },
      {
        what: 'Queued to the first line of its script, 99th percentile',
        ...{ value: quantile(lines, 0.99), unit: 'ms' },
      },
    ]
  },
}

/** The times of so many deployments, each queued when the one before has ended, after some to warm up. */
export async function latenciesOf(server: ServerProcess, count: number) {
  const { projects, environments } = await makeLandscape(server, {
    ...{ title: 'Latency', projects: 1, environments: 1 },
    script: 'echo "began $EPOCHREALTIME"',
  })
  const found: { startMs: number; lineMs: number }[] = []
  for (let at = 0; at < count + WARM_UP; at++) {
    const [project] = projects
    if (project) found.push(await timesOf(server, await deploy(server, project, environments[0])))
  }
  return found.slice(WARM_UP)
}

async function timesOf({ ask, url }: ServerProcess, id: string) {
  const task = await until(async () => {
    const found = await ask<Task>('GET', `/tasks/${id}`)
    return found.IsCompleted && found
  }, `${id} has ended at ${url}`)
  const { Items } = await ask<{ Items: { MessageText: string }[] }>(
    'GET',
    `/tasks/${id}/log?take=100`,
  )
  const said = Items.map(({ MessageText }) => /^began ([\d.]+)/.exec(MessageText)?.[1])
  const began = said.find((text) => text !== undefined)
  if (began === undefined) throw new Error(`The script of ${id} did not say when it began.`)
  const queuedAt = Date.parse(task.QueueTime)
  return { startMs: Date.parse(task.StartTime) - queuedAt, lineMs: Number(began) * 1000 - queuedAt }
}
