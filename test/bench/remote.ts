import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as pathOf } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Queue } from 'bullmq'
import { deploy, makeLandscape } from '../support/landscape.ts'
import { answerOf, endChild, startChild } from './child.ts'
import { latenciesOf } from './latency.ts'
import type { Figure, Measurement, Size } from './measurement.ts'
import { checkLog, deployedMs } from './output.ts'
import type { BullWorkerTask } from './processes/bullmq-worker.ts'
import { placesOf, timeOfQueued } from './queue.ts'
import { withRedis } from './redis.ts'
import { type Remote, withRemote } from './servers.ts'
import { median, quantile } from './statistics.ts'

const WORKERS = 2
const SLOTS = 4
const CAP = WORKERS * SLOTS
const LOOK_MS = 20
const ECHO = 'echo hello'
/** So many scripts a deployment has where it has many. */
const STEPS = 20
const sizes = {
  full: { projects: 50, environments: 10, few: 5, latencies: 300, lines: 1_000_000 },
  smoke: { projects: 2, environments: 2, few: 1, latencies: 2, lines: 2_000 },
}

/** What the way over Redis costs. */
export const remote: Measurement = {
  name: 'remote',
  about: `One server and ${WORKERS} workers of ${SLOTS} slots that have joined it over Redis, all processes of their own. Deployments
of \`${ECHO}\`, all of which wait in the queue when the first is taken: of one such script each, then a tenth as many of
${STEPS} such steps one after the other, and of ${STEPS} that start together. Each beside BullMQ with ${WORKERS} worker
processes of a concurrency of ${SLOTS} that run the same script for each of ${sizes.full.projects * sizes.full.environments} jobs, in a folder of
its own with its output in a file. Then deployments one after the other, from queued to started. And one script of 1,000,000 lines, from queued to done: by then all are in the
server's file; with the growth of memory of the server and of both workers at the most meanwhile.`,

  async measure(size) {
    const jobs = sizes[size].projects * sizes[size].environments
    const tako = await withRemote((given) => figuresOf(given, size))
    const bullMs = await bullTime(jobs)
    const short = (how: string, value: number): Figure => ({
      what: `Short scripts over Redis, ${how}`,
      ...{ value, unit: 'a second' },
      beside: { what: 'BullMQ', value: (jobs / bullMs) * 1000 },
      bound: { atLeast: 0.5 },
    })
    return [
      short('one to a deployment', tako.oneASecond),
      short(`${STEPS} to a deployment, one after the other`, tako.inTurnASecond),
      short(`${STEPS} to a deployment, all together`, tako.togetherASecond),
      {
        what: 'Queued to started over Redis, median',
        ...{ value: median(tako.starts), unit: 'ms', bound: { atMost: 25 } },
      },
      {
        what: 'Queued to started over Redis, 99th percentile',
        ...{ value: quantile(tako.starts, 0.99), unit: 'ms' },
      },
      {
        what: 'Lines of a remote script into the server’s file',
        ...{ value: tako.linesASecond, unit: 'a second', bound: { atLeast: 100_000 } },
      },
      {
        what: 'Growth of memory meanwhile, server and workers',
        ...{ value: tako.growth, unit: 'MB', bound: { atMost: 150 } },
      },
    ]
  },
}

async function figuresOf({ server, join }: Remote, size: Size) {
  const { latencies, lines, few, ...many } = sizes[size]
  const workers = await join(WORKERS, SLOTS)
  const scriptsASecond = async (wish: Parameters<typeof makeLandscape>[1]) => {
    const places = placesOf(await makeLandscape(server, wish))
    const scripts = places.length * (wish.steps ?? 1)
    return (scripts / (await timeOfQueued(server, places, CAP))) * 1000
  }
  const oneASecond = await scriptsASecond({ ...many, script: ECHO })
  const wish = { ...many, projects: few, script: ECHO, steps: STEPS }
  const inTurnASecond = await scriptsASecond({ ...wish, title: 'In turn' })
  const togetherASecond = await scriptsASecond({ ...wish, title: 'Together', areTogether: true })
  const starts = (await latenciesOf(server, latencies)).map(({ startMs }) => startMs)

  const { projects, environments } = await makeLandscape(server, {
    ...{ title: 'Output', projects: 1, environments: 1 },
    script: `for ((i = 1; i <= ${lines}; i++)); do echo "Line $i of a long script"; done`,
  })
  const [project] = projects
  if (!project) throw new Error('There is no project.')
  const pids = [server.process, ...workers.map((worker) => worker.process)].map(
    ({ pid = 0 }) => pid,
  )
  const long = await deployedMs(server, pids, () => deploy(server, project, environments[0]))
  await checkLog(server, long.id, lines)
  const rates = { oneASecond, inTurnASecond, togetherASecond }
  return { ...rates, starts, linesASecond: (lines / long.ms) * 1000, growth: long.growth }
}

/** How long BullMQ takes for as many jobs, in ms: from the moment that the queue is opened. */
async function bullTime(jobs: number): Promise<number> {
  const folder = mkdtempSync(pathOf(tmpdir(), 'tako-bull-'))
  try {
    return await withRedis(async (port) => {
      const queue = new Queue('remote', { connection: { host: '127.0.0.1', port } })
      await queue.pause()
      const task = { port, queue: 'remote', concurrency: SLOTS, folder } satisfies BullWorkerTask
      const children = Array.from({ length: WORKERS }, () => startChild('bullmq-worker', task))
      try {
        await Promise.all(children.map((child) => answerOf(child)))
        await queue.addBulk(
          Array.from({ length: jobs }, (_, at) => ({
            name: `job-${at}`,
            data: { script: ECHO },
          })),
        )
        const startedAt = performance.now()
        await queue.resume()
        while ((await queue.getCompletedCount()) < jobs) {
          if ((await queue.getFailedCount()) > 0) throw new Error('A job of BullMQ failed.')
          await pause(LOOK_MS)
        }
        return performance.now() - startedAt
      } finally {
        await Promise.all(children.map(endChild))
        await queue.close()
      }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
