/** From what is frozen and what has happened to what a worker gets: the variables and the script of one action. */
import type { Actions } from '#bus'
import type { RunFiles, RunPackage, RunSpec } from '#bus/orders.ts'
import { type Work, workOf } from '#domain/action-work.ts'
import type { Start } from '#domain/conditions.ts'
import type { State } from '#domain/journal.ts'
import { selectedFor } from '#domain/package-selection.ts'
import { packageVariables } from '#domain/package-variables.ts'
import { type Plan, type PlanAction, type PlanStep, stepsOf } from '#domain/plan.ts'
import type { Action, PackageReference, Step } from '#domain/process.ts'
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
  try {
    const { variables, secrets, properties } = variablesAt(context, known, start, pool)
    const property = (name: string) => variables.substitute(properties[`${PROPERTY}${name}`] ?? '')
    const work = workOf(found.Action.ActionType, property)
    if ('fault' in work) return work
    const lack = lackOf(work, packages)
    if (lack) return { fault: lack }
    return {
      spec: {
        ...withSettings(work, variables),
        variables: variables.all(),
        secrets,
        failOnErrorOutput: isTrue(
          variables.get(`${PROPERTY}FailScriptOnErrorOutput`) ??
            property('FailScriptOnErrorOutput'),
        ),
        timeoutMs: Math.round(start.action.timeoutMinutes * MINUTE_MS),
        packages,
        files,
      },
    }
  } catch (error) {
    // Variables that refer to themselves, and texts that grow without end, are the process's fault.
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

/** A package that the action is about, and does not have. */
function lackOf({ deployment, scriptFile }: Work, packages: RunPackage[]): string | null {
  const primary = packages.find(({ name }) => name === '')
  if (deployment && !primary) return 'The step has no package to deploy: choose one in the process.'
  if (scriptFile && !primary)
    return 'The step has no package with its script: choose one in the process.'
  if (scriptFile && !primary?.extract) return 'The package with the script must be unpacked.'
  return null
}

/** Users may switch the scripts of packages off by a variable too. */
function withSettings(work: Work, variables: Variables): Work {
  const runScripts = variables.get(`${PROPERTY}Package.RunScripts`)
  if (!work.deployment || runScripts === undefined) return work
  const isOff = runScripts.trim().toLowerCase() === 'false'
  return { ...work, deployment: { ...work.deployment, runScripts: !isOff } }
}

/** A package of an action by what the process, the release and the variables say of it. */
interface PackageName {
  reference: PackageReference
  packageId: string
  feedId: string | null
  /** Server, ExecutionTarget, or NotAcquired. */
  location: string
  /** null where the release has none. */
  version: string | null
  /** The digest that the release was imported with, null where any file will do. */
  sha256: string | null
}

/** The packages of an action, evaluated, whether a worker needs them or not. */
export function packageNamesOf({
  context,
  known,
  start,
}: {
  context: Context
  known: Known
  start: Start
}): { packages: PackageName[] } | { fault: string } {
  const found = stepAndAction(context, start)
  if (!found) return { fault: 'The step is not in the frozen process.' }
  if (found.Action.Packages.length === 0) return { packages: [] }
  try {
    const { variables } = variablesAt(context, known, start, null)
    const packages = usedBy(found, context).map(({ reference, version, sha256 }) => ({
      ...{ reference, version, sha256 },
      packageId: variables.substitute(reference.PackageId).trim(),
      feedId: reference.FeedId && variables.substitute(reference.FeedId).trim(),
      location: variables.substitute(reference.AcquisitionLocation).trim(),
    }))
    return { packages }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) }
  }
}

/** The references of an action with their frozen versions. */
const usedBy = ({ Step, Action }: Found, { packages }: Context) =>
  Action.Packages.map((reference) => {
    const selected = selectedFor({ step: Step, action: Action, reference }, packages)
    const version = reference.Version ?? selected?.Version ?? null
    return { reference, version, sha256: selected?.Sha256 ?? null }
  })

/** Those of this action, and under its name those of every action. */
function packagesInVariables(found: Found | null, context: Context): Record<string, string> {
  const factsOf = (one: Found) =>
    usedBy(one, context).map(({ reference, version }) => ({
      name: reference.Name,
      packageId: reference.PackageId,
      version: version ?? '',
      feedId: reference.FeedId,
    }))
  const all = context.steps.flatMap((Step) => Step.Actions.map((Action) => ({ Step, Action })))
  const others = all.map((one) => packageVariables(factsOf(one), one.Action.Name))
  return Object.assign({}, ...others, found && packageVariables(factsOf(found)))
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
      ...packagesInVariables(found ?? null, context),
      ...failureVariables(known),
    },
    outputs: outputVariables(
      plain.map(({ action, name, value }) => ({ action, outputs: [{ name, value }] })),
    ),
  })
  return { variables, secrets, properties: opened.texts }
}

/** Scripts are no variables of themselves: they would be expanded in themselves. */
const withoutScript = (properties: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(properties).filter(
      ([name]) => !/^octopus\.action\.(?:script\.scriptbody$|customscripts\.)/i.test(name),
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

interface Found {
  Step: Step
  Action: Action
}

function stepAndAction(
  context: Context,
  { step, action }: { step: PlanStep; action: PlanAction },
): Found | null {
  const Step = context.steps.find(({ Id }) => Id === step.id)
  const Action = Step?.Actions.find(({ Id }) => Id === action.id)
  return Step && Action ? { Step, Action } : null
}
