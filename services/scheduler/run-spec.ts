/** From what is frozen and what has happened to what a worker gets: the variables and the script of one action. */
import type { Actions } from '#bus'
import type { RunFiles, RunPackage, RunSpec, Syntax } from '#bus/orders.ts'
import type { Start } from '#domain/conditions.ts'
import type { State } from '#domain/journal.ts'
import { foldName } from '#domain/name.ts'
import { type Plan, type PlanAction, type PlanStep, stepsOf } from '#domain/plan.ts'
import type { Action, Step } from '#domain/process.ts'
import { openProperties } from '#domain/process-secrets.ts'
import { resultOf, statusOf } from '#domain/progress.ts'
import {
  actionVariables,
  deploymentVariables,
  outputVariables,
  statusVariables,
} from '#domain/system-variables.ts'
import { pickVariables } from '#domain/variable-scope.ts'
import { createVariables, type Variables } from '#domain/variables.ts'
import { unseal } from '#store/encryption.ts'
import type { StoredOutput } from './task.model.ts'

/** What a deployment is about, as its owner tells it. */
export type Context = ReturnType<Actions['deployments.execution']>
export type Pool = Context['pools'][number]
/** What has come about so far in the deployment. */
export interface Known {
  outputs: StoredOutput[]
  plan: Plan
  state: State
}
interface Place {
  step: PlanStep
  action?: PlanAction
}

const SCRIPT = 'Octopus.Script'
const SYNTAXES: Syntax[] = ['Bash', 'Python', 'PowerShell', 'CSharp', 'FSharp']
const CODES = {
  Pending: 'Pending',
  Running: 'Running',
  Success: 'Succeeded',
  SuccessWithWarning: 'Succeeded',
  Failed: 'Failed',
  Skipped: 'Skipped',
  Canceled: 'Canceled',
} as const
const MINUTE_MS = 60_000
const PROPERTY = 'Octopus.Action.'

/** The value of a condition's expression where it stands. A loop among variables is an error. */
export function evaluateIn(
  context: Context,
  known: Known,
  { expression, ...place }: Place & { expression: string },
): string {
  return variablesAt(context, known, place, null).variables.substitute(expression)
}

/** The pool whose workers run an action, or why there is none. */
export function poolOf({
  context,
  known,
  start,
}: {
  context: Context
  known: Known
  start: Start
}): Pool | { fault: string } {
  const { action } = start
  const id = action.workerPoolVariable
    ? variablesAt(context, known, start, null).variables.get(action.workerPoolVariable)
    : action.workerPoolId
  const pool = context.pools.find((one) => (id ? one.Id === id : one.IsDefault))
  if (pool) return pool
  return {
    fault: id ? `The worker pool '${id}' was not found.` : 'The space has no default worker pool.',
  }
}

/** What the worker is to run, secrets in the clear, or why it cannot be run. */
export function specFor({
  context,
  known,
  start,
  pool,
  packages,
  files,
}: {
  context: Context
  known: Known
  start: Start
  pool: Pool
  packages: RunPackage[]
  files: RunFiles
}): { spec: RunSpec } | { fault: string } {
  const found = stepAndAction(context, start)
  if (!found) return { fault: 'The step is not in the frozen process.' }
  const { Action } = found
  if (Action.ActionType !== SCRIPT)
    return { fault: `Tako cannot run steps of the kind '${Action.ActionType}' yet.` }
  try {
    const { variables, secrets, properties } = variablesAt(context, known, start, pool)
    const property = (name: string) => variables.substitute(properties[`${PROPERTY}${name}`] ?? '')
    const source = property('Script.ScriptSource') || 'Inline'
    if (source !== 'Inline')
      return { fault: `Tako cannot take scripts from a source of the kind '${source}' yet.` }
    const wish = property('Script.Syntax') || 'PowerShell'
    const syntax = SYNTAXES.find((one) => one === wish)
    if (!syntax) return { fault: `There is no script syntax '${wish}'.` }
    return {
      spec: {
        syntax,
        body: property('Script.ScriptBody'),
        scriptFile: null,
        parameters: property('Script.ScriptParameters'),
        variables: variables.all(),
        secrets,
        failOnErrorOutput: isTrue(
          variables.get(`${PROPERTY}FailScriptOnErrorOutput`) ??
            property('FailScriptOnErrorOutput'),
        ),
        timeoutMs: Math.round(start.action.timeoutMinutes * MINUTE_MS),
        packages,
        deployment: null,
        files,
      },
    }
  } catch (error) {
    // Variables that refer to themselves, and texts that grow without end, are the process's fault.
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

const isTrue = (text: string) => text.trim().toLowerCase() === 'true'

function variablesAt(
  context: Context,
  known: Known,
  place: Place,
  pool: Pool | null,
): { variables: Variables; secrets: string[]; properties: Record<string, string> } {
  const { step, action = step.actions[0] } = place
  const found = action && stepAndAction(context, { step, action })
  const opened = openProperties({ ...found?.Step.Properties, ...found?.Action.Properties }, unseal)
  const picked = pickVariables(
    { project: context.variables },
    {
      Environment: context.environmentId,
      Channel: context.channelId,
      ProcessOwner: context.projectId,
      ...(context.tenantTags && { TenantTag: context.tenantTags }),
      ...(action && { Action: action.id }),
    },
  )
  const secrets = [...opened.secrets]
  const user: Record<string, string> = {}
  for (const variable of picked.variables.values()) {
    const text = textOf(variable, context.formValues[variable.Id])
    user[variable.Name] = text
    if (variable.IsSensitive && text !== '') secrets.push(text)
  }
  const plain = known.outputs.map((output) => ({
    ...output,
    value: output.sensitive ? unseal(output.value) : output.value,
  }))
  secrets.push(...plain.filter(({ sensitive }) => sensitive).map(({ value }) => value))
  const variables = createVariables({
    user,
    system: {
      ...deploymentVariables(context.facts),
      ...(action &&
        actionVariables({
          step: { Id: step.id, Name: step.name, number: step.number },
          action: { Id: action.id, Name: action.name, number: action.number },
          properties: withoutScript(opened.texts),
          workerPool: pool,
        })),
      ...failureVariables(known),
    },
    outputs: outputVariables(
      plain.map(({ action, name, value }) => ({ action, outputs: [{ name, value }] })),
    ),
  })
  return { variables, secrets, properties: opened.texts }
}

/** The script is not one of its own variables: it would be expanded in itself. */
const withoutScript = (properties: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(properties).filter(
      ([name]) => foldName(name) !== foldName(`${PROPERTY}Script.ScriptBody`),
    ),
  )

/** How the steps before have ended, and what went wrong first. */
function failureVariables({ plan, state }: Known): Record<string, string> {
  const steps = stepsOf(plan)
  const { error } = resultOf(plan, state)
  return {
    ...(error && { 'Octopus.Deployment.Error': error, 'Octopus.Deployment.ErrorDetail': error }),
    ...statusVariables(
      'Step',
      steps.map((step) => ({ name: step.name, code: CODES[statusOf(step, state, false)] })),
    ),
  }
}

/** What was answered to a prompt goes before the stored value; both are sealed where it is a secret. */
function textOf(variable: Context['variables'][number], answer: string | undefined): string {
  if (answer !== undefined) return variable.IsSensitive ? unseal(answer) : answer
  if (!variable.IsSensitive) return variable.Value ?? ''
  return variable._sealed ? unseal(variable._sealed) : ''
}

function stepAndAction(
  context: Context,
  { step, action }: { step: PlanStep; action: PlanAction },
): { Step: Step; Action: Action } | null {
  const Step = context.steps.find(({ Id }) => Id === step.id)
  const Action = Step?.Actions.find(({ Id }) => Id === action.id)
  return Step && Action ? { Step, Action } : null
}
