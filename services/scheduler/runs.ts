import { Errors, type ServiceSchema } from 'moleculer'
import { defineWorkerService } from '#bus'
import type { RunProgress } from './runs.contract.ts'
import { logOf } from './task-log.ts'
import { partsOf } from './unit.ts'

const runId = { type: 'string', max: 200 } as const
const number = { type: 'number', integer: true, min: 0 } as const
/** A batch has at most 256 KB, and a little for what its lines grow by. */
const MOST_BATCH = 512 * 1024

/** What workers ask of this node's scheduler. `isExecuting` says whose log it may write. */
export function runsService(about: {
  isExecuting(task: string): boolean
  logged(task: string): void
  progressed(runId: string, progress: RunProgress): void
}): ServiceSchema {
  return defineWorkerService('runs', {
    actions: {
      record: {
        params: {
          runId,
          seq: number,
          text: { type: 'string', max: MOST_BATCH },
          lines: number,
          warnings: number,
          errors: number,
          from: number,
          to: number,
        },
        async handler(ctx) {
          const { runId, seq, text } = ctx.params
          const { task, unit } = partsOf(runId) ?? {}
          if (!task || !unit || !about.isExecuting(task)) throw notHere(runId)
          await logOf(task).append({ activity: unit, text, runId, seq })
          about.logged(task)
          return { seq }
        },
      },

      progress: {
        params: { runId, percentage: { type: 'number', min: 0, max: 100 }, message: 'string' },
        handler(ctx) {
          const { runId, percentage, message } = ctx.params
          about.progressed(runId, { percentage, message })
          return null
        },
      },

      alive: {
        params: {
          worker: 'string',
          slots: number,
          running: { type: 'array', items: 'string' },
          freeDiskBytes: number,
        },
        // The one worker that there is so far shows on the bus itself that it lives.
        handler: () => null,
      },
    },
  })
}

/** After a restart the worker is there sooner than the task is taken over: it tries again. */
const notHere = (runId: string) =>
  new Errors.MoleculerRetryableError(`No scheduler here executes '${runId}'.`, 503, 'NOT_HERE', {
    runId,
  })
