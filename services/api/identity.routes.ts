import { type ActionRoute, type Route, readOnly, resourceRoutes } from './route.ts'
import { signIn, signOut } from './sign-in.ts'

/** Users, their keys and sessions, teams, roles, and what they may do. */
export const identityRoutes: Route[] = [
  ...resourceRoutes('users', 'User', 'users', { scope: 'system' }),
  of('me', 'users.me', { answer: 'resource', kind: 'User' }),
  of('authentication', 'users.authentication', {
    answer: 'plain',
    kind: 'UserAuthentication',
    isPublic: true,
  }),
  of('authentication/:userId', 'users.authentication', {
    answer: 'plain',
    kind: 'UserAuthentication',
  }),
  of(':id/permissions', 'users.permissions', { answer: 'resource', kind: 'UserPermissions' }),
  of(':id/permissions/configuration', 'users.permissions', {
    answer: 'resource',
    kind: 'UserPermissions',
  }),
  of(':id/spaces', 'users.spaces', { answer: 'list', kind: 'Space' }),
  of(':id/teams', 'users.teams', { answer: 'plain' }),
  {
    method: 'POST',
    path: 'users/:userId/revoke-sessions',
    scope: 'system',
    action: 'sessions.revoke',
    answer: 'plain',
  },
  { method: 'POST', path: 'users/login', scope: 'system', handle: signIn, isPublic: true },
  { method: 'POST', path: 'users/logout', scope: 'system', handle: signOut, isPublic: true },
  ...resourceRoutes('users/:userId/apikeys', 'ApiKey', 'apikeys', {
    scope: 'system',
    only: ['list', 'get', 'create', 'remove'],
  }),
  ...resourceRoutes('teams', 'Team', 'teams', { scope: 'both' }),
  {
    method: 'GET',
    path: 'teams/:id/scopeduserroles',
    scope: 'both',
    action: 'teams.scopeduserroles',
    answer: 'page',
    kind: 'ScopedUserRole',
  },
  ...resourceRoutes('userroles', 'UserRole', 'userroles', { scope: 'system', only: readOnly }),
  ...resourceRoutes('scopeduserroles', 'ScopedUserRole', 'scopeduserroles', { scope: 'both' }),
  {
    method: 'GET',
    path: 'permissions/all',
    scope: 'system',
    action: 'permissions.all',
    answer: 'plain',
  },
]

function of(
  path: string,
  action: ActionRoute['action'],
  rest: Pick<ActionRoute, 'answer' | 'kind' | 'isPublic'>,
): ActionRoute {
  return { method: 'GET', path: `users/${path}`, scope: 'system', action, ...rest }
}
