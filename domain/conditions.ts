import { type Decision, type Entry, type State, untouched } from './journal.ts'
import type { Plan, PlanAction, PlanStep } from './plan.ts'
import { progressOf, progressOfAction, type Result, resultOf, unitOf } from './progress.ts'

/** Replaces the variables in an expression, as they are now; may throw. */
export type Evaluate = (
  expression: string,
  place: { step: PlanStep; action?: PlanAction },
) => string

/** A unit to be started: write `unitStarted` to the journal, then start it. */
export interface Start {
  step: PlanStep
  action: PlanAction
  unit: string
  attempt: number
}

/** What to do now, and nothing else until more has happened. */
export interface Next {
  /** Decisions, to be written to the journal in this order before anything is started. */
  entries: Entry[]
  starts: Start[]
  /** Epoch ms when a retry falls due; null when none rests. */
  wakeAt: number | null
  /** null while the deployment goes on. */
  result: Result | null
}

/**
 * Decides what follows from what has happened so far. Asked again with the entries it gave
 * written down, it says the same starts and no entry: decisions are taken once.
 */
export function nextOf(
  plan: Plan,
  state: State,
  { evaluate, now }: { evaluate: Evaluate; now: number },
): Next {
  const next: Next = { entries: [], starts: [], wakeAt: null, result: null }
  if (state.isCancelled) {
    const isRunning = [...state.units.values()].some((unit) => unit.state === 'running')
    return isRunning ? next : { ...next, result: resultOf(plan, state) }
  }
  const walk = new Walk(state, evaluate, next)
  let hasFailed = false
  for (const group of plan.groups) {
    walk.decideGroup(group, hasFailed)
    if (!walk.advance(group, plan.parallel, now)) return next
    hasFailed ||= group.some((step) => progressOf(step, walk.state) === 'failed')
  }
  return { ...next, result: resultOf(plan, walk.state) }
}

/** One walk over the plan: the state it started from, and what it decides on its way. */
class Walk {
  readonly state: State & { steps: Map<string, Decision>; actions: Map<string, Decision> }
  readonly evaluate: Evaluate
  readonly next: Next

  constructor(state: State, evaluate: Evaluate, next: Next) {
    this.state = { ...state, steps: new Map(state.steps), actions: new Map(state.actions) }
    this.evaluate = evaluate
    this.next = next
  }

  /** All steps of a group are judged by what was before it: they do not see each other fail. */
  decideGroup(group: PlanStep[], hasFailed: boolean): void {
    for (const step of group) {
      if (this.state.steps.has(step.number)) continue
      const decision = this.judgeStep(step, hasFailed)
      this.state.steps.set(step.number, decision)
      this.next.entries.push(stepEntry(step.number, decision))
    }
  }

  judgeStep(step: PlanStep, hasFailed: boolean): Decision {
    const { condition, actions } = step
    if (actions.every((action) => action.skip !== null))
      return skipped(actions[0]?.skip ?? 'It has no action.')
    if (condition === 'Success' && hasFailed) return skipped('An earlier step has failed.')
    if (condition === 'Failure' && !hasFailed) return skipped('No earlier step has failed.')
    return condition === 'Variable' ? this.judge(step.expression, { step }) : entered
  }

  judge(expression: string, place: { step: PlanStep; action?: PlanAction }): Decision {
    try {
      const isMet = expression.trim() !== '' && isTruthy(this.evaluate(expression, place))
      return isMet ? entered : skipped('Its condition is not met.')
    } catch (error) {
      // Whatever the expression has done wrong is a failure of its step, told in its words.
      const why = error instanceof Error ? error.message : String(error)
      return { state: 'failed', reason: `Its condition cannot be evaluated: ${why}` }
    }
  }

  /** Whether the group has ended. */
  advance(group: PlanStep[], parallel: number, now: number): boolean {
    const open = group.filter((step) => !this.isOver(step))
    const [begun, unbegun] = [open.filter(this.hasBegun), open.filter((s) => !this.hasBegun(s))]
    for (const step of begun) this.advanceStep(step, parallel, now)
    let places = parallel - begun.filter((step) => !this.isOver(step)).length
    for (const step of unbegun) {
      if (places <= 0) break
      this.advanceStep(step, parallel, now)
      // By conditions alone it may be over at once, and takes no place.
      if (!this.isOver(step)) places--
    }
    return group.every((step) => this.isOver(step))
  }

  advanceStep(step: PlanStep, parallel: number, now: number): void {
    for (const action of step.actions) {
      this.decideAction(step, action)
      const progress = progressOfAction(action, this.state)
      if (progress === 'failed') return
      if (progress !== 'succeeded' && progress !== 'skipped') {
        this.startUnits(step, action, { parallel, now })
        return
      }
    }
  }

  decideAction(step: PlanStep, action: PlanAction): void {
    if (this.state.actions.has(action.number)) return
    if (action.skip === null && action.condition === 'Success') return
    const decision =
      action.skip === null ? this.judge(action.expression, { step, action }) : skipped(action.skip)
    this.state.actions.set(action.number, decision)
    this.next.entries.push(actionEntry(action.number, decision))
  }

  startUnits(
    step: PlanStep,
    action: PlanAction,
    { parallel, now }: { parallel: number; now: number },
  ): void {
    const states = action.units.map(({ id }) => unitOf(this.state, id))
    // After a failure no further unit begins; those that run, and retries, go on to their end.
    const hasFailed = states.some(({ state }) => state === 'failed' || state === 'cancelled')
    let places = parallel - states.filter(({ state }) => state === 'running').length
    for (const [index, { id }] of action.units.entries()) {
      const unit = states[index] ?? untouched
      const mayBegin = unit.state === 'waiting' && !(hasFailed && unit.attempt === 1)
      if (!mayBegin || places <= 0) continue
      if (unit.retryAt !== null && unit.retryAt > now) {
        this.next.wakeAt = Math.min(this.next.wakeAt ?? unit.retryAt, unit.retryAt)
        continue
      }
      places--
      this.next.starts.push({ step, action, unit: id, attempt: unit.attempt })
    }
  }

  hasBegun = (step: PlanStep): boolean =>
    step.actions.some(
      (action) =>
        this.state.actions.has(action.number) ||
        action.units.some(({ id }) => this.state.units.has(id)),
    )

  isOver(step: PlanStep): boolean {
    const progress = progressOf(step, this.state)
    return progress !== 'waiting' && progress !== 'running'
  }
}

function stepEntry(step: string, { state, reason }: Decision): Entry {
  if (state === 'entered') return { kind: 'stepEntered', step }
  return { kind: state === 'skipped' ? 'stepSkipped' : 'stepFailed', step, reason: reason ?? '' }
}

function actionEntry(action: string, { state, reason }: Decision): Entry {
  if (state === 'entered') return { kind: 'actionEntered', action }
  const kind = state === 'skipped' ? 'actionSkipped' : 'actionFailed'
  return { kind, action, reason: reason ?? '' }
}

const entered: Decision = { state: 'entered', reason: null }
const skipped = (reason: string): Decision => ({ state: 'skipped', reason })

/** Whether the value of an expression means yes. What still has an expression in it was not understood: no. */
export const isTruthy = (text: string): boolean =>
  !text.includes('#{') && !['', 'false', 'no', '0'].includes(text.trim().toLowerCase())

/** When a failed attempt is tried again, in epoch ms; null when it is not. */
export const retryAtOf = (action: PlanAction, attempt: number, now: number): number | null =>
  attempt <= action.retries ? now + action.backoffSeconds * 1000 : null
