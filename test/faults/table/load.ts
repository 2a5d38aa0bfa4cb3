import { ADMIN_KEY } from '../../support/process.ts'
import type { Cluster } from './cluster.ts'

/** How often a client tries again after a lost connection, on one node after the other. */
const TRIES = 50
const PAUSE_MS = 100
const CLIENTS = 4

export interface Load {
  /** Ends it, and answers how many requests were answered, and what was answered with a failure. */
  stop(): Promise<{ answered: number; failures: string[]; tasks: string[] }>
}

/** Clients behind a load balancer, each of which reads and queues, again and again, until it is stopped. */
export function startLoad(cluster: Cluster, deployments: object[]): Load {
  const failures: string[] = []
  const tasks: string[] = []
  let answered = 0
  let isStopped = false
  let turn = 0

  async function send(method: string, path: string, body?: object): Promise<Response | null> {
    for (let tries = 0; tries < TRIES; tries++) {
      const node = cluster.nodes[turn++ % cluster.nodes.length]
      try {
        return await fetch(`${node?.server.url}/api${path}`, {
          method,
          headers: { 'X-Octopus-ApiKey': ADMIN_KEY, 'Content-Type': 'application/json' },
          ...(body && { body: JSON.stringify(body) }),
        })
      } catch {
        // A connection that is refused or cut off: what any client tries again.
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      }
    }
    return null
  }

  async function ask(method: string, path: string, body?: object) {
    const response = await send(method, path, body)
    const text = response ? await response.text().catch(() => null) : ''
    answered += 1
    // Cut off in the middle of an answer.
    if (text === null) return null
    if (!response?.ok) failures.push(`${method} ${path}: ${response?.status} ${text}`)
    return response?.ok ? JSON.parse(text) : null
  }

  async function client(number: number) {
    for (let round = 0; !isStopped; round++) {
      await ask('GET', '/Spaces-1/projects')
      const deployment = deployments[(round * CLIENTS + number) % deployments.length]
      const made = await ask('POST', '/Spaces-1/deployments', deployment)
      if (made) tasks.push(made.TaskId)
    }
  }

  const clients = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)))
  return {
    async stop() {
      isStopped = true
      await clients
      return { answered, failures, tasks }
    },
  }
}
