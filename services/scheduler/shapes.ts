/** What workers say is checked before it is used: signed is not the same as well-formed. */
import { Validators } from 'moleculer'
import type { Alive, LogBatch, Outcomes, RunProgress } from '#bus/orders.ts'

const text = { type: 'string', empty: true } as const
const count = { type: 'number', integer: true, min: 0 } as const
const texts = { type: 'array', items: 'string' } as const
const orNull = { type: 'string', empty: true, nullable: true } as const
const MOST_CACHED = 1_000
const MOST_UNCLAIMED = 100

const validator = new Validators.Fastest()
const check = (rules: object) =>
  validator.compile(rules as Parameters<typeof validator.compile>[0]) as (
    value: object,
  ) => true | { message?: string }[]

const result = {
  runId: 'string',
  outcome: { type: 'enum', values: ['succeeded', 'failed', 'cancelled', 'timedOut', 'lost'] },
  exitCode: { type: 'number', nullable: true },
  error: orNull,
  outputs: {
    type: 'array',
    items: { type: 'object', props: { name: text, value: text, sensitive: 'boolean' } },
  },
  artifacts: {
    type: 'array',
    items: { type: 'object', props: { path: text, name: text, error: orNull } },
  },
  ...{ warnings: count, errors: count, batches: count, startedAt: 'number', endedAt: 'number' },
} as const

const shapes = {
  alive: check({
    ...{ worker: 'string', epoch: count, beat: count, slots: count, running: texts },
    ...{ freeDiskBytes: 'number', cacheVersion: 'number', refuses: orNull },
    unclaimed: { ...texts, max: MOST_UNCLAIMED },
  } satisfies Record<keyof Alive, unknown>),
  batch: check({
    ...{ worker: 'string', runId: 'string', seq: { ...count, min: 1 }, text: 'string' },
    ...{ lines: count, warnings: count, errors: count, from: 'number', to: 'number' },
  } satisfies Record<keyof LogBatch, unknown>),
  progress: check({
    ...{ worker: 'string', runId: 'string', percentage: 'number', message: text },
  } satisfies Record<keyof RunProgress, unknown>),
  describe: check({
    ...{ version: text, operatingSystem: text, architecture: text, host: text },
    shells: { type: 'array', items: { type: 'object', props: { name: text, version: orNull } } },
    ...{ slots: count, running: texts, freeDiskBytes: 'number' },
    cached: { ...texts, max: MOST_CACHED },
  } satisfies Record<keyof Outcomes['describe'], unknown>),
  stop: check({ found: 'boolean' }),
  forget: check({ found: 'boolean' }),
  running: check({ state: { type: 'equal', value: 'running' } }),
  refused: check({
    why: { type: 'enum', values: ['full', 'disk', 'draining', 'again'] },
    reason: text,
  }),
  ended: check({ result: { type: 'object', props: result } }),
  nothing: check({ state: { type: 'forbidden' } }),
}

type Shape = Exclude<keyof typeof shapes, 'running' | 'refused' | 'ended' | 'nothing'> | 'run'

/** What a message of this kind lacks, in a sentence; null when it is whole. */
export function lackIn(kind: Shape, said: unknown): string | null {
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return 'It is no object.'
  const faults = shapes[kind === 'run' ? stateIn(said) : kind](said)
  if (!Array.isArray(faults)) return null
  return faults[0]?.message ?? 'It is not whole.'
}

/** Of a run, an answer has one of three forms. */
function stateIn(said: object) {
  const state = 'state' in said ? said.state : null
  return state === 'running' || state === 'refused' || state === 'ended' ? state : 'nothing'
}
