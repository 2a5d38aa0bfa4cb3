/** What holds for projects of which another space builds the releases. */
import { RefusedError } from '#bus/errors.ts'
import { type Asked, isSame } from '#mixins/crud.ts'
import type { Project } from './projects.contract.ts'

/** What of a project builds its releases, or travels with them. */
const locked = [
  'Templates',
  'IncludedLibraryVariableSetIds',
  'VersioningStrategy',
  'ReleaseCreationStrategy',
  'AutoCreateRelease',
  'DiscreteChannelRelease',
  'AllowIgnoreChannelRules',
  'AutoDeployReleaseOverrides',
  'ReleaseNotesTemplate',
  'DeploymentChangesTemplate',
] as const satisfies (keyof Project)[]

/** Refuses a change of what builds releases, where that is another space's. */
export function refuseLocked(before: Project, fields: object): void {
  if (!before.Remote) return
  const changed = locked.filter((name) => !isSame(before, { [name]: Reflect.get(fields, name) }))
  if (changed.length > 0) throw new RefusedError(ownedBy(before.Remote.RemoteSpace))
}

/** A copy would be free: whoever changed it could have it tell the secrets that its owner has sealed. */
export function refuseClone({ Remote }: Project): void {
  if (!Remote) return
  throw new RefusedError(
    `${ownedBy(Remote.RemoteSpace)} It cannot be cloned: a copy could be changed so that it tells its secrets.`,
  )
}

/** Refuses a change by who knows no more than the project's id. */
export async function refuseRemote(
  ctx: Pick<Asked, 'call'>,
  { spaceId, projectId: id }: { spaceId: string; projectId: string },
): Promise<void> {
  const owner = await ctx.call('projects.ownerOf', { spaceId, id })
  if (owner !== null) throw new RefusedError(ownedBy(owner))
}

const ownedBy = (space: string) => `This project is owned by ${space}.`
