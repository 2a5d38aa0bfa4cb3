import { createMasker } from '#domain/masking.ts'
import type { BatchSender } from './batch-sender.ts'
import type { Batch } from './batches.ts'
import { endProcesses } from './ending.ts'
import { isAlive } from './process-table.ts'
import type { RunFolder, StopReason } from './run-folder.ts'
import { openRunLog } from './run-log.ts'
import { hear, nothingSaid, outcomeOf } from './run-result.ts'
import type { Started } from './run-start.ts'
import type { RunResult, RunSpec } from './worker.contract.ts'

/** How often the files of a script are looked at: its output is on the way within this time. */
const lookMs = 25
/** How often a process is looked for that is no child of ours, so nobody tells us of its end. */
const pulseMs = 250

export interface RunContext {
  runId: string
  spec: RunSpec
  folder: RunFolder
  sender: BatchSender
  send(batch: Batch): Promise<unknown>
  tellProgress(progress: { percentage: number; message: string }): void
  /** For values that only the server may read. */
  seal(text: string): string
  /** How long processes have to end by themselves. */
  graceMs: number
}

export interface Run {
  /** No process of it is left that we wait for, but its log may still be on its way. */
  isOver(): boolean
  /** Its result, as soon as all of its log is acknowledged; null when that takes longer. */
  result(waitMs: number): Promise<RunResult | null>
  /** Ends its processes; the result says why. */
  stop(reason: StopReason): void
  /** Nobody waits for the rest of its log. */
  abandon(): void
}

/**
 * Goes with a run from its start, or from where another worker left it, to its result:
 *
 *   running → ending   its processes are being ended: stopped, timed out, or its shell has vanished
 *   running → over     the shell has written the exit code
 *   ending  → over     none of its processes is left
 *   over    → ended    the rest of its output is read, and all of it is acknowledged
 */
export function followRun(context: RunContext, { record, files, child }: Started): Run {
  const { runId, spec, folder } = context
  const { leader, startedAt, startError } = record
  const said = nothingSaid()
  const log = openRunLog({
    ...{ folder, files, startedAt, preface: record.preface },
    masker: createMasker(spec.secrets),
    onMessage(message, isOld) {
      const progress = hear(said, message, folder.workFolder)
      if (progress && !isOld) context.tellProgress(progress)
    },
  })
  let acknowledged = 0
  let delivery = Promise.resolve()
  const state = { isOver: startError !== null, isEnding: false, isVoid: false }
  let exitCode: number | null = null
  let pulseAt = 0
  let wake = () => {}

  child?.once('exit', (code) => {
    // With a full disk the shell cannot write its code down.
    exitCode = folder.exitCode() ?? code
    if (exitCode === null) end()
    else over()
  })
  if (!child && folder.stopReason()) end()
  const ended = toEnd().catch(breakOff)

  function over() {
    if (!state.isEnding) state.isOver = true
    wake()
  }

  function end(reason?: StopReason) {
    if (state.isOver || state.isEnding) return
    state.isEnding = true
    if (reason) folder.stop(reason)
    void endProcesses({ runId, leader, graceMs: context.graceMs }).then(() => {
      state.isEnding = false
      over()
    })
  }

  /** What no event tells: the time limit, and the end of a script that is no child of ours. */
  function look(now: number) {
    if (spec.timeoutMs > 0 && now - startedAt >= spec.timeoutMs) end('timedOut')
    if (child || state.isOver || state.isEnding) return
    const isPulse = now - pulseAt >= pulseMs
    if (isPulse) pulseAt = now
    const isGone = isPulse && !(leader && isAlive(leader))
    exitCode = folder.exitCode()
    if (exitCode !== null) over()
    else if (isGone) end()
  }

  async function toEnd(): Promise<RunResult> {
    for (const batch of log.replay()) await hand(batch)
    while (!log.isEnded() && !state.isVoid) {
      const now = Date.now()
      look(now)
      const { batches, isFull } = log.read(now, { isOver: state.isOver, acknowledged })
      for (const batch of batches) await hand(batch)
      if (!isFull && !state.isOver) await pause()
    }
    await delivery
    log.close()
    folder.removeScript()
    return resultNow()
  }

  /** The log cannot be kept: the disk is full, or its files were taken away. */
  async function breakOff(error: unknown): Promise<RunResult> {
    await endProcesses({ runId, leader, graceMs: context.graceMs })
    state.isOver = true
    const reason = error instanceof Error ? error.message : String(error)
    const text = `The worker could not keep the log of this run: ${reason}.`
    return { ...resultNow(), outcome: 'failed', error: text }
  }

  /**
   * Resolves when the one before is acknowledged: so while one is under way, the next is made. Two of
   * one run under way could change places when the first is refused.
   */
  async function hand(batch: Batch) {
    const { sender, send } = context
    const before = delivery
    delivery = before.then(async () => {
      await sender.deliver({ batch, send, isVoid: () => state.isVoid })
      acknowledged = batch.seq
    })
    await before
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, lookMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  function resultNow(): RunResult {
    const { batches, warnings, errors, standardErrors } = log.totals
    const stopReason = folder.stopReason()
    exitCode ??= folder.exitCode()
    const outputs = [...said.outputs].map(([name, { value, sensitive }]) => ({
      ...{ name, sensitive, value: sensitive ? context.seal(value) : value },
    }))
    return {
      runId,
      ...outcomeOf({ spec, exitCode, stopReason, startError, said, standardErrors }),
      ...{ exitCode, outputs, artifacts: said.artifacts, warnings, errors, batches, startedAt },
      endedAt: folder.endedAt() ?? Date.now(),
    }
  }

  return {
    isOver: () => state.isOver,
    result: (waitMs) => within(waitMs, ended),
    stop: end,
    abandon() {
      state.isVoid = true
      wake()
    },
  }
}

/** What the promise gives, or null when it takes longer. */
function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
