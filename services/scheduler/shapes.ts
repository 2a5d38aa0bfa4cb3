/** What workers say is checked before it is used: signed is not the same as well-formed. */
import { Validators } from 'moleculer'
import type { Alive, LogBatch, LogPiece, Outcomes, RunProgress } from '#bus/orders.ts'
import {
  LONGEST_PATH,
  LONGEST_REASON,
  MOST_ARTIFACTS,
  MOST_OUTPUT_BYTES,
  MOST_OUTPUTS,
  outputBytes,
} from '#domain/run-limits.ts'

/** Of what is no list: a name, a reason. In characters. */
const LONGEST_WORDS = 2 * LONGEST_REASON
const MOST_CACHED = 1_000
const MOST_UNCLAIMED = 100
const MOST_RUNNING = 10_000
const MOST_SHELLS = 100

const text = { type: 'string', empty: true, max: LONGEST_WORDS } as const
const output = { type: 'string', empty: true, max: MOST_OUTPUT_BYTES } as const
const path = { type: 'string', empty: true, max: LONGEST_PATH } as const
const count = { type: 'number', integer: true, min: 0 } as const
const texts = { type: 'array', items: { type: 'string', max: 500 } } as const
const instance = { type: 'string', min: 8, max: 100 } as const
const orNull = { ...text, nullable: true } as const

const validator = new Validators.Fastest()
const check = (rules: object) =>
  validator.compile(rules as Parameters<typeof validator.compile>[0]) as (
    value: object,
  ) => true | { message?: string }[]

const running = { ...texts, max: MOST_RUNNING } as const

const result = {
  runId: 'string',
  outcome: { type: 'enum', values: ['succeeded', 'failed', 'cancelled', 'timedOut', 'lost'] },
  exitCode: { type: 'number', nullable: true },
  error: orNull,
  outputs: {
    ...{ type: 'array', max: MOST_OUTPUTS },
    items: { type: 'object', props: { name: output, value: output, sensitive: 'boolean' } },
  },
  artifacts: {
    ...{ type: 'array', max: MOST_ARTIFACTS },
    items: { type: 'object', props: { path, name: path, error: orNull } },
  },
  ...{ warnings: count, errors: count, batches: count, startedAt: 'number', endedAt: 'number' },
} as const

const piece = {
  ...{ seq: { ...count, min: 1 }, text: 'string' },
  ...{ lines: count, warnings: count, errors: count, from: 'number', to: 'number' },
} as const satisfies Record<keyof LogPiece, unknown>

const shapes = {
  alive: check({
    ...{ worker: 'string', instance, startedAt: 'number', epoch: count, beat: count },
    ...{ slots: count, running },
    ...{ freeDiskBytes: 'number', cacheVersion: 'number', refuses: orNull },
    unclaimed: { ...texts, max: MOST_UNCLAIMED },
  } satisfies Record<keyof Alive, unknown>),
  batch: check({
    ...{ worker: 'string', runId: 'string' },
    ...piece,
  } satisfies Record<keyof LogBatch, unknown>),
  progress: check({
    ...{ worker: 'string', runId: 'string', percentage: 'number', message: text },
  } satisfies Record<keyof RunProgress, unknown>),
  describe: check({
    ...{ version: text, operatingSystem: text, architecture: text, host: text },
    shells: {
      ...{ type: 'array', max: MOST_SHELLS },
      items: { type: 'object', props: { name: text, version: orNull } },
    },
    ...{ slots: count, running, freeDiskBytes: 'number' },
    cached: { ...texts, max: MOST_CACHED },
  } satisfies Record<keyof Outcomes['describe'], unknown>),
  stop: check({ found: 'boolean' }),
  forget: check({ found: texts }),
  running: check({ state: { type: 'equal', value: 'running' } }),
  refused: check({
    why: { type: 'enum', values: ['full', 'disk', 'draining', 'again'] },
    reason: text,
  }),
  ended: check({
    result: { type: 'object', props: result },
    rest: { type: 'object', nullable: true, props: piece },
  }),
  nothing: check({ state: { type: 'forbidden' } }),
}

type Shape = Exclude<keyof typeof shapes, 'running' | 'refused' | 'ended' | 'nothing'> | 'run'

/** What a message of this kind lacks, in a sentence; null when it is whole. */
export function lackIn(kind: Shape | 'leave', said: unknown): string | null {
  if (kind === 'leave') return said === null ? null : 'It says more than that it leaves.'
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return 'It is no object.'
  const faults = shapes[kind === 'run' ? stateIn(said) : kind](said)
  if (!Array.isArray(faults)) return kind === 'run' ? lackOfRoom(said) : null
  return faults[0]?.message ?? 'It is not whole.'
}

/** What scripts have said is kept with their task: a worker of Tako's says no more than this. */
function lackOfRoom(said: object): string | null {
  const { result } = said as Partial<Extract<Outcomes['run'], { state: 'ended' }>>
  const bytes = result?.outputs.reduce((sum, one) => sum + outputBytes(one), 0) ?? 0
  return bytes > MOST_OUTPUT_BYTES ? 'Its output variables are too large.' : null
}

/** Of a run, an answer has one of three forms. */
function stateIn(said: object) {
  const state = 'state' in said ? said.state : null
  return state === 'running' || state === 'refused' || state === 'ended' ? state : 'nothing'
}
