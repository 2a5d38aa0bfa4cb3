import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openWith, sealFor } from '#bus/sealing.ts'
import { createBatchSender } from './batch-sender.ts'
import type { Batch } from './batches.ts'
import { endProcesses } from './ending.ts'
import { isAlive } from './process-table.ts'
import { followRun, type Run } from './run.ts'
import { type RunFolder, runFolder } from './run-folder.ts'
import { lostRun } from './run-result.ts'
import { reopenRun, startRun } from './run-start.ts'
import type { RunResult, RunSpec } from './worker.contract.ts'

/** What all runs of a worker share. */
export interface WorkerSettings {
  /** Its node on the workers' bus. */
  worker: string
  /** Tako's. */
  version: string
  /** Where the folders of the runs are, absolute. */
  workFolder: string
  /** How many runs may be under way at once. */
  slots: number
  /** Shared with the server: 32 bytes. */
  key: Uint8Array
  /** What scripts get, besides what is the run's own. */
  environment: Record<string, string>
  /** How long processes have to end by themselves when a run is stopped. */
  graceMs: number
}

/** How runs tell their server of themselves: `to` is the node that has asked for the run last. */
export interface Outlet {
  record(to: string, batch: Batch & { runId: string }): Promise<unknown>
  progress(to: string, progress: { runId: string; percentage: number; message: string }): void
  failed(error: unknown): void
}

type Answer =
  | { state: 'running' }
  | { state: 'ended'; result: RunResult }
  | { state: 'refused'; reason: string }

const ended = (result: RunResult): Answer => ({ state: 'ended', result })
const refused = (reason: string): Answer => ({ state: 'refused', reason })

export type Runs = ReturnType<typeof createRuns>

/** The runs of a worker: those under way, and those whose result nobody has taken yet. */
export function createRuns(settings: WorkerSettings, outlet: Outlet) {
  const { worker, slots, key, environment, graceMs } = settings
  const root = join(settings.workFolder, 'runs')
  mkdirSync(root, { recursive: true, mode: 0o700 })
  const runs = new Map<string, Run>()
  const owners = new Map<string, string>()
  const sender = createBatchSender(outlet.failed)

  const folderOf = (runId: string) => runFolder(join(root, runId))
  const running = () => [...runs].filter(([, run]) => !run.isOver()).map(([runId]) => runId)

  /** Starts a run, or goes on with what a worker before this one has left. */
  function open(runId: string, spec: RunSpec): Run {
    const folder = folderOf(runId)
    const now = Date.now()
    const started = folder.mayBeStarted()
      ? reopenRun(folder, now)
      : startRun({ runId, spec, folder, worker, environment, now })
    const to = () => owners.get(runId) ?? ''
    const context = {
      ...{ runId, spec, folder, sender, graceMs },
      send: (batch: Batch) => outlet.record(to(), { ...batch, runId }),
      tellProgress: (progress: { percentage: number; message: string }) =>
        outlet.progress(to(), { ...progress, runId }),
      seal: (text: string) => sealFor(key, text),
    }
    const run = followRun(context, started)
    runs.set(runId, run)
    return run
  }

  return {
    running,

    /** See the contract. `owner` is the node that asks: it gets the log. */
    async run(runId: string, { sealed, waitMs, owner }: Asked): Promise<Answer> {
      let run = runs.get(runId)
      const isNew = !run && !folderOf(runId).mayBeStarted()
      if (!run && sealed === null) {
        if (!isNew) return refused('The worker has started anew, and needs the script once more.')
        // The folder has gone, its processes need not have.
        await endProcesses({ runId, leader: null, graceMs: 0 })
        return ended(lostRun(runId, Date.now()))
      }
      if (isNew && running().length >= slots) {
        return refused(`All ${slots} slots of the worker ${worker} are taken.`)
      }
      owners.set(runId, owner)
      run ??= open(runId, JSON.parse(openWith(key, sealed ?? '')))
      const result = await run.result(waitMs)
      return result ? ended(result) : { state: 'running' }
    },

    stop(runId: string): boolean {
      const run = runs.get(runId)
      const folder = folderOf(runId)
      if (run) run.stop('cancelled')
      else if (folder.mayBeStarted()) stopUnopened(runId, folder, graceMs)
      return run !== undefined || folder.exists()
    },

    /** false also when its script still runs: then it stays. */
    async forget(runId: string): Promise<boolean> {
      const run = runs.get(runId)
      const folder = folderOf(runId)
      if (!folder.exists() || (run ? !run.isOver() : isUnderWay(folder))) return false
      run?.abandon()
      await run?.result(60_000)
      runs.delete(runId)
      owners.delete(runId)
      await folder.remove()
      return true
    },
  }
}

interface Asked {
  sealed: string | null
  waitMs: number
  owner: string
}

/** Left by a worker before this one, and not asked for again yet. Who asks then finds it stopped. */
function stopUnopened(runId: string, folder: RunFolder, graceMs: number) {
  if (folder.exitCode() !== null) return
  folder.stop('cancelled')
  const leader = folder.readRecord()?.leader ?? null
  void endProcesses({ runId, leader, graceMs })
}

/** Whether a script that no run goes with is still running. */
export function isUnderWay(folder: RunFolder): boolean {
  const leader = folder.readRecord()?.leader
  return folder.exitCode() === null && leader !== null && leader !== undefined && isAlive(leader)
}
