/**
 * Who is signed in: the user, what he may do, and the spaces he sees.
 * @typedef {{ user: import('./api.js').Resource, permissions: Permissions, spaces: import('./api.js').Resource[] }} Me
 * @typedef {{ SpacePermissions: Record<string, { SpaceId: string }[]>, SystemPermissions: string[] }} Permissions
 */

/**
 * Whether the user may do this in the space (or on the whole server): `may(me, space, 'EnvironmentCreate')`.
 * @param {Me | undefined} me
 * @param {{ Id: string } | undefined} space
 * @param {string} permission
 */
export function may(me, space, permission) {
  if (!me) return false
  if (me.permissions.SystemPermissions.includes(permission)) return true
  const grants = me.permissions.SpacePermissions[permission] ?? []
  return grants.some((grant) => grant.SpaceId === space?.Id)
}

/** Whether the user may do everything on the server. @param {Me | undefined} me */
export const isAdministrator = (me) =>
  Boolean(me?.permissions.SystemPermissions.includes('AdministerSystem'))

/**
 * Why a button may not be used, or '' when it may: `Needs the permission EnvironmentCreate.`
 * @param {Me | undefined} me
 * @param {{ Id: string } | undefined} space
 * @param {string} permission
 */
export const refusal = (me, space, permission) =>
  may(me, space, permission) ? '' : `Needs the permission ${permission}.`
