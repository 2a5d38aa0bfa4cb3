import type { Asked } from '#mixins/crud.ts'
import type { Choices } from './variable-body.ts'
import type { VariableSet } from './variables.contract.ts'

type Of = { spaceId: string; projectId: string }

/** What a value of a project can be scoped to. */
export async function scopeValues(
  ctx: Pick<Asked, 'call'>,
  { spaceId, projectId }: Of,
): Promise<VariableSet['ScopeValues']> {
  const of = { spaceId, projectId }
  const [Environments, Actions, Channels, projects] = await Promise.all([
    ctx.call('environments.names', { spaceId }),
    ctx.call('processes.actions', of),
    ctx.call('channels.ofProject', of),
    ctx.call('projects.names', { spaceId, ids: [projectId] }),
  ])
  const Processes = projects.map((project) => ({ ...project, ProcessType: 'Deployment' }))
  return { Environments, Machines: [], Actions, Roles: [], Channels, TenantTags: [], Processes }
}

/** The ids among them, for a check. */
export const choicesOf = (values: VariableSet['ScopeValues']): Choices => ({
  Environment: idsOf(values.Environments),
  Machine: idsOf(values.Machines),
  Action: idsOf(values.Actions),
  Channel: idsOf(values.Channels),
  ProcessOwner: idsOf(values.Processes),
})

const idsOf = (references: { Id: string }[]) => references.map(({ Id }) => Id)
