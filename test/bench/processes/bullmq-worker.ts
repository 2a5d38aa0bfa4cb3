/** A worker of BullMQ in a process of its own: says that it is ready, and works until it is ended. */
import { join } from 'node:path'
import { Worker } from 'bullmq'
import { runScript } from './script.ts'

export interface BullWorkerTask {
  port: number
  queue: string
  concurrency: number
  folder: string
}

process.once('message', async ({ port, queue, concurrency, folder }: BullWorkerTask) => {
  const worker = new Worker(
    queue,
    (job) => runScript(String(job.data.script), join(folder, job.name)),
    { connection: { host: '127.0.0.1', port }, concurrency },
  )
  await worker.waitUntilReady()
  process.send?.({ isReady: true })
})
