import { isAbsolute, join } from 'node:path'
import type { RunResult, RunSpec } from '#bus/orders.ts'
import type { ServiceMessage } from '#domain/service-messages.ts'
import type { StopReason } from './run-folder.ts'

/** What a run has said of itself by service messages. */
export interface Said {
  outputs: Map<string, { value: string; sensitive: boolean }>
  artifacts: { path: string; name: string }[]
  /** Why it says that it has failed. */
  failure: string | null
}

export const nothingSaid = (): Said => ({ outputs: new Map(), artifacts: [], failure: null })

/** Keeps what a message says; answers the progress when it is about that. */
export function hear(said: Said, { name, attributes }: ServiceMessage, workFolder: string) {
  const { name: key = '', value = '', path = '', message = '' } = attributes
  switch (name.toLowerCase()) {
    case 'setvariable':
      said.outputs.set(key, { value, sensitive: /^true$/i.test(attributes.sensitive ?? '') })
      break
    case 'createartifact': {
      const full = isAbsolute(path) ? path : join(workFolder, path)
      said.artifacts.push({ path: full, name: key })
      break
    }
    case 'resultmessage':
      said.failure = message
      break
    case 'progress': {
      const percentage = Math.min(100, Math.max(0, Number(attributes.percentage) || 0))
      return { percentage, message }
    }
  }
  return null
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
