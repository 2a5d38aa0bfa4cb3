/** The values that an environment has for the templates of a release, when a deployment is made. */
import type { Bus } from '#bus'
import { InvalidError } from '#bus/errors.ts'
import {
  missingIn,
  resolveTemplates,
  type TemplateVariable,
  type VariableTemplate,
  variablesOf,
} from '#domain/promotion/variable-templates.ts'

interface Place {
  projectId: string
  environment: { Id: string; Name: string; SpaceId: string }
}

/** The values as variables, secrets still sealed. Refuses the deployment, naming each required one that is missing. */
export async function valuesFor(
  system: Pick<Bus, 'call'>,
  templates: readonly VariableTemplate[],
  { projectId, environment }: Place,
): Promise<TemplateVariable[]> {
  if (templates.length === 0) return []
  const { Id: environmentId, SpaceId: spaceId, Name } = environment
  const values = await system.call('templatevalues.of', { spaceId, projectId, environmentId })
  const resolved = resolveTemplates(templates, values)
  const missing = missingIn(Name, resolved)
  if (missing.length > 0) throw new InvalidError(missing)
  return variablesOf(environmentId, resolved)
}
