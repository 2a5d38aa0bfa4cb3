import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeLandscape } from '../support/landscape.ts'
import type { ServerProcess } from '../support/process.ts'
import { runChild } from './child.ts'
import type { Measurement, Size } from './measurement.ts'
import type { BullAnswer } from './processes/bullmq.ts'
import { endOfAll, placesOf, queueAll, timeOfQueued } from './queue.ts'
import { withRedis } from './redis.ts'
import { startQuiet, withHome } from './servers.ts'

const sizes = { full: { projects: 50, environments: 10 }, smoke: { projects: 2, environments: 2 } }
const CAP = 4
const script = 'for i in {1..20}; do echo "Line $i of a small script"; done'

/** How many deployments of a small script are executed in a second. */
export const deployments: Measurement = {
  name: 'deployments',
  about: `One deployment of a bash script of 20 lines for each of 50 projects in each of 10 environments, ${CAP}
at once, each with its own task, journal and log; beside BullMQ with a concurrency of ${CAP}, which runs the
same script by child_process in a folder of its own and keeps its output in a file. Once all wait in the queue
when the first is taken, and once they are queued (by HTTP, and by BullMQ's client) while they are executed.`,

  async measure(size) {
    const jobs = sizes[size].projects * sizes[size].environments
    const tako = await withHome(async (home) => timesOf(await startQuiet(home), size))
    const bull = await bullTimes(jobs)
    const rate = (ms: number) => (jobs / ms) * 1000
    return [
      {
        what: 'Script deployments, from queued to done',
        ...{ value: rate(tako.waitingMs), unit: 'a second' },
        beside: { what: 'BullMQ', value: rate(bull.waitingMs) },
        bound: { atLeast: 0.5 },
      },
      {
        what: 'The same, with their creation by HTTP meanwhile',
        ...{ value: rate(tako.queuingMs), unit: 'a second' },
        beside: { what: 'BullMQ', value: rate(bull.queuingMs) },
      },
    ]
  },
}

async function timesOf(server: ServerProcess, size: Size): Promise<BullAnswer> {
  const places = placesOf(await makeLandscape(server, { ...sizes[size], script }))
  const waitingMs = await timeOfQueued(server, places, CAP)
  const queuedAt = Date.now()
  await queueAll(server, places)
  const queuingMs = (await endOfAll(server, queuedAt)) - queuedAt
  return { waitingMs, queuingMs }
}

function bullTimes(jobs: number): Promise<BullAnswer> {
  const folder = mkdtempSync(join(tmpdir(), 'tako-bull-'))
  return withRedis((port) =>
    runChild<BullAnswer>('bullmq', { port, jobs, concurrency: CAP, script, folder }),
  ).finally(() => rmSync(folder, { recursive: true, force: true }))
}
