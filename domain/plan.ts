import { type Action, actionNumber, type Step, textOf } from './process.ts'

/** One execution of an action: on a worker, later also once for each target. */
export interface PlanUnit {
  /** Of letters, digits and '-': '3-1'. Unique in the plan, a part of the run's id. */
  id: string
  /** The target it runs for; null on a worker alone. */
  machineId: string | null
}

export interface PlanAction {
  id: string
  /** '1', or '3.1' when its step has several. */
  number: string
  name: string
  type: string
  condition: 'Success' | 'Variable'
  expression: string
  /** Why it will not run, as a sentence; null when it may. */
  skip: string | null
  isRequired: boolean
  workerPoolId: string | null
  /** Names a variable with the id of a pool, and goes before `workerPoolId`; null without. */
  workerPoolVariable: string | null
  /** How often it is tried again after a failure, 0 to 3, and how long it rests before that. */
  retries: number
  backoffSeconds: number
  /** 0 for no limit. */
  timeoutMinutes: number
  units: PlanUnit[]
}

export interface PlanStep {
  id: string
  number: string
  name: string
  condition: 'Success' | 'Failure' | 'Always' | 'Variable'
  expression: string
  actions: PlanAction[]
}

/** What a deployment will do: plain JSON, made once, kept in the journal. It holds no property and no secret. */
export interface Plan {
  /** The steps of a group run together; a group begins when the one before it has ended. */
  groups: PlanStep[][]
  /** How many steps of a group run at once, and how many units of an action. */
  parallel: number
}

/** What decides which actions run. `skipActions` are ids. */
export interface PlanFor {
  steps: readonly Step[]
  environmentId: string
  /** null where there are no channels. */
  channelId: string | null
  /** Canonical names ('Set/Tag'); null for a deployment without a tenant. */
  tenantTags?: readonly string[] | null
  skipActions?: readonly string[]
  parallel?: number
}

/** As many at once unless the process says otherwise. */
export const parallelDefault = 10
const retriesMax = 3

// They act on people or on the server: to repeat them would ask, send or deploy twice.
const onceOnly = ['DeployRelease', 'HealthCheck', 'Manual', 'Email'].map((t) => `Octopus.${t}`)

/** Turns a process into the plan of one deployment. */
export function planOf(about: PlanFor): Plan {
  const steps = about.steps.map((step, index) => planStep(step, index, about))
  const groups: PlanStep[][] = []
  for (const [index, step] of steps.entries()) {
    const group = about.steps[index]?.StartTrigger === 'StartWithPrevious' ? groups.at(-1) : null
    if (group) group.push(step)
    else groups.push([step])
  }
  return { groups, parallel: about.parallel ?? parallelDefault }
}

/** The steps of a plan, in order. */
export const stepsOf = (plan: Plan): PlanStep[] => plan.groups.flat()

/** The actions of a plan, in order. */
export const actionsOf = (plan: Plan): PlanAction[] => stepsOf(plan).flatMap((step) => step.actions)

function planStep(step: Step, index: number, about: PlanFor): PlanStep {
  return {
    id: step.Id,
    number: `${index + 1}`,
    name: step.Name,
    condition: step.Condition,
    expression: textOf(step.Properties, 'Octopus.Step.ConditionVariableExpression'),
    actions: step.Actions.map((action, at) =>
      planAction(action, actionNumber(index, at, step.Actions.length), about),
    ),
  }
}

function planAction(action: Action, number: string, about: PlanFor): PlanAction {
  const property = (name: string) => textOf(action.Properties, `Octopus.Action.${name}`)
  const retries = onceOnly.includes(action.ActionType)
    ? 0
    : numberOf(property('AutoRetry.MaximumCount'))
  return {
    id: action.Id,
    number,
    name: action.Name,
    type: action.ActionType,
    condition: action.Condition,
    expression: property('ConditionVariableExpression'),
    skip: whySkipped(action, about),
    isRequired: action.IsRequired,
    workerPoolId: action.WorkerPoolId,
    workerPoolVariable: action.WorkerPoolVariable,
    retries: Math.min(retriesMax, Math.floor(retries)),
    backoffSeconds: numberOf(property('AutoRetry.MinimumBackoff')),
    timeoutMinutes: numberOf(property('ExecutionTimeout.Minutes')),
    units: [{ id: number.replace('.', '-'), machineId: null }],
  }
}

/** Why this action does not run in such a deployment, as a sentence; null when it may. */
function whySkipped(action: Action, about: PlanFor): string | null {
  const { environmentId, channelId, tenantTags = null } = about
  if (action.IsDisabled) return 'It is disabled.'
  if (action.Environments.length > 0 && !action.Environments.includes(environmentId))
    return 'It does not run in this environment.'
  if (action.ExcludedEnvironments.includes(environmentId))
    return 'It is excluded from this environment.'
  if (action.Channels.length > 0 && !(channelId && action.Channels.includes(channelId)))
    return 'It does not run for releases of this channel.'
  if (!acceptsTenant(action.TenantTags, tenantTags)) return 'It does not run for this tenant.'
  const isLeftOut = about.skipActions?.includes(action.Id) && !action.IsRequired
  return isLeftOut ? 'It was left out when the deployment was made.' : null
}

/** One tag of each set must be the tenant's. */
function acceptsTenant(wanted: readonly string[], tags: readonly string[] | null): boolean {
  if (wanted.length === 0) return true
  const bySet = Map.groupBy(wanted, (tag) => tag.slice(0, tag.indexOf('/')))
  return tags !== null && [...bySet.values()].every((set) => set.some((tag) => tags.includes(tag)))
}

/** What is no positive number counts as not set. */
function numberOf(text: string): number {
  const number = Number(text)
  return Number.isFinite(number) && number > 0 ? number : 0
}
