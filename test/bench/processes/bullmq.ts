/** BullMQ as the yardstick: its worker runs each job's script in a folder of its own. */
import { join } from 'node:path'
import { Queue, Worker } from 'bullmq'
import { runScript } from './script.ts'

export interface BullTask {
  port: number
  jobs: number
  concurrency: number
  script: string
  folder: string
}

/** In ms: when all wait already, and when they are queued while the worker takes them. */
export interface BullAnswer {
  waitingMs: number
  queuingMs: number
}

process.once('message', async (task: BullTask) => {
  const waitingMs = await timed('waiting', task, async (queue, worker) => {
    await queue.addBulk(namesOf(task).map((name) => ({ name, data: { script: task.script } })))
    return begin(worker)
  })
  const queuingMs = await timed('queuing', task, async (queue, worker) => {
    const startedAt = begin(worker)
    await Promise.all(namesOf(task).map((name) => queue.add(name, { script: task.script })))
    return startedAt
  })
  process.send?.({ waitingMs, queuingMs } satisfies BullAnswer)
})

const namesOf = ({ jobs }: BullTask) => Array.from({ length: jobs }, (_, at) => `job-${at}`)

function begin(worker: Worker): number {
  // It resolves when the worker is closed; what goes wrong before comes as an error event.
  void worker.run()
  return performance.now()
}

/** How long it took from the moment that `start` answers to the end of the last job. */
async function timed(
  name: string,
  { port, jobs, concurrency, folder }: BullTask,
  start: (queue: Queue, worker: Worker) => Promise<number>,
): Promise<number> {
  const connection = { host: '127.0.0.1', port }
  const queue = new Queue(name, { connection })
  const worker = new Worker(
    name,
    (job) => runScript(String(job.data.script), join(folder, name, job.name)),
    { connection, concurrency, autorun: false },
  )
  const { promise: ended, resolve, reject } = Promise.withResolvers<number>()
  let left = jobs
  worker.on('completed', () => {
    left -= 1
    if (left === 0) resolve(performance.now())
  })
  worker.on('failed', (_job, error) => reject(error))
  worker.on('error', reject)
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()])
  const startedAt = await start(queue, worker)
  const endedAt = await ended
  await worker.close()
  await queue.close()
  return endedAt - startedAt
}
