/**
 * What has happened in a deployment, one entry each, in order. The scheduler writes an entry
 * before it acts on it; after a crash the state is made again from the entries.
 *
 * A step is decided once: `stepEntered`, `stepSkipped`, or `stepFailed` when its condition is
 * faulty. An action likewise, if it has a condition of its own or is skipped. A unit:
 *
 *   waiting ──unitStarted──▶ running ──unitEnded──▶ succeeded | failed | cancelled
 *      ▲                        │ unitReturned (never began: the worker refused it)
 *      └────────────────────────┴ unitEnded with `retryAt`: tried again, next attempt
 */
export type Entry =
  | { kind: 'stepEntered'; step: string }
  | { kind: 'stepSkipped' | 'stepFailed'; step: string; reason: string }
  | { kind: 'actionEntered'; action: string }
  | { kind: 'actionSkipped' | 'actionFailed'; action: string; reason: string }
  | { kind: 'unitStarted'; unit: string; attempt: number }
  | { kind: 'unitReturned'; unit: string; attempt: number }
  | UnitEnded
  | { kind: 'cancelled' }

export interface UnitEnded {
  kind: 'unitEnded'
  unit: string
  attempt: number
  outcome: 'succeeded' | 'failed' | 'cancelled'
  hasWarnings: boolean
  /** A sentence; null on success. */
  error: string | null
  /** Epoch ms from when it is tried again; null when this is its end (`retryAtOf` tells). */
  retryAt: number | null
}

export interface Decision {
  state: 'entered' | 'skipped' | 'failed'
  reason: string | null
}

export interface UnitState {
  state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled'
  /** The attempt that runs, has ended, or comes next; from 1. */
  attempt: number
  /** Epoch ms; null when it need not rest. */
  retryAt: number | null
  /** Also when only an earlier attempt had them or failed. */
  hasWarnings: boolean
  error: string | null
}

/** By the numbers of steps and actions, and the ids of units. What nothing has happened to is absent. */
export interface State {
  isCancelled: boolean
  steps: ReadonlyMap<string, Decision>
  actions: ReadonlyMap<string, Decision>
  units: ReadonlyMap<string, UnitState>
}

/** The state that the entries lead to. An entry that comes again changes nothing. */
export function stateOf(entries: Iterable<Entry>): State {
  const state = {
    isCancelled: false,
    steps: new Map<string, Decision>(),
    actions: new Map<string, Decision>(),
    units: new Map<string, UnitState>(),
  }
  for (const entry of entries) apply(entry, state)
  return state
}

interface Mutable extends State {
  steps: Map<string, Decision>
  actions: Map<string, Decision>
  units: Map<string, UnitState>
}

function apply(entry: Entry, state: Mutable): void {
  switch (entry.kind) {
    case 'stepEntered':
    case 'stepSkipped':
    case 'stepFailed':
      decide(state.steps, entry.step, decisionOf(entry))
      return
    case 'actionEntered':
    case 'actionSkipped':
    case 'actionFailed':
      decide(state.actions, entry.action, decisionOf(entry))
      return
    case 'unitStarted':
    case 'unitReturned':
    case 'unitEnded': {
      const unit = state.units.get(entry.unit) ?? untouched
      state.units.set(entry.unit, unitAfter(unit, entry))
      return
    }
    case 'cancelled':
      state.isCancelled = true
      return
    default:
      entry satisfies never
  }
}

/** A decision stands: two schedulers that come to it after each other go by the first. */
function decide(decisions: Map<string, Decision>, number: string, decision: Decision): void {
  if (!decisions.has(number)) decisions.set(number, decision)
}

function decisionOf(entry: { kind: string; reason?: string }): Decision {
  const reason = entry.reason ?? null
  if (entry.kind.endsWith('Entered')) return { state: 'entered', reason }
  return { state: entry.kind.endsWith('Skipped') ? 'skipped' : 'failed', reason }
}

/** A unit before anything has happened to it. */
export const untouched: UnitState = {
  state: 'waiting',
  attempt: 1,
  retryAt: null,
  hasWarnings: false,
  error: null,
}

type UnitEntry = Extract<Entry, { unit: string }>

function unitAfter(unit: UnitState, entry: UnitEntry): UnitState {
  const isDue = entry.attempt === unit.attempt
  if (entry.kind === 'unitStarted')
    return isDue && unit.state === 'waiting' ? { ...unit, state: 'running', retryAt: null } : unit
  if (!isDue || unit.state !== 'running') return unit
  if (entry.kind === 'unitReturned') return { ...unit, state: 'waiting' }
  return entry.retryAt === null || entry.outcome !== 'failed'
    ? {
        ...unit,
        state: entry.outcome,
        hasWarnings: unit.hasWarnings || entry.hasWarnings,
        error: entry.error,
      }
    : {
        state: 'waiting',
        attempt: unit.attempt + 1,
        retryAt: entry.retryAt,
        hasWarnings: true,
        error: entry.error,
      }
}
