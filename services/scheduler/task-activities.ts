/** The tree of a task's activities, made from its plan and its journal. */
import { stateOf, type UnitState } from '#domain/journal.ts'
import { type PlanAction, type PlanStep, stepsOf } from '#domain/plan.ts'
import { type ActivityStatus, statusOf, unitOf } from '#domain/progress.ts'
import type { Stamped, StoredTask } from './task.model.ts'
import { isEnded } from './task-view.ts'
import { BUILT_IN } from './workers-bus.ts'

/** One node of the tree. `id` is the activity's id in the log: '' for the task as a whole. */
export interface ActivityNode {
  id: string
  name: string
  status: ActivityStatus
  /** Epoch ms. */
  startedAt: number | null
  endedAt: number | null
  depth: number
  /** The worker that has run it last; null when none has. */
  worker: Worker | null
  children: ActivityNode[]
}

interface Worker {
  id: string
  name: string
}

/** The tree, and all its nodes in order. */
export function activitiesOf(task: StoredTask): { root: ActivityNode; flat: ActivityNode[] } {
  const root: ActivityNode = {
    id: '',
    name: task.Description,
    status: statusOfTask(task),
    startedAt: epochOf(task.StartTime),
    endedAt: epochOf(task.CompletedTime),
    depth: 0,
    worker: null,
    children: task._plan ? stepsOf(task._plan).map((step) => nodeOfStep(step, task)) : [],
  }
  return { root, flat: flatten(root) }
}

const flatten = (node: ActivityNode): ActivityNode[] => [node, ...node.children.flatMap(flatten)]

const epochOf = (text: string | null) => (text === null ? null : Date.parse(text))

function statusOfTask({ State, HasWarningsOrErrors }: StoredTask): ActivityStatus {
  if (State === 'Queued') return 'Pending'
  if (State === 'Executing' || State === 'Cancelling') return 'Running'
  if (State === 'Success') return HasWarningsOrErrors ? 'SuccessWithWarning' : 'Success'
  return State === 'Canceled' ? 'Canceled' : 'Failed'
}

function nodeOfStep(step: PlanStep, task: StoredTask): ActivityNode {
  const state = stateOf(task._journal)
  const units = step.actions.flatMap((action) => action.units.map(({ id }) => id))
  const entries = task._journal.filter((entry) => 'unit' in entry && units.includes(entry.unit))
  const isSeveral = step.actions.length > 1
  return {
    id: `step-${step.number}`,
    name: `Step ${step.number}: ${step.name}`,
    status: statusOf(step, state, isEnded(task.State)),
    startedAt: firstAt(entries),
    endedAt: entries.every((entry) => entry.kind !== 'unitEnded') ? null : lastEnd(entries, units),
    depth: 1,
    worker: null,
    children: step.actions.flatMap((action) =>
      action.units
        .filter(({ id }) => state.units.has(id))
        .map(({ id }) =>
          nodeOfUnit({ action, unit: id, isSeveral, task, state: unitOf(state, id) }),
        ),
    ),
  }
}

function nodeOfUnit(about: {
  action: PlanAction
  unit: string
  isSeveral: boolean
  task: StoredTask
  state: UnitState
}): ActivityNode {
  const { action, unit, isSeveral, task, state } = about
  const entries = task._journal.filter((entry) => 'unit' in entry && entry.unit === unit)
  const worker = workerIn(entries)
  return {
    id: unit,
    name: isSeveral ? `${action.number}: ${action.name}` : nameOf(worker),
    worker,
    status: statusOfUnit(state),
    startedAt: firstAt(entries),
    endedAt: lastEnd(entries, [unit]),
    depth: 2,
    children: [],
  }
}

/** The worker of the last attempt. */
function workerIn(entries: Stamped[]): Worker | null {
  const sent = entries.findLast(({ worker }) => worker !== undefined)
  return sent?.worker ? { id: sent.worker, name: sent.workerName ?? sent.worker } : null
}

const nameOf = (worker: Worker | null) =>
  !worker ? 'Worker' : worker.name === BUILT_IN ? 'Built-in worker' : worker.name

function statusOfUnit({ state, attempt, hasWarnings }: UnitState): ActivityStatus {
  if (state === 'waiting') return attempt > 1 ? 'Running' : 'Pending'
  if (state === 'running') return 'Running'
  if (state === 'succeeded') return hasWarnings ? 'SuccessWithWarning' : 'Success'
  return state === 'cancelled' ? 'Canceled' : 'Failed'
}

const firstAt = (entries: Stamped[]) =>
  entries.find(({ kind }) => kind === 'unitStarted')?.at ?? null

/** When the last of the units ended for good; null while one of those that have begun has not. */
function lastEnd(entries: Stamped[], units: string[]): number | null {
  const ends = units.map((unit) =>
    entries.findLast(
      (entry) => entry.kind === 'unitEnded' && entry.unit === unit && entry.retryAt === null,
    ),
  )
  const begun = units.map((unit) => entries.some((entry) => 'unit' in entry && entry.unit === unit))
  if (ends.some((end, index) => begun[index] && !end)) return null
  const times = ends.flatMap((end) => (end ? [end.at] : []))
  return times.length > 0 ? Math.max(...times) : null
}
