import { serverLinks, spaceLinks } from './root-links.ts'
import type { Method, Route, Scope, UnbuiltRoute } from './route.ts'

/** Parts of resources that Tako has: the rest of them is to come. */
const parts: [path: string, scope: Scope, what: string][] = [
  ['accounts', 'space', 'accounts'],
  ['certificates', 'space', 'certificates'],
  ['communityactiontemplates', 'system', 'community step templates'],
  ['actiontemplates', 'space', 'step templates of your own'],
  ['actiontemplates/*', 'space', 'step templates of your own'],
  ['configuration', 'system', 'this part of the configuration'],
  ['configuration/*', 'system', 'this part of the configuration'],
  ['deploymentfreezes', 'system', 'deployment freezes'],
  ['deployments/create/tenanted/v1', 'space', 'tenants'],
  ['environments/:id/singlyScopedVariableDetails', 'space', 'this view of variables'],
  ['environments/ephemeral', 'space', 'ephemeral environments'],
  ['feeds', 'space', 'feeds of your own'],
  ['feeds/*', 'space', 'feeds of your own'],
  ['git-credentials', 'space', 'Git credentials'],
  ['interruptions', 'space', 'interruptions'],
  ['libraryvariablesets', 'space', 'library variable sets'],
  ['licenses', 'system', 'licenses'],
  ['machinepolicies', 'space', 'machine policies of your own'],
  ['machinepolicies/:id', 'space', 'machine policies of your own'],
  ['machines', 'space', 'deployment targets'],
  ['machines/*', 'space', 'deployment targets'],
  ['observability', 'space', 'Kubernetes monitors'],
  ['parentenvironments', 'space', 'ephemeral environments'],
  ['platformhub', 'system', 'the platform hub'],
  ['projecttriggers', 'space', 'triggers'],
  ['projects/:id/featuretoggles', 'space', 'feature toggles'],
  ['projects/:id/git', 'space', 'projects in Git'],
  ['projects/:id/logo', 'space', 'logos'],
  ['projects/:id/metadata', 'space', 'metadata of projects'],
  ['projects/:id/runbookSnapshots', 'space', 'runbooks'],
  ['projects/:id/runbookProcesses', 'space', 'runbooks'],
  ['projects/:id/runbooks', 'space', 'runbooks'],
  ['projects/:id/triggers', 'space', 'triggers'],
  ['projects/:id/environments', 'space', 'ephemeral environments'],
  ['projects/import-export', 'space', 'the export of projects'],
  ['proxies', 'space', 'proxies'],
  ['ratelimitingpolicies', 'system', 'rate limits'],
  ['retentionpolicies/*', 'space', 'retention policies of your own'],
  ['runbook-runs', 'space', 'runbooks'],
  ['runbooks', 'space', 'runbooks'],
  ['serverstatus/system-report', 'system', 'a system report'],
  ['serviceaccounts', 'both', 'service accounts with OpenID'],
  ['spaces/:id/logo', 'system', 'logos'],
  ['spaces/:id/search', 'system', 'search'],
  ['subscriptions', 'space', 'subscriptions'],
  ['tagsets', 'space', 'tag sets'],
  ['tasks', 'both', 'tasks of your own'],
  ['tasks/:id/prioritize', 'both', 'this change of a task'],
  ['tasks/:id/state', 'both', 'this change of a task'],
  ['tenant', 'space', 'tenants'],
  ['tenants', 'space', 'tenants'],
  ['tenantvariables', 'space', 'tenants'],
  ['userroles', 'system', 'user roles of your own'],
  ['userroles/:id', 'system', 'user roles of your own'],
  ['users/:id/avatar', 'system', 'avatars'],
  ['workers/:id/tasks', 'space', 'the tasks of a worker'],
  ['workers/discover', 'space', 'a look for Tentacles'],
]

const METHODS: Method[] = ['GET', 'POST', 'PUT', 'DELETE']

/**
 * The routes that clients know and Tako does not have: those listed above with all below them, and
 * each that a root document names. What `built` has is left out.
 */
export function unbuiltRoutes(built: readonly Route[]): UnbuiltRoute[] {
  const taken = new Set(built.map(keyOf))
  const known = new Set(built.map(pathKeyOf))
  const routes: UnbuiltRoute[] = []
  const add = (path: string, scope: Scope, unbuilt: string) => {
    for (const method of METHODS) {
      const route: UnbuiltRoute = { method, path, scope, unbuilt }
      if (taken.has(keyOf(route))) continue
      taken.add(keyOf(route))
      routes.push(route)
    }
  }
  for (const [path, scope, what] of parts) {
    add(path, scope, what)
    // Below what is there in part, an address that is not listed is none.
    if (!known.has(pathKeyOf({ path })) && !path.endsWith('*')) add(`${path}/*`, scope, what)
  }
  for (const [path, scope, what] of named()) {
    if (known.has(pathKeyOf({ path }))) continue
    add(path, scope, what)
    add(`${path}/*`, scope, what)
  }
  return routes
}

const keyOf = (route: Pick<Route, 'method' | 'path'>) => `${route.method} ${pathKeyOf(route)}`

/** Parameters have names of their own in each route: to a request they are all the same. */
const pathKeyOf = ({ path }: Pick<Route, 'path'>) => path.toLowerCase().replace(/:\w+/g, ':')

/** What the root documents name, such as '/api/licenses/licenses-current{?a}'. */
function named(): [string, Scope, string][] {
  const ofSpace = Object.values(spaceLinks).map((link) => [pathOf(link), 'space'] as const)
  const ofServer = Object.values(serverLinks)
    .filter((link) => link.startsWith('/api/') && !link.startsWith('/api/{spaceId}'))
    .map((link) => [pathOf(link.slice('/api/'.length)), 'system'] as const)
  return [...ofSpace, ...ofServer].map(([path, scope]) => [path, scope, `'${path}'`])
}

/** A URI template as a path of a route: optional parts go, variables become parameters. */
const pathOf = (link: string) => link.replace(/\{[/?].*$/, '').replace(/\{(\w+)\}/g, ':$1')
