import { deploy, makeLandscape } from '../support/landscape.ts'
import type { ServerProcess } from '../support/process.ts'
import type { Resource } from '../support/project.ts'
import { until } from '../support/until.ts'
import { answerOf, endChild, runChild, startChild } from './child.ts'
import { pacedTimes, rateOf } from './load.ts'
import type { Measurement, Size } from './measurement.ts'
import type { SpacesTask } from './processes/seed-spaces.ts'
import { activeTasks, startQuiet, stop, withHome } from './servers.ts'
import { median, quantile } from './statistics.ts'

const sizes = {
  full: { rounds: 3, seconds: 6, spaces: 1_000, environments: 20, pacedSeconds: 20 },
  smoke: { rounds: 1, seconds: 1, spaces: 3, environments: 2, pacedSeconds: 1 },
}
const PER_SECOND = 100
const PRINTING = 4
/** It does not end by itself. */
const script = 'while true; do echo "A line of a script that prints at full speed"; done'

/** How fast one environment is answered. */
export const requests: Measurement = {
  name: 'requests',
  about: `GET of one environment with an API key, ten connections, beside the bare action of a moleculer-web server that
does nothing else, in turns, medians of three; the same with 1,000 other spaces of 20 environments. And, with
${PER_SECOND} requests a second, its 99th percentile while ${PRINTING} scripts print at full speed, beside that of an idle server.`,

  measure: (size) =>
    withHome((small) =>
      withHome(async (large) => {
        const idle = await startQuiet(small)
        const full = await startFull(await startQuiet(large), large, size)
        const rates = await ratesOf(idle, full, size)
        await stop(full.server)
        const { idleMs, busyMs } = await timesOf(idle, size)
        return [
          {
            what: 'GET of one environment',
            ...{ value: rates.idle, unit: 'a second' },
            beside: { what: 'a bare action', value: rates.bare },
            bound: { atLeast: 0.4 },
          },
          {
            what: 'The same with 1,000 other spaces',
            ...{ value: rates.full, unit: 'a second' },
            beside: { what: 'a bare action', value: rates.bare },
            bound: { atLeast: 0.4 },
          },
          {
            what: `Its 99th percentile while ${PRINTING} scripts print`,
            ...{ value: busyMs, unit: 'ms' },
            beside: { what: 'idle', value: idleMs },
            bound: { atMost: 3 },
          },
        ]
      }),
    ),
}

/** A server with many other spaces, and the environment to ask for. */
async function startFull(
  first: ServerProcess,
  home: { path: string; start(): Promise<ServerProcess> },
  size: Size,
) {
  const environment = await newEnvironment(first, 'Asked for')
  await stop(first)
  const { spaces, environments } = sizes[size]
  const task: SpacesTask = { spaces, environments }
  await runChild('seed-spaces', task, { TAKO_HOME: home.path })
  return { server: await home.start(), environment }
}

const newEnvironment = ({ ask }: ServerProcess, Name: string) =>
  ask<Resource>('POST', '/Spaces-1/environments', { Name })

const addressOf = ({ url }: ServerProcess, { Id }: Resource) =>
  `${url}/api/Spaces-1/environments/${Id}`

/** In turns, so that a slow moment of the machine meets all alike. */
async function ratesOf(
  idle: ServerProcess,
  full: { server: ServerProcess; environment: Resource },
  size: Size,
) {
  const { rounds, seconds } = sizes[size]
  const environment = await newEnvironment(idle, 'Asked for')
  const bare = startChild('bare', environment)
  const found = { bare: [] as number[], idle: [] as number[], full: [] as number[] }
  try {
    const { port } = await answerOf<{ port: number }>(bare)
    const addresses = {
      bare: `http://127.0.0.1:${port}/api/environments/${environment.Id}`,
      idle: addressOf(idle, environment),
      full: addressOf(full.server, full.environment),
    }
    const names = ['bare', 'idle', 'full'] as const
    for (const name of names) await rateOf(addresses[name], 1)
    for (let round = 0; round < rounds; round++)
      for (const name of names) found[name].push(await rateOf(addresses[name], seconds))
  } finally {
    await endChild(bare)
  }
  return { bare: median(found.bare), idle: median(found.idle), full: median(found.full) }
}

async function timesOf(server: ServerProcess, size: Size) {
  const pace = { perSecond: PER_SECOND, seconds: sizes[size].pacedSeconds }
  const { projects, environments } = await makeLandscape(server, {
    ...{ projects: PRINTING, environments: 1, script },
  })
  const environment = await newEnvironment(server, 'Asked for while scripts print')
  const address = addressOf(server, environment)
  await pacedTimes(address, { ...pace, seconds: 1 })
  const idleMs = quantile(await pacedTimes(address, pace), 0.99)
  const tasks: string[] = []
  for (const project of projects) tasks.push(await deploy(server, project, environments[0]))
  for (const task of tasks)
    await until(async () => (await linesOf(server, task)) > 1_000, 'a script prints', 60_000)
  const busyMs = quantile(await pacedTimes(address, pace), 0.99)
  for (const task of tasks) await server.ask('POST', `/tasks/${task}/cancel`)
  await until(async () => (await activeTasks(server)) === 0, 'the scripts are stopped', 60_000)
  return { idleMs, busyMs }
}

const linesOf = async ({ ask }: ServerProcess, task: string) =>
  (await ask<{ Total: number }>('GET', `/tasks/${task}/log?tail=1`)).Total
