import type { Home } from '../support/process.ts'
import { freePort } from '../support/redis.ts'
import { until } from '../support/until.ts'
import type { Measurement } from './measurement.ts'
import { stop, withHome } from './servers.ts'
import { median } from './statistics.ts'

const sizes = { full: 7, smoke: 1 }

/** How long one waits for a server. */
export const start: Measurement = {
  name: 'start',
  about: `From the start of the process to its first answer to a request: in an empty folder right after the
installation, when Node has to compile all; in an empty folder with the compiled code that the server keeps; and on
the data of that start. Medians of ${sizes.full}.`,

  async measure(size) {
    const fresh: number[] = []
    const first: number[] = []
    const second: number[] = []
    for (let round = 0; round < sizes[size]; round++) {
      await withHome(async (home) => {
        fresh.push(await startMs(home, { NODE_DISABLE_COMPILE_CACHE: '1' }))
      })
      await withHome(async (home) => {
        first.push(await startMs(home))
        second.push(await startMs(home))
      })
    }
    return [
      {
        what: 'Start to first answer, empty folder, just installed',
        ...{ value: median(fresh), unit: 'ms', bound: { atMost: 2_000 } },
      },
      {
        what: 'Start to first answer, empty folder',
        ...{ value: median(first), unit: 'ms', bound: { atMost: 2_000 } },
      },
      { what: 'Start to first answer, second start', value: median(second), unit: 'ms' },
    ]
  },
}

async function startMs(home: Home, env: Record<string, string> = {}): Promise<number> {
  const port = await freePort()
  const startedAt = performance.now()
  const starting = home.start({ PORT: `${port}`, ...env })
  const ms = await until(
    async () => {
      const answer = await fetch(`http://localhost:${port}/api`).catch(() => null)
      return answer?.ok && performance.now() - startedAt
    },
    'the server answers',
    30_000,
  )
  await stop(await starting)
  return ms
}
