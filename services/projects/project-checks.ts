import { InvalidError, NotBuiltError, NotFoundError } from '#bus/errors.ts'
import type { Asked } from '#mixins/crud.ts'
import type { AnyModel, Filter } from '#mixins/listing.ts'
import { publicOf } from '#store/resource.ts'
import type { Project, ProjectBody } from './projects.contract.ts'

/** The first that one of these ways leads to. */
export async function findProject(
  model: AnyModel,
  SpaceId: string,
  ways: Filter[],
): Promise<Project> {
  for (const way of ways) {
    const project = await model.findOne({ ...way, SpaceId }).lean()
    if (project) return publicOf(project) as Project // A document of the model of projects.
  }
  throw new NotFoundError('Project', String(Object.values(ways[0] ?? {})[0]))
}

/** Refuses what clients know and Tako does not have yet. */
export function refuseUnbuilt({ PersistenceSettings, Templates }: ProjectBody) {
  const type = PersistenceSettings?.Type ?? 'Database'
  if (type !== 'Database') throw new NotBuiltError('projects that are kept in Git')
  const isSecret = ({ DefaultValue }: { DefaultValue?: unknown }) =>
    typeof DefaultValue === 'object'
  if (Templates.some((template) => template.DefaultValue && isSecret(template)))
    throw new NotBuiltError('templates with a secret as their default value')
}

type References = Pick<Project, 'LifecycleId' | 'ProjectGroupId' | 'IncludedLibraryVariableSetIds'>

/** Refuses a project that names what the space does not have. */
export async function checkReferences(
  ctx: Asked,
  spaceId: string,
  { LifecycleId, ProjectGroupId, IncludedLibraryVariableSetIds }: References,
): Promise<void> {
  const [lifecycles, groups] = await Promise.all([
    ctx.call('lifecycles.names', { spaceId, ids: [LifecycleId] }),
    ctx.call('projectgroups.names', { spaceId, ids: [ProjectGroupId] }),
  ])
  const faults = [
    ...(lifecycles.length > 0
      ? []
      : [`LifecycleId: the lifecycle '${LifecycleId}' was not found.`]),
    ...(groups.length > 0
      ? []
      : [`ProjectGroupId: the project group '${ProjectGroupId}' was not found.`]),
    ...IncludedLibraryVariableSetIds.map(
      (id) => `IncludedLibraryVariableSetIds: the library variable set '${id}' was not found.`,
    ),
  ]
  if (faults.length > 0) throw new InvalidError(faults)
}

/** What a clone has from its source: all but what tells the two apart, and what its creator says. */
export function settingsOf(source: Project): Omit<Project, 'Id' | 'Name' | 'Slug'> {
  const { Id, Name, Slug, LastModifiedOn, LastModifiedBy, ...settings } = source
  return Object.assign(settings, { Version: 1 })
}
