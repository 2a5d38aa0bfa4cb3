/**
 * @typedef {object} Route
 * @property {RegExp} pattern of the path, with a named group for each param
 * @property {string} tag
 * @property {() => Promise<unknown>} load
 * @property {string} area of the navigation that is marked
 * @property {string} [part] of the area
 */

/**
 * @param {string} path `/:space/projects/:project`
 * @param {string} tag
 * @param {() => Promise<unknown>} load
 * @param {string} area
 * @param {string} [part]
 * @returns {Route}
 */
const route = (path, tag, load, area, part) => ({
  pattern: new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}/?$`),
  tag,
  load,
  area,
  ...(part && { part }),
})

const project = '/:space/projects/:project'
const infrastructure = '/:space/infrastructure'

/** Every page, by its address; the first that fits is shown. */
export const routes = [
  route('/sign-in', 'tako-page-sign-in', () => import('./pages/sign-in.js'), ''),

  route(
    '/configuration/spaces',
    'tako-page-spaces',
    () => import('./pages/spaces.js'),
    'configuration',
    'spaces',
  ),
  route(
    '/configuration/spaces/:id',
    'tako-page-space',
    () => import('./pages/space.js'),
    'configuration',
    'spaces',
  ),
  route(
    '/configuration/users',
    'tako-page-users',
    () => import('./pages/users.js'),
    'configuration',
    'users',
  ),
  route(
    '/configuration/users/:id',
    'tako-page-user',
    () => import('./pages/user.js'),
    'configuration',
    'users',
  ),
  route(
    '/configuration/keys',
    'tako-page-api-keys',
    () => import('./pages/api-keys.js'),
    'configuration',
    'keys',
  ),
  route(
    '/configuration/audit',
    'tako-page-audit',
    () => import('./pages/audit.js'),
    'configuration',
    'audit',
  ),
  route(
    '/configuration/nodes',
    'tako-page-nodes',
    () => import('./pages/nodes.js'),
    'configuration',
    'nodes',
  ),
  route(
    '/configuration/tasks',
    'tako-page-tasks',
    () => import('./pages/tasks.js'),
    'configuration',
    'tasks',
  ),
  route(
    '/configuration/tasks/:id',
    'tako-page-task',
    () => import('./pages/task.js'),
    'configuration',
    'tasks',
  ),
  route(
    '/configuration/profile',
    'tako-page-profile',
    () => import('./pages/profile.js'),
    'configuration',
    'profile',
  ),

  route('/:space', 'tako-page-dashboard', () => import('./pages/dashboard.js'), 'dashboard'),
  route('/:space/tasks', 'tako-page-tasks', () => import('./pages/tasks.js'), 'tasks'),
  route('/:space/tasks/:id', 'tako-page-task', () => import('./pages/task.js'), 'tasks'),
  route(
    `${infrastructure}/environments`,
    'tako-page-environments',
    () => import('./pages/environments.js'),
    'infrastructure',
    'environments',
  ),
  route(
    `${infrastructure}/workers`,
    'tako-page-workers',
    () => import('./pages/workers.js'),
    'infrastructure',
    'workers',
  ),
  route(
    `${infrastructure}/workers/:id`,
    'tako-page-worker',
    () => import('./pages/worker.js'),
    'infrastructure',
    'workers',
  ),
  route(
    '/:space/library/packages',
    'tako-page-packages',
    () => import('./pages/packages.js'),
    'library',
    'packages',
  ),
  route(
    '/:space/library/packages/:id',
    'tako-page-package',
    () => import('./pages/package.js'),
    'library',
    'packages',
  ),
  route(
    '/:space/library/lifecycles',
    'tako-page-lifecycles',
    () => import('./pages/lifecycles.js'),
    'library',
    'lifecycles',
  ),
  route(
    '/:space/library/lifecycles/:id',
    'tako-page-lifecycle',
    () => import('./pages/lifecycle.js'),
    'library',
    'lifecycles',
  ),
  route(
    '/:space/promotions/line/:release',
    'tako-page-line',
    () => import('./pages/line.js'),
    'promotions',
    'outgoing',
  ),
  route(
    '/:space/promotions/outgoing',
    'tako-page-outgoing',
    () => import('./pages/outgoing.js'),
    'promotions',
    'outgoing',
  ),
  route(
    '/:space/promotions/incoming',
    'tako-page-incoming',
    () => import('./pages/incoming.js'),
    'promotions',
    'incoming',
  ),
  route(
    '/:space/promotions/incoming/:id',
    'tako-page-import-review',
    () => import('./pages/import-review.js'),
    'promotions',
    'incoming',
  ),
  route(
    '/:space/promotions/trusts',
    'tako-page-trusts',
    () => import('./pages/trusts.js'),
    'promotions',
    'trusts',
  ),

  route(
    '/:space/releases/:release',
    'tako-page-by-id',
    () => import('./pages/by-id.js'),
    'projects',
  ),
  route(
    '/:space/deployments/:deployment',
    'tako-page-by-id',
    () => import('./pages/by-id.js'),
    'tasks',
  ),
  route('/:space/projects', 'tako-page-projects', () => import('./pages/projects.js'), 'projects'),
  route(project, 'tako-page-project', () => import('./pages/project.js'), 'projects'),
  route(`${project}/process`, 'tako-page-process', () => import('./pages/process.js'), 'projects'),
  route(
    `${project}/process/:step`,
    'tako-page-process',
    () => import('./pages/process.js'),
    'projects',
  ),
  route(
    `${project}/variables`,
    'tako-page-variables',
    () => import('./pages/variables.js'),
    'projects',
  ),
  route(
    `${project}/channels`,
    'tako-page-channels',
    () => import('./pages/channels.js'),
    'projects',
  ),
  route(
    `${project}/settings`,
    'tako-page-settings',
    () => import('./pages/settings.js'),
    'projects',
  ),
  route(
    `${project}/releases`,
    'tako-page-releases',
    () => import('./pages/releases.js'),
    'projects',
  ),
  route(
    `${project}/releases/new`,
    'tako-page-release-new',
    () => import('./pages/release-new.js'),
    'projects',
  ),
  route(
    `${project}/releases/:version`,
    'tako-page-release',
    () => import('./pages/release.js'),
    'projects',
  ),
  route(
    `${project}/releases/:version/compare`,
    'tako-page-compare',
    () => import('./pages/compare.js'),
    'projects',
  ),
  route(
    `${project}/releases/:version/deploy`,
    'tako-page-deploy',
    () => import('./pages/deploy.js'),
    'projects',
  ),
]

/**
 * The page of an address and the parts of the address, or undefined when there is no such page.
 * @param {string} path
 */
export function routeOf(path) {
  for (const route of routes) {
    const groups = route.pattern.exec(path)?.groups
    if (!groups && !route.pattern.test(path)) continue
    const params = Object.fromEntries(
      Object.entries(groups ?? {}).map(([name, text]) => [name, decoded(text)]),
    )
    return { route, params }
  }
  return undefined
}

/** @param {string} text of an address, which anybody may have typed */
function decoded(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not an encoded text: then it is what it says.
    return text
  }
}
