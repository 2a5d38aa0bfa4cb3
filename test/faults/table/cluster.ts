/** Server nodes and workers as processes of their own, on a Redis and a MongoDB of their own. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newToken, whenHealthy } from '../../support/joined-workers.ts'
import { ADMIN_KEY, type Home, newHome, type ServerProcess } from '../../support/process.ts'
import { freePort, startRedis, type TestRedis } from '../../support/redis.ts'
import { startSecantus, type TestMongo } from '../../support/stores.ts'
import {
  startWorkerProcess,
  type WorkerProcess,
  type WorkerSettings,
} from '../../support/worker-process.ts'

/** How many tasks each node executes at once. */
export const CAP = 200

export interface ServerNode {
  name: string
  /** The process of now; after a kill, that of before. */
  server: ServerProcess
  isRunning: boolean
  start(): Promise<void>
  kill(): Promise<void>
  /** Ends it in order. */
  stop(): Promise<void>
  /** Stops its process, as a machine that sleeps. */
  pause(): void
  wake(): void
}

export interface Cluster {
  redis: TestRedis
  mongo: TestMongo
  nodes: ServerNode[]
  workers: WorkerProcess[]
  /** Asks the first node that runs. */
  ask: ServerProcess['ask']
  /** The same, with whatever is answered. */
  get(path: string): Promise<Response>
  addNode(): Promise<ServerNode>
  /** In the default pool, unless another is given. */
  addWorker(
    more?: Pick<WorkerSettings, 'more' | 'wrap'> & { pool?: string },
  ): Promise<WorkerProcess>
  /** Brings back what a row that failed may have left away, ended or asleep. */
  mend(): Promise<void>
  remove(): Promise<void>
}

/** Starts it, and resolves when all workers may be given work. */
export async function startCluster(wish: { nodes: number; workers: number; slots: number }) {
  const [redis, mongo] = await Promise.all([startRedis(), startSecantus()])
  const folder = mkdtempSync(join(tmpdir(), 'tako-cluster-'))
  const shared = {
    DATABASE_URL: mongo.url,
    REDIS_URL: redis.url,
    MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    TAKO_BLOBS: join(folder, 'blobs'),
  }
  const homes: Home[] = []
  const cluster: Cluster = {
    ...{ redis, mongo, nodes: [], workers: [] },
    ask: (method, path, body) => running(cluster).server.ask(method, path, body),
    get: (path) =>
      fetch(`${running(cluster).server.url}/api${path}`, {
        headers: { 'X-Octopus-ApiKey': ADMIN_KEY },
      }),

    async addNode() {
      const home = newHome()
      homes.push(home)
      const name = `node-${homes.length}`
      // The same after each start: workers have it as the address of their server.
      const PORT = `${await freePort()}`
      const start = () => home.start({ ...shared, PORT, TAKO_NODE: name })
      const node = nodeOf(name, await start(), start)
      cluster.nodes.push(node)
      return node
    },

    async addWorker({ pool, ...more } = {}) {
      const name = `worker-${cluster.workers.length + 1}`
      const token = await newToken(cluster, name, pool)
      const { url } = running(cluster).server
      const settings = { name, server: url, redis: redis.url, token, slots: wish.slots }
      const worker = startWorkerProcess({ ...settings, ...more })
      cluster.workers.push(worker)
      return worker
    },

    async mend() {
      await Promise.all([redis.resume(), mongo.resume()])
      for (const node of cluster.nodes) {
        node.wake()
        if (hasEnded(node.server.process)) await node.start()
      }
      for (const worker of cluster.workers) {
        worker.process.kill('SIGCONT')
        if (hasEnded(worker.process)) worker.start()
      }
    },

    async remove() {
      for (const worker of cluster.workers) await worker.remove()
      for (const home of homes) await home.remove()
      await Promise.all([redis.stop(), mongo.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }

  await cluster.addNode()
  while (cluster.nodes.length < wish.nodes) await cluster.addNode()
  await setCaps(cluster)
  while (cluster.workers.length < wish.workers) await cluster.addWorker()
  await whenHealthy(cluster, cluster.workers)
  return cluster
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null

function nodeOf(name: string, server: ServerProcess, start: () => Promise<ServerProcess>) {
  const node: ServerNode = {
    ...{ name, server, isRunning: true },
    async start() {
      node.server = await start()
      node.isRunning = true
    },
    async kill() {
      node.isRunning = false
      await node.server.kill()
    },
    async stop() {
      node.isRunning = false
      const gone = once(node.server.process, 'exit')
      node.server.process.kill('SIGTERM')
      await gone
    },
    pause() {
      node.isRunning = false
      node.server.process.kill('SIGSTOP')
    },
    wake() {
      node.server.process.kill('SIGCONT')
      node.isRunning = true
    },
  }
  return node
}

function running({ nodes }: Cluster): ServerNode {
  const node = nodes.find(({ isRunning }) => isRunning)
  if (!node) throw new Error('No server node runs.')
  return node
}

async function setCaps(cluster: Cluster) {
  const { Items } = await cluster.ask<{ Items: { Id: string }[] }>('GET', '/octopusservernodes')
  for (const { Id } of Items)
    await cluster.ask('PUT', `/octopusservernodes/${Id}`, { MaxConcurrentTasks: CAP })
}
