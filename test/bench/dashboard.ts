import { makeLandscape } from '../support/landscape.ts'
import type { ServerProcess } from '../support/process.ts'
import { runChild } from './child.ts'
import type { Measurement } from './measurement.ts'
import type { DeploymentsTask } from './processes/seed-deployments.ts'
import { startQuiet, stop, withHome } from './servers.ts'
import { median, quantile } from './statistics.ts'

const sizes = {
  full: { projects: 300, environments: 5, each: 67, rounds: 100 },
  smoke: { projects: 3, environments: 2, each: 2, rounds: 3 },
}
const WARM_UP = 10

/** What the dashboard costs, and that history costs it nothing. */
export const dashboard: Measurement = {
  name: 'dashboard',
  about: `GET of the dashboard of 300 projects in 5 environments, with something deployed everywhere, one request after the
other; once without older deployments, and once with 100,500 of them (67 in each place) in the store.`,

  async measure(size) {
    const { projects, environments, each } = sizes[size]
    return withHome(async (home) => {
      const first = await startQuiet(home)
      const made = await makeLandscape(first, { projects, environments, script: 'true' })
      await stop(first)
      const seed = (task: Pick<DeploymentsTask, 'each' | 'areOld'>) =>
        runChild('seed-deployments', { ...made, ...task }, { TAKO_HOME: home.path })

      await seed({ each: 1, areOld: false })
      const without = await timesOf(await home.start(), size)
      await seed({ each, areOld: true })
      const times = await timesOf(await home.start(), size)
      return [
        {
          what: 'The dashboard with 100,000 old deployments, median',
          ...{ value: median(times), unit: 'ms', bound: { atMost: 100 } },
        },
        {
          what: 'The dashboard with 100,000 old deployments, 95th percentile',
          ...{ value: quantile(times, 0.95), unit: 'ms' },
        },
        {
          what: 'The same, beside that without old ones, medians',
          ...{ value: median(times), unit: 'ms' },
          beside: { what: 'without', value: median(without) },
          bound: { atMost: 1.25 },
        },
      ]
    })
  },
}

async function timesOf(server: ServerProcess, size: keyof typeof sizes): Promise<number[]> {
  const { projects, environments, rounds } = sizes[size]
  const times: number[] = []
  for (let at = 0; at < rounds + WARM_UP; at++) {
    const startedAt = performance.now()
    const { Items } = await server.ask<{ Items: unknown[] }>('GET', '/Spaces-1/dashboard')
    times.push(performance.now() - startedAt)
    if (Items.length !== projects * environments)
      throw new Error(`The dashboard has ${Items.length} items.`)
  }
  await stop(server)
  return times.slice(WARM_UP)
}
