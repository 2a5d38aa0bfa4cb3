import type { LogPiece, RunResult, RunSpec } from '#bus/orders.ts'
import { createMasker, type Masker } from '#domain/masking.ts'
import { PROGRESS_EACH_MS } from '#domain/run-limits.ts'
import type { ServiceMessage } from '#domain/service-messages.ts'
import type { BatchSender } from './batch-sender.ts'
import type { Batch } from './batches.ts'
import { warningLines } from './bringing.ts'
import { endProcesses } from './ending.ts'
import { diskFull, isDiskFull, withDisk, writeReason } from './full-disk.ts'
import { isAlive } from './process-table.ts'
import type { RunFolder, StopReason } from './run-folder.ts'
import { openRunLog } from './run-log.ts'
import { hear, nothingSaid, outcomeOf, type Said } from './run-result.ts'
import type { Started } from './run-start.ts'

/** How often the files of a script are looked at: its output is on the way within this time. */
const lookMs = 25
/** How often a process is looked for that is no child of ours, so nobody tells us of its end. */
const pulseMs = 250
/** A longer end of a log goes like the rest of it, in bytes: all of these are kept in memory. */
const MOST_REST = 64 * 1024
const NOT_BROUGHT = 'The run has ended before it was brought to the server.'

export interface RunContext {
  runId: string
  spec: RunSpec
  folder: RunFolder
  /** The name of the worker, for messages. */
  worker: string
  sender: BatchSender
  seal(batch: Batch): Promise<string>
  /** Resolves when the batch is in the log ('kept'), or nobody wants the rest of it ('over'). */
  send(seq: number, sealed: string): Promise<'kept' | 'over'>
  tellProgress(progress: { percentage: number; message: string }): void
  /** Brings files to the server. */
  bring(artifacts: Said['artifacts'], signal: AbortSignal): Promise<RunResult['artifacts']>
  /** It does not run any more. */
  tellOver(): void
  /** How long processes have to end by themselves. */
  graceMs: number
}

export interface Run {
  /** No process of it is left that we wait for, but its log may still be on its way. */
  isOver(): boolean
  /** Its end, as soon as all of its log but the `rest` is acknowledged; null when that takes longer. */
  end(waitMs: number): Promise<End | null>
  /** Ends its processes; the result says why. */
  stop(reason: StopReason): void
  /** Nobody waits for the rest of its log. */
  abandon(): void
}

export interface End {
  result: RunResult
  /** What of its log nobody has yet. */
  rest: LogPiece | null
}

/** What is meant for people is masked as the log is; values stay as they are. */
function withoutSecrets(message: ServiceMessage, masker: Masker): ServiceMessage {
  const { message: text } = message.attributes
  if (text === undefined) return message
  return { ...message, attributes: { ...message.attributes, message: masker.mask(text) } }
}

/**
 * Goes with a run from its start, or from where another worker left it, to its result:
 *
 *   running → ending   its processes are being ended: stopped, timed out, or its shell has vanished
 *   running → over     the shell has written the exit code
 *   ending  → over     none of its processes is left
 *   over    → ended    the rest of its output is read, its artifacts are brought to the server, and
 *                      all of its log is acknowledged, but for an end that goes with the result
 */
export function followRun(context: RunContext, { record, files, script }: Started): Run {
  const { runId, spec, folder } = context
  const { leader, startedAt, startError } = record
  const said = nothingSaid()
  const tellProgress = lastOfEach(PROGRESS_EACH_MS, context.tellProgress)
  const masker = createMasker(spec.secrets)
  const log = openRunLog({
    ...{ files, startedAt, preface: record.preface, masker },
    onMessage(message, isOld) {
      const progress = hear(said, withoutSecrets(message, masker), folder.workFolder)
      if (progress && !isOld) tellProgress(progress)
    },
  })
  let acknowledged = 0
  let delivery = Promise.resolve()
  /** null until all that the script has printed is read. */
  let artifacts: RunResult['artifacts'] | null = null
  const bringing = new AbortController()
  const state = { isOver: startError !== null, isEnding: false, isVoid: false }
  let stopReason = folder.stopReason()
  let exitCode: number | null = null
  let pulseAt = 0
  let wake = () => {}

  /** Whether somebody tells us of its end. */
  let isTold = script !== null
  void script?.ended.then((code) => {
    if (code === 'not known') {
      isTold = false
      return
    }
    // With a full disk the shell cannot write its code down.
    exitCode = folder.exitCode() ?? code
    if (exitCode === null) end()
    else over()
  })
  if (!isTold && stopReason) end()
  const ended = toEnd().catch(breakOff)

  function over() {
    if (!state.isEnding && !state.isOver) {
      state.isOver = true
      context.tellOver()
    }
    wake()
  }

  function end(reason?: StopReason) {
    if (reason) bringing.abort()
    if (state.isOver || state.isEnding) return
    state.isEnding = true
    if (reason) stopReason = reason
    if (reason) writeReason(folder, reason)
    void endProcesses({ runId, leader, graceMs: context.graceMs }).then(() => {
      state.isEnding = false
      over()
    })
  }

  /** What no event tells: the time limit, and the end of a script that is no child of ours. */
  function look(now: number) {
    if (spec.timeoutMs > 0 && now - startedAt >= spec.timeoutMs) end('timedOut')
    if (isTold || state.isOver || state.isEnding) return
    const isPulse = now - pulseAt >= pulseMs
    if (isPulse) pulseAt = now
    const isGone = isPulse && !(leader && isAlive(leader))
    exitCode = folder.exitCode()
    if (exitCode !== null) over()
    else if (isGone) end()
  }

  async function toEnd(): Promise<End> {
    let rest: Batch | null = null
    for (const batch of log.replay()) await hand(batch)
    // The worker before this one has read it to its end: then nobody looks for that any more.
    if (log.isEnded()) over()
    while (!log.isEnded()) {
      const now = Date.now()
      look(now)
      if (state.isVoid && state.isOver) break
      if (state.isVoid) {
        await pause()
        continue
      }
      const isLast = artifacts !== null
      const { batches, isFull } = log.read(now, { isOver: isLast, acknowledged })
      if (log.isEnded() && isShort(batches.at(-1))) rest = batches.pop() ?? null
      for (const batch of batches) await hand(batch)
      if (state.isOver && !isFull && !isLast) await bringArtifacts()
      else if (!isFull && !state.isOver) await pause()
    }
    await delivery
    await bringLast()
    log.close()
    folder.removeScript()
    return { result: resultNow(), rest }
  }

  /** What is not there then stands in the log, so it is brought before the log ends. */
  async function bringArtifacts() {
    const results = await context.bring(said.artifacts, bringing.signal)
    const lines = warningLines(results, said.artifactsWithoutRoom)
    if (lines !== '') log.note(lines)
    artifacts = results
  }

  /** A last line without an end is heard only now, and the log has ended. */
  async function bringLast() {
    const late = said.artifacts.slice(artifacts?.length)
    if (artifacts && late.length > 0)
      artifacts = [...artifacts, ...(await context.bring(late, bringing.signal))]
  }

  /** The log cannot be kept: the disk is full, or its files were taken away. */
  async function breakOff(error: unknown): Promise<End> {
    await endProcesses({ runId, leader, graceMs: context.graceMs })
    state.isEnding = false
    over()
    await delivery.catch(() => {})
    log.close()
    const reason = error instanceof Error ? error.message : String(error)
    const text = isDiskFull(error)
      ? `${diskFull(context.worker)}: the rest of the script's output had no room there, so the script was ended.`
      : `The worker could not keep the log of this run: ${reason}.`
    return { result: { ...resultNow(), outcome: 'failed', error: text }, rest: null }
  }

  /**
   * Resolves when the one before is acknowledged: so while one is under way, the next is made and
   * sealed. Two of one run under way could change places when the first is refused.
   */
  async function hand(batch: Batch) {
    const before = delivery
    const sealing = context.seal(batch)
    delivery = Promise.all([sealing, before]).then(([sealed]) => deliver(batch.seq, sealed))
    await before
  }

  async function deliver(seq: number, sealed: string) {
    const send = async () => {
      if ((await context.send(seq, sealed)) === 'over') state.isVoid = true
    }
    await context.sender.deliver({ runId, send, isVoid: () => state.isVoid })
    acknowledged = seq
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
    exitCode ??= folder.exitCode()
    const end = { spec, exitCode, stopReason, startError, said, standardErrors }
    return {
      runId,
      ...withDisk(outcomeOf(end), { ...end, folder, worker: context.worker }),
      ...{ exitCode, warnings, errors, batches, startedAt },
      outputs: [...said.outputs].map(([name, output]) => ({ name, ...output })),
      artifacts: artifacts ?? said.artifacts.map((one) => ({ ...one, error: NOT_BROUGHT })),
      endedAt: folder.endedAt() ?? Date.now(),
    }
  }

  return {
    isOver: () => state.isOver,
    end: (waitMs) => within(waitMs, ended),
    stop: end,
    abandon() {
      bringing.abort()
      state.isVoid = true
      wake()
    },
  }
}

/** Calls `tell` at once, and for what comes within `ms` after that with the last of it at the end. */
export function lastOfEach<T>(ms: number, tell: (what: T) => void): (what: T) => void {
  let last: { what: T } | null = null
  let isResting = false
  function say(what: T) {
    isResting = true
    tell(what)
    setTimeout(() => {
      isResting = false
      if (last) say(last.what)
    }, ms).unref()
    last = null
  }
  return (what) => {
    if (isResting) last = { what }
    else say(what)
  }
}

const isShort = (batch: Batch | undefined) =>
  batch !== undefined && Buffer.byteLength(batch.text) <= MOST_REST

/** What the promise gives, or null when it takes longer. */
function within<T>(ms: number, promise: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
