import { asSystem } from '#bus/caller.ts'
import { actionsOf, planOf } from '#domain/plan.ts'
import type { Asked } from '#mixins/crud.ts'
import { type Prompt, partsFor, promptsFor } from './creation.ts'
import type { DeploymentPreview, FormElement, PreviewStep } from './deployments.contract.ts'

/** What a deployment would do, and what it asks for. */
export async function previewOf(
  ctx: Asked,
  about: {
    spaceId: string
    releaseId: string
    environmentId: string
    includeDisabledSteps?: boolean
  },
): Promise<DeploymentPreview> {
  const { release, environment } = await partsFor(ctx, about)
  const { spaceId } = about
  const system = asSystem(ctx.broker, 'a deployment is looked at')
  const [process, prompts] = await Promise.all([
    system.call('processes.ofSnapshot', {
      spaceId,
      id: release.ProjectDeploymentProcessSnapshotId,
    }),
    system.call('variables.prompts', { spaceId, snapshotId: release.ProjectVariableSetSnapshotId }),
  ])
  const plan = planOf({
    steps: process.Steps,
    environmentId: environment.Id,
    channelId: release.ChannelId,
  })
  const disabled = new Set(
    process.Steps.flatMap(({ Actions }) =>
      Actions.filter((one) => one.IsDisabled).map(({ Id }) => Id),
    ),
  )
  const StepsToExecute = actionsOf(plan)
    .map(
      (action): PreviewStep => ({
        ActionId: action.id,
        ActionName: action.name,
        ActionNumber: action.number,
        Roles: [],
        MachineNames: [],
        Machines: [],
        CanBeSkipped: !action.isRequired && !environment.Remote,
        IsDisabled: disabled.has(action.id),
        HasNoApplicableMachines: false,
        UnavailableMachines: [],
        ExcludedMachines: [],
        SkipReason: action.skip,
      }),
    )
    .filter((step) => about.includeDisabledSteps || !step.IsDisabled)
  // Another space asks by itself.
  const asked = environment.Remote ? [] : promptsFor(prompts, { release, environment })
  return {
    StepsToExecute,
    UseGuidedFailureModeByDefault: environment.UseGuidedFailure,
    Form: {
      Values: Object.fromEntries(asked.map(({ Id, Value }) => [Id, Value ?? ''])),
      Elements: asked.toSorted(byLabel).map(elementOf),
    },
  }
}

const labelOf = ({ Prompt, Name }: Prompt) => Prompt.Label || Name
const byLabel = (a: Prompt, b: Prompt) =>
  labelOf(a).localeCompare(labelOf(b)) || a.Name.localeCompare(b.Name)

const elementOf = (prompt: Prompt): FormElement => ({
  Name: prompt.Id,
  Control: {
    Type: 'VariableValue',
    Name: prompt.Name,
    Label: labelOf(prompt),
    Description: prompt.Prompt.Description ?? '',
    Required: prompt.Prompt.Required,
    DisplaySettings: {
      ...prompt.Prompt.DisplaySettings,
      ...(prompt.IsSensitive && { 'Octopus.ControlType': 'Sensitive' }),
    },
  },
  IsValueRequired: prompt.Prompt.Required && !prompt.Value,
})
