import { isAdministrator, may } from '../permissions.js'

/**
 * @typedef {{ name: string, title: string, path: string, permission: string, isDefault?: boolean }} Part
 * @typedef {{ name: import('./icons.js').IconName, title: string, path: string, parts?: Part[], permission?: string }} Area
 */

/** The areas of a space; a path is below the space's. @type {Area[]} */
const AREAS = [
  { name: 'dashboard', title: 'Dashboard', path: '' },
  { name: 'projects', title: 'Projects', path: '/projects', permission: 'ProjectView' },
  {
    name: 'infrastructure',
    title: 'Infrastructure',
    path: '/infrastructure/environments',
    parts: [
      {
        name: 'environments',
        title: 'Environments',
        path: '/infrastructure/environments',
        permission: 'EnvironmentView',
      },
      {
        name: 'workers',
        title: 'Workers and pools',
        path: '/infrastructure/workers',
        permission: 'WorkerView',
      },
    ],
  },
  {
    name: 'library',
    title: 'Library',
    path: '/library/packages',
    parts: [
      {
        name: 'packages',
        title: 'Packages',
        path: '/library/packages',
        permission: 'FeedView',
      },
      {
        name: 'lifecycles',
        title: 'Lifecycles',
        path: '/library/lifecycles',
        permission: 'LifecycleView',
      },
    ],
  },
  {
    name: 'promotions',
    title: 'Promotions',
    path: '/promotions/outgoing',
    parts: [
      {
        name: 'outgoing',
        title: 'Outgoing',
        path: '/promotions/outgoing',
        permission: 'PromotionView',
      },
      {
        name: 'incoming',
        title: 'Incoming',
        path: '/promotions/incoming',
        permission: 'PromotionView',
      },
      {
        name: 'trusts',
        title: 'Trusts',
        path: '/promotions/trusts',
        permission: 'TrustView',
      },
    ],
  },
  { name: 'tasks', title: 'Tasks', path: '/tasks', permission: 'TaskView' },
]

/** The parts of the configuration; '' is for everybody. @type {Part[]} */
const CONFIGURATION = [
  { name: 'spaces', title: 'Spaces', path: '/configuration/spaces', permission: '' },
  { name: 'users', title: 'Users', path: '/configuration/users', permission: 'UserView' },
  { name: 'keys', title: 'API keys', path: '/configuration/keys', permission: '' },
  { name: 'audit', title: 'Audit', path: '/configuration/audit', permission: 'EventView' },
  { name: 'nodes', title: 'Nodes', path: '/configuration/nodes', permission: 'AdministerSystem' },
  {
    name: 'tasks',
    title: 'Tasks of all spaces',
    path: '/configuration/tasks',
    permission: 'AdministerSystem',
  },
  { name: 'profile', title: 'Profile', path: '/configuration/profile', permission: '' },
]

/**
 * The areas that the user may view in the space.
 * @param {import('../permissions.js').Me} me
 * @param {{ Id: string } | undefined} space
 * @returns {Area[]}
 */
export function areasFor(me, space) {
  if (!space) return []
  return AREAS.map((area) => {
    const parts = area.parts?.filter(({ permission }) => may(me, space, permission))
    // An area leads to the first of its parts that may be viewed.
    return { ...area, ...(parts && { parts, path: parts[0]?.path ?? area.path }) }
  }).filter(({ permission, parts }) =>
    parts ? parts.length > 0 : !permission || may(me, space, permission),
  )
}

/**
 * The configuration, as far as the user may view it.
 * @param {import('../permissions.js').Me} me
 * @param {{ Id: string } | undefined} space
 * @returns {Area}
 */
export function configurationFor(me, space) {
  const parts = CONFIGURATION.filter(
    ({ permission }) => !permission || isAdministrator(me) || may(me, space, permission),
  )
  return { name: 'configuration', title: 'Configuration', path: parts[0]?.path ?? '', parts }
}
