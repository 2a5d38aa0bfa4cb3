import { once } from 'node:events'
import { joinWorkers } from '../support/joined-workers.ts'
import { type Home, newHome, type ServerProcess } from '../support/process.ts'
import { startRedis } from '../support/redis.ts'
import { until } from '../support/until.ts'
import type { WorkerProcess } from '../support/worker-process.ts'

/** Runs `work` on a folder for servers that is gone afterwards, with all that still runs on it. */
export async function withHome<T>(work: (home: Home) => Promise<T>): Promise<T> {
  const home = newHome()
  try {
    return await work(home)
  } finally {
    await home.remove()
  }
}

export interface Remote {
  server: ServerProcess
  /** Its address. */
  redis: string
  /** Starts so many workers more, and resolves when they may be given work. */
  join(count: number, slots: number): Promise<WorkerProcess[]>
}

/** Runs `work` beside a server whose workers are processes that join it over Redis. */
export async function withRemote<T>(work: (remote: Remote) => Promise<T>): Promise<T> {
  const redis = await startRedis()
  const workers: WorkerProcess[] = []
  try {
    return await withHome(async (home) => {
      const server = await startQuiet(home, { REDIS_URL: redis.url })
      return work({
        ...{ server, redis: redis.url },
        async join(count, slots) {
          const joined = await joinWorkers(server, {
            ...{ redis: redis.url, count, slots, first: workers.length + 1 },
          })
          workers.push(...joined)
          return joined
        },
      })
    })
  } finally {
    for (const worker of workers) await worker.remove()
    await redis.stop()
  }
}

/** A new server, which has done what every first start does. */
export async function startQuiet(
  home: Home,
  env: Record<string, string> = {},
): Promise<ServerProcess> {
  const server = await home.start(env)
  await until(() => isIdle(server), 'the first tasks of a server are over', 60_000)
  return server
}

/** Ends a server in order, so that its folder can be used by others. */
export async function stop({ process: child }: ServerProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}

interface Page<T> {
  Items: T[]
  TotalResults: number
}

/** How many tasks have not ended. */
export async function activeTasks({ ask }: ServerProcess): Promise<number> {
  const page = await ask<Page<unknown>>('GET', '/tasks?active=true&take=1')
  return page.TotalResults
}

const isIdle = async (server: ServerProcess) => (await activeTasks(server)) === 0

/** Sets how many tasks the server executes at once; 0 lets it take none. */
export async function setCap({ ask }: ServerProcess, cap: number): Promise<void> {
  const { Items } = await ask<Page<{ Id: string }>>('GET', '/octopusservernodes')
  await ask('PUT', `/octopusservernodes/${Items[0]?.Id}`, {
    IsInMaintenanceMode: cap === 0,
    ...(cap > 0 && { MaxConcurrentTasks: cap }),
  })
}
