/** What is said when the disk of a worker is full while a run is under way: the script itself cannot print it. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { RunResult } from '#bus/orders.ts'
import type { RunFolder, StopReason } from './run-folder.ts'

const PROBE_BYTES = 16 * 1024

/** The beginning of a sentence. */
export const diskFull = (worker: string) => `The disk of the worker ${worker} is full`

/** Whether the error says that a disk, or a user's share of it, is full. */
export const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(ENOSPC|EDQUOT)$/.test(String(error.code))

/** Finds out by writing: what is free by the numbers may be kept for others. */
export function isFull(folder: string): boolean {
  const path = join(folder, 'probe')
  try {
    const file = openSync(path, 'w', 0o600)
    try {
      return writeSync(file, Buffer.alloc(PROBE_BYTES)) < PROBE_BYTES
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return isDiskFull(error)
  } finally {
    rmSync(path, { force: true })
  }
}

type Outcome = Pick<RunResult, 'outcome' | 'error'>

interface End {
  folder: RunFolder
  worker: string
  exitCode: number | null
  stopReason: StopReason | null
  startError: string | null
}

/** The outcome of a run, and what a full disk has to do with it. */
export function withDisk(outcome: Outcome, { folder, worker, ...end }: End): Outcome {
  if (end.stopReason || end.startError) return outcome
  // Its shell writes the exit code last of all: where it could not, output was lost too.
  const isUnwritten = end.exitCode !== null && folder.exitCode() === null
  if (folder.isExitTorn() || (isUnwritten && isFull(folder.path))) {
    const text = `${diskFull(worker)}: how the script has ended could not be written there, nor all that it printed.`
    return { outcome: 'failed', error: text }
  }
  if (outcome.outcome !== 'failed' || !isFull(folder.path)) return outcome
  return { ...outcome, error: `${outcome.error} ${diskFull(worker)}.` }
}

/** Only for the worker after this one: where there is no room for it, this one knows the reason. */
export function writeReason(folder: RunFolder, reason: StopReason) {
  try {
    folder.stop(reason)
  } catch (error) {
    if (!isDiskFull(error)) throw error
  }
}
