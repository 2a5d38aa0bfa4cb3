import { statfs } from 'node:fs/promises'
import { arch, release, type } from 'node:os'
import type { ServiceSchema } from 'moleculer'
import { defineWorkerService } from '#bus'
import type { Runs, WorkerSettings } from './runs.ts'
import { type Shell, shellsOf } from './shells.ts'

/** It names a folder too, so it is never '..' and has no slash. */
const runIdRule = { type: 'string', pattern: /^[A-Za-z0-9][A-Za-z0-9.-]{0,199}$/ } as const
/** A longer wait would outlive what lies between. */
const longestWaitMs = 60_000

/** What the worker offers on the workers' bus. */
export function workerService(settings: WorkerSettings, runs: Runs): ServiceSchema {
  let shells: Promise<Shell[]> | null = null

  return defineWorkerService('worker', {
    actions: {
      run: {
        params: {
          runId: runIdRule,
          sealed: { type: 'string', nullable: true },
          waitMs: { type: 'number', min: 0, max: longestWaitMs },
        },
        handler(ctx) {
          const { runId, sealed, waitMs } = ctx.params
          return runs.run(runId, { sealed, waitMs, owner: ctx.nodeID ?? '' })
        },
      },

      stop: {
        params: { runId: runIdRule },
        handler: (ctx) => ({ found: runs.stop(ctx.params.runId) }),
      },

      forget: {
        params: { runId: runIdRule },
        handler: async (ctx) => ({ found: await runs.forget(ctx.params.runId) }),
      },

      describe: {
        params: {},
        async handler() {
          shells ??= shellsOf(settings.environment)
          return {
            worker: settings.worker,
            version: settings.version,
            operatingSystem: `${type()} ${release()}`,
            architecture: arch(),
            shells: await shells,
            slots: settings.slots,
            running: runs.running(),
            freeDiskBytes: await freeBytes(settings.workFolder),
          }
        },
      },
    },
  })
}

/** What a worker may still write below this folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
