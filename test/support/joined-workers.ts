/** Brings workers to a server through its API. */
import type { ServerProcess } from './process.ts'
import { until } from './until.ts'
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts'

type Asked = Pick<ServerProcess, 'ask'>

interface Page {
  Items: { Id: string; Name: string; HealthStatus: string; Running: { TaskId: string }[] }[]
}

/** A token with which one worker may join the default pool, or another. */
export async function newToken({ ask }: Asked, Name: string, pool?: string): Promise<string> {
  const pools = await ask<Page>('GET', '/Spaces-1/workerpools?take=1')
  const WorkerPoolIds = [pool ?? pools.Items[0]?.Id]
  const { Token } = await ask<{ Token: string }>('POST', '/Spaces-1/workertokens', {
    ...{ Name, WorkerPoolIds },
  })
  return Token
}

interface Wish {
  redis: string
  count: number
  slots: number
  /** The number of the first in its name. */
  first?: number
}

/** Starts workers as processes, and resolves when the server gives them work. */
export async function joinWorkers(
  server: ServerProcess,
  { redis, count, slots, first = 1 }: Wish,
): Promise<WorkerProcess[]> {
  const workers: WorkerProcess[] = []
  for (let at = first; at < first + count; at++) {
    const name = `worker-${at}`
    const token = await newToken(server, name)
    workers.push(startWorkerProcess({ name, server: server.url, redis, token, slots }))
  }
  await whenHealthy(server, workers)
  return workers
}

export const whenHealthy = (server: Asked, workers: readonly Pick<WorkerProcess, 'name'>[]) =>
  until(
    async () => {
      const { Items } = await workersOf(server)
      const healthy = Items.filter(({ HealthStatus }) => HealthStatus === 'Healthy')
      return workers.every(({ name }) => healthy.some(({ Name }) => Name === name))
    },
    `${workers.length} workers are healthy`,
    60_000,
  )

/** Those of these tasks that a worker runs, as soon as the workers have said of each who runs it. */
export async function runningOn(
  server: Asked,
  { name }: WorkerProcess,
  ids: readonly string[],
): Promise<string[]> {
  const running = await until(
    async () => {
      const { Items } = await workersOf(server)
      const places = Items.flatMap(({ Name, Running = [] }) =>
        Running.map(({ TaskId }) => [TaskId, Name] as const),
      )
      const found = new Map(places)
      return ids.every((id) => found.has(id)) && found
    },
    'the workers say what they run',
    30_000,
  )
  return ids.filter((id) => running.get(id) === name)
}

const workersOf = ({ ask }: Asked) => ask<Page>('GET', '/Spaces-1/workers?take=1000')
