import { isAbsolute, join } from 'node:path'
import type { RunResult, RunSpec } from '#bus/orders.ts'
import {
  LONGEST_PATH,
  LONGEST_PROGRESS,
  LONGEST_REASON,
  MOST_ARTIFACTS,
  MOST_OUTPUT_BYTES,
  MOST_OUTPUTS,
  outputBytes,
  outputsLack,
} from '#domain/run-limits.ts'
import type { ServiceMessage } from '#domain/service-messages.ts'
import type { StopReason } from './run-folder.ts'

/** What a run has said of itself by service messages. */
export interface Said {
  outputs: Map<string, { value: string; sensitive: boolean }>
  artifacts: { path: string; name: string }[]
  /** Why it says that it has failed. */
  failure: string | null
  /** Of the outputs, in bytes. */
  outputBytes: number
  /** The first variable that had no room; null when all had. */
  outputWithoutRoom: string | null
  /** How many files were named beyond what is brought. */
  artifactsWithoutRoom: number
}

export const nothingSaid = (): Said => ({
  ...{ outputs: new Map(), artifacts: [], failure: null },
  ...{ outputBytes: 0, outputWithoutRoom: null, artifactsWithoutRoom: 0 },
})

/** Keeps what a message says; answers the progress when it is about that. */
export function hear(said: Said, { name, attributes }: ServiceMessage, workFolder: string) {
  const { name: key = '', value = '', path = '', message = '' } = attributes
  switch (name.toLowerCase()) {
    case 'setvariable':
      keepOutput(said, key, { value, sensitive: /^true$/i.test(attributes.sensitive ?? '') })
      break
    case 'createartifact': {
      const full = isAbsolute(path) ? path : join(workFolder, path)
      const isShort = full.length <= LONGEST_PATH && key.length <= LONGEST_PATH
      if (isShort && said.artifacts.length < MOST_ARTIFACTS)
        said.artifacts.push({ path: full, name: key })
      else said.artifactsWithoutRoom += 1
      break
    }
    case 'resultmessage':
      said.failure = message.slice(0, LONGEST_REASON)
      break
    case 'progress': {
      const percentage = Math.min(100, Math.max(0, Number(attributes.percentage) || 0))
      return { percentage, message: message.slice(0, LONGEST_PROGRESS) }
    }
  }
  return null
}

/** One without room is not kept, and the run fails of it: what comes after would read what was before. */
function keepOutput(said: Said, name: string, output: { value: string; sensitive: boolean }) {
  const before = said.outputs.get(name)
  const was = before ? outputBytes({ name, ...before }) : 0
  const bytes = said.outputBytes - was + outputBytes({ name, ...output })
  const count = said.outputs.size + (before ? 0 : 1)
  if (bytes > MOST_OUTPUT_BYTES || count > MOST_OUTPUTS) {
    said.outputWithoutRoom ??= name
    return
  }
  said.outputs.set(name, output)
  said.outputBytes = bytes
}

interface End {
  spec: Pick<RunSpec, 'failOnErrorOutput' | 'timeoutMs'>
  exitCode: number | null
  stopReason: StopReason | null
  /** Why it could not even be started. */
  startError: string | null
  said: Said
  /** Lines at error level from standard error. */
  standardErrors: number
}

/** How a run has ended, and the sentence that says so. */
export function outcomeOf(end: End): Pick<RunResult, 'outcome' | 'error'> {
  const { spec, exitCode, stopReason, startError, said, standardErrors } = end
  if (startError !== null) return failed(startError)
  if (stopReason === 'cancelled')
    return { outcome: 'cancelled', error: 'The script was cancelled.' }
  if (stopReason === 'timedOut') {
    const error = `The script was ended at its time limit of ${spec.timeoutMs / 1000} s.`
    return { outcome: 'timedOut', error }
  }
  if (exitCode === null) {
    const error = 'The script was ended from outside: how far it came is not known.'
    return { outcome: 'lost', error }
  }
  if (exitCode !== 0) return failed(said.failure || `The script exited with code ${exitCode}.`)
  if (said.outputWithoutRoom !== null) return failed(outputsLack(said.outputWithoutRoom))
  if (spec.failOnErrorOutput && standardErrors > 0) {
    return failed('The script wrote to standard error, and its step fails when it does.')
  }
  return { outcome: 'succeeded', error: null }
}

/** A run that this worker knows nothing of. */
export const lostRun = (runId: string, now: number): RunResult => ({
  runId,
  outcome: 'lost',
  exitCode: null,
  error: 'The worker has nothing of this run: how far it came is not known.',
  outputs: [],
  artifacts: [],
  warnings: 0,
  errors: 0,
  batches: 0,
  startedAt: now,
  endedAt: now,
})

const failed = (error: string) => ({ outcome: 'failed' as const, error })
