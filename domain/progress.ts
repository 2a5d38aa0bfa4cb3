import { type Decision, type State, type UnitState, untouched } from './journal.ts'
import { type Plan, type PlanAction, type PlanStep, stepsOf } from './plan.ts'

/** How a deployment has ended. */
export interface Result {
  state: 'Success' | 'Failed' | 'Canceled'
  hasWarnings: boolean
  /** A sentence that names the step that failed first; null unless Failed. */
  error: string | null
}

/** How far a step or an action is. */
export type Progress = 'waiting' | 'running' | 'succeeded' | 'failed' | 'skipped'

/** The state of a unit, also of one that nothing has happened to. */
export const unitOf = (state: State, id: string): UnitState => state.units.get(id) ?? untouched

/** How far an action is. */
export function progressOfAction(action: PlanAction, state: State): Progress {
  const decided = state.actions.get(action.number)
  if (decided && decided.state !== 'entered') return decided.state
  const units = action.units.map(({ id }) => unitOf(state, id))
  if (units.some((unit) => unit.state === 'running')) return 'running'
  const hasFailed = units.some((unit) => unit.state === 'failed' || unit.state === 'cancelled')
  // Units that rest before a retry have begun; those that have not never will after a failure.
  if (units.some((unit) => unit.state === 'waiting' && unit.attempt > 1)) return 'running'
  if (hasFailed) return 'failed'
  return units.every((unit) => unit.state === 'succeeded')
    ? 'succeeded'
    : units.some((unit) => unit.state === 'succeeded')
      ? 'running'
      : 'waiting'
}

/** How far a step is. */
export function progressOf(step: PlanStep, state: State): Progress {
  const decided = state.steps.get(step.number)
  if (!decided) return 'waiting'
  if (decided.state !== 'entered') return decided.state
  const actions = step.actions.map((action) => progressOfAction(action, state))
  if (actions.includes('failed')) return 'failed'
  if (actions.every((progress) => progress === 'skipped')) return 'skipped'
  if (actions.every((progress) => progress === 'skipped' || progress === 'succeeded'))
    return 'succeeded'
  return actions.some((progress) => progress !== 'waiting') ? 'running' : 'waiting'
}

/** The end of a deployment in which nothing more will run. */
export function resultOf(plan: Plan, state: State): Result {
  const units = [...state.units.values()]
  const hasWarnings = units.some((unit) => unit.hasWarnings)
  if (state.isCancelled) return { state: 'Canceled', hasWarnings, error: null }
  const failed = stepsOf(plan).find((step) => progressOf(step, state) === 'failed')
  if (!failed) return { state: 'Success', hasWarnings, error: null }
  const why = reasonOf(failed, state)
  return { state: 'Failed', hasWarnings, error: `The step '${failed.name}' failed: ${why}` }
}

function reasonOf(step: PlanStep, state: State): string {
  const reasons = [
    state.steps.get(step.number)?.reason,
    ...step.actions.map((action) => state.actions.get(action.number)).map(failureOf),
    ...step.actions.flatMap(({ units }) => units.map(({ id }) => unitOf(state, id).error)),
  ]
  return reasons.find((reason) => reason) ?? 'it did not say why.'
}

const failureOf = (decided: Decision | undefined) =>
  decided?.state === 'failed' ? decided.reason : null

export type ActivityStatus =
  | 'Pending'
  | 'Running'
  | 'Success'
  | 'SuccessWithWarning'
  | 'Failed'
  | 'Skipped'
  | 'Canceled'

/** How a step is shown in the log of its task. `isOver`: nothing more will happen in the deployment. */
export function statusOf(step: PlanStep, state: State, isOver: boolean): ActivityStatus {
  const units = step.actions.flatMap((action) => action.units.map(({ id }) => unitOf(state, id)))
  const progress = progressOf(step, state)
  if (units.some((unit) => unit.state === 'cancelled')) return 'Canceled'
  if (progress === 'failed') return 'Failed'
  if (progress === 'skipped') return 'Skipped'
  if (progress === 'succeeded')
    return units.some((unit) => unit.hasWarnings) ? 'SuccessWithWarning' : 'Success'
  if (isOver) return 'Canceled'
  return progress === 'running' ? 'Running' : 'Pending'
}
