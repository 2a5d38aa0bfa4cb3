import { textOf } from '#domain/process.ts'
import type { Localised } from './localise.ts'
import type { BundleFacts } from './preview.ts'
import type { TargetState } from './target-state.ts'

const ROLES = 'Octopus.Action.TargetRoles'

/** What people should know before they approve, a sentence each. */
export function previewWarnings({
  local,
  facts,
  target,
}: {
  local: Localised
  facts: Pick<BundleFacts, 'missing' | 'wentBack' | 'isNewer'>
  target: Pick<TargetState, 'roles' | 'tags' | 'actionTypes'>
}): string[] {
  const actions = local.steps.flatMap((step) => step.Actions)
  const [roles, tags] = [new Set(target.roles), new Set(target.tags)]
  return [
    ...(facts.isNewer
      ? ['The sender has a newer Tako: what this one does not know of it is left aside.']
      : []),
    ...(facts.missing > 0
      ? [`${facts.missing} earlier bundles of this sender have not come.`]
      : []),
    ...(facts.wentBack ? ['The sender counts again what it has counted: it may be restored.'] : []),
    ...local.leftOut,
    ...local.steps.flatMap((step) =>
      [step, ...step.Actions].flatMap(({ Name, Properties }) =>
        listOf(textOf(Properties, ROLES))
          .filter((role) => !roles.has(role) && !role.includes('#{'))
          .map((role) => `No deployment target has the role '${role}' of the step '${Name}'.`),
      ),
    ),
    ...actions.flatMap(({ Name, TenantTags }) =>
      TenantTags.filter((tag) => !tags.has(tag)).map(
        (tag) => `The tag '${tag}' of the step '${Name}' is not known here.`,
      ),
    ),
    ...local.variables.flatMap(({ Name, Scope }) =>
      (Scope.TenantTag ?? [])
        .filter((tag) => !tags.has(tag))
        .map((tag) => `The tag '${tag}' of a value of '${Name}' is not known here.`),
    ),
    ...actions
      .filter(({ WorkerPoolVariable }) => WorkerPoolVariable)
      .map(
        ({ Name, WorkerPoolVariable }) =>
          `The step '${Name}' runs in the worker pool that the variable '${WorkerPoolVariable}' names.`,
      ),
    ...actions
      .filter(
        ({ IsDisabled, ActionType }) => IsDisabled && !target.actionTypes.includes(ActionType),
      )
      .map(
        ({ Name, ActionType }) =>
          `The disabled step '${Name}' is of the kind '${ActionType}', which this server cannot run.`,
      ),
  ]
}

const listOf = (text: string) =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
