import { duration } from '../format.js'

/** @typedef {import('./tako-state.js').State} Look */

/** @type {Record<string, Look>} */
const ACTIVITY = {
  Pending: 'pending',
  Running: 'executing',
  Success: 'success',
  SuccessWithWarning: 'warnings',
  Failed: 'failed',
  Skipped: 'skipped',
  Canceled: 'cancelled',
}

/** How the state of an activity looks. */
export const stateOfActivity = (/** @type {string} */ status) => ACTIVITY[status] ?? 'pending'

/**
 * The word for a task's state, short enough for a cell: `Success`, `Warnings`, `Timed out`.
 * @param {{ State: string, HasWarningsOrErrors?: boolean, HasPendingInterruptions?: boolean, Arguments?: Record<string, any> }} task
 */
export function wordOfTask({ State, HasWarningsOrErrors, HasPendingInterruptions, Arguments }) {
  const space = Arguments?.RemoteSpace
  if (HasPendingInterruptions) return space ? `Waiting for ${space}` : 'Waiting'
  if (State === 'Success' && HasWarningsOrErrors) return 'Warnings'
  if (State === 'Canceled') return 'Cancelled'
  return State === 'TimedOut' ? 'Timed out' : State
}

/** The name that a task has for the worker which is a part of the server. */
export const BUILT_IN = 'built-in'

/**
 * By whom a part of a step was run: `on build-1`, `on the built-in worker`; '' when nobody has it yet.
 * @param {{ WorkerName?: string | null }} activity
 */
export const ranOn = ({ WorkerName }) =>
  WorkerName ? `on ${WorkerName === BUILT_IN ? 'the built-in worker' : WorkerName}` : ''

/** Whether a task has ended, however it did. */
export const isOver = (/** @type {{ State: string }} */ { State }) =>
  ['Success', 'Failed', 'Canceled', 'TimedOut'].includes(State)

/**
 * How long something took, or takes: `48 s`, `1 min 48 s`; empty when it has not begun.
 * @param {string | null | undefined} from
 * @param {string | null | undefined} [until] now when there is none
 */
export function durationText(from, until) {
  if (!from) return ''
  const span = (until ? Date.parse(until) : Date.now()) - Date.parse(from)
  // While it runs, parts of a second would only flicker.
  return until || span >= 1000 ? duration(until ? span : span - (span % 1000)) : '0 s'
}
