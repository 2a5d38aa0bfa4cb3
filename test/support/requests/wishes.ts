import { makeIdentity } from '#domain/bundle/identity.ts'
import { writeIdentityDocument } from '#domain/bundle/identity-document.ts'
/** Well-formed requests for every route of the table, made from what is there. */
import type { ActionRoute, Route } from '../../../services/api/route.ts'
import { pushPackage } from '../packages.ts'
import type { TestServer } from '../server.ts'
import { lifecycleBody, workerBody } from '../things.ts'
import { freshName, type Land, type Thing, type World } from './world.ts'

/** A request that nothing is wrong with yet. Numbers choose among what there is. */
export interface Wish {
  route: Route
  /** Which of the two spaces. */
  land: 0 | 1
  /** How the space is named; 'none' stands for the server itself, or for the default space. */
  form: 'id' | 'slug' | 'name' | 'none'
  pick: number
  /** Which optional parameters of the query are sent. */
  query: number
}

export interface Request {
  method: string
  /** Segments after /api/, decoded. */
  segments: string[]
  query: [name: string, value: string][]
  body?: unknown
}

type Rule = Record<string, unknown>

/** The form of one: whose it is does not matter. */
const PUBLIC_KEY = { kty: 'EC', crv: 'P-256', x: 'x'.repeat(43), y: 'y'.repeat(43) }

/** The way of a route in the space that the wish names. */
export async function requestFor(server: TestServer, world: World, wish: Wish): Promise<Request> {
  const { route } = wish
  const land = world.lands[inSpace(wish) ? wish.land : 0]
  const segments = [...spaceOf(wish, land), ...pathOf(world, land, wish)]
  const request: Request = { method: route.method, segments, query: queryOf(server, land, wish) }
  if (route.method === 'DELETE' && 'action' in route) {
    const id = await spare(server, wish, land, segments)
    if (route.path.endsWith('/bulk')) return { ...request, query: [['ids', id]] }
    return { ...request, segments: [...segments.slice(0, -1), id] }
  }
  if (route.method === 'POST' || route.method === 'PUT') {
    const path = `/${segments.map(encodeURIComponent).join('/')}`
    return { ...request, body: await bodyFor(server, { world, land, wish, path }) }
  }
  return request
}

const inSpace = ({ route, form }: Wish) => route.scope !== 'system' && form !== 'none'

function spaceOf(wish: Wish, land: Land): string[] {
  if (!inSpace(wish)) return []
  const texts = { id: land.spaceId, slug: land.slug, name: land.name, none: '' }
  return wish.pick % 3 === 0 ? ['spaces', texts[wish.form]] : [texts[wish.form]]
}

function pathOf(world: World, land: Land, { route, pick }: Wish): string[] {
  const parts = route.path.split('/').filter((part) => part !== '')
  return parts.map((part, index) => {
    if (part === '*') return 'anything'
    if (!part.startsWith(':')) return part
    const before = parts[index - 1] ?? ''
    return idFor(world, land, part === ':id' ? before : part.slice(1), { pick, route })
  })
}

const oneOf = (things: Thing[], pick: number) => things[pick % things.length]?.Id ?? ''

/** The id of something of a kind, which the segment before it or its own name says. */
function idFor(
  world: World,
  land: Land,
  kind: string,
  { pick, route }: Pick<Wish, 'pick' | 'route'>,
) {
  const here = world.lands.indexOf(land)
  const userName = pick % 2 === 0 ? 'outsider' : 'member'
  const ids: Record<string, string> = {
    spaces: land.spaceId,
    users: world.users[userName],
    userId: world.users[userName],
    apikeys: world.apiKeyOf[userName],
    teams: land.team.Id,
    userroles: 'userroles-projectviewer',
    scopeduserroles: land.held.Id,
    environments: oneOf(land.environments, pick),
    environmentId: oneOf(land.environments, pick),
    workerpools: land.pool.Id,
    workerPoolId: land.pool.Id,
    workers: land.worker.Id,
    machinepolicies: world.machinePolicies[here] ?? '',
    feeds: world.feeds[here] ?? '',
    lifecycles: land.lifecycle.Id,
    projectgroups: land.group.Id,
    projectGroupId: land.group.Id,
    projects: land.project.Id,
    projectId: land.project.Id,
    channels: land.channel.Id,
    channelId: land.channel.Id,
    deploymentprocesses: `deploymentprocess-${land.project.Id}`,
    variables: `variableset-${land.project.Id}`,
    // The first one is deployed by those that wait.
    releases: oneOf(land.releases, route.method === 'GET' ? pick : 1),
    releaseId: oneOf(land.releases, pick),
    version: '1.0.0',
    deployments: oneOf(land.deployments, pick),
    tasks: String(land.deployments[pick % land.deployments.length]?.TaskId),
    events: land.event,
    octopusservernodes: world.node,
    feedId: world.feeds[here] ?? '',
    packages: land.package.Id,
    packageId: 'Hello',
    baseVersion: '0.9.0',
    'build-information': land.build.Id,
    artifacts: land.artifact.Id,
    trusts: land.trust.Id,
    imports: land.import.Id,
  }
  return ids[kind] ?? 'anything'
}

/** Some of the optional parameters that the action takes from an address. */
function queryOf(server: TestServer, land: Land, { route, query }: Wish): Request['query'] {
  if (!('action' in route) || route.method !== 'GET') return []
  const endpoint = server.broker.findNextActionEndpoint(route.action)
  const rules: Rule = endpoint instanceof Error ? {} : (endpoint.action.params ?? {})
  const known = Object.keys(rules).filter(
    (name) => /^[a-z]/.test(name) && name !== 'spaceId' && !route.path.includes(`:${name}`),
  )
  return known
    .filter((name, index) => isNeeded(rules[name]) || (query >> (index % 20)) % 4 === 1)
    .map((name) => [name, textFor(name, rules[name], land)])
}

const isNeeded = (rule: unknown) =>
  typeof rule === 'string' ? !rule.includes('optional') : (rule as Rule).optional !== true

function textFor(name: string, rule: unknown, land: Land): string {
  const { type = rule, values } = typeof rule === 'object' ? (rule as Rule) : {}
  const ids: Record<string, string> = {
    project: land.project.Id,
    projectId: land.project.Id,
    projects: land.project.Id,
    environment: land.environments[0]?.Id ?? '',
    environments: land.environments[0]?.Id ?? '',
    channel: land.channel.Id,
    channels: land.channel.Id,
    releaseId: land.releases[0]?.Id ?? '',
    spaces: land.spaceId,
    versionRange: '[0.1,2.0)',
  }
  if (ids[name]) return ids[name]
  if (/^number/.test(String(type))) return '1'
  if (/^boolean/.test(String(type))) return 'true'
  if (Array.isArray(values)) return String(values[0])
  if (/date|^from$|^to$/i.test(name)) return '2026-01-01T00:00:00.000Z'
  return 'a'
}

interface About {
  world: World
  land: Land
  wish: Wish
  path: string
}

/** What is there with another description; what a creation needs; the arguments of a deed. */
async function bodyFor(server: TestServer, about: About): Promise<unknown> {
  const { route } = about.wish
  if (!('action' in route)) return signInBody
  if (route.path.endsWith('/sortorder')) {
    const all = await server.ask<Thing[]>('GET', about.path.replace(/sortorder$/, 'all'))
    return all.map(({ Id }) => Id).reverse()
  }
  if (route.path.startsWith('imports/')) return creationFor(about)
  if (route.method === 'PUT') return changed(await server.ask('GET', about.path), about.wish.pick)
  return creationFor(about)
}

const signInBody = { Username: 'admin', Password: 'Password01!' }

function changed(resource: object, pick: number): object {
  if (pick % 2 === 0 || !('Description' in resource)) return resource
  return { ...resource, Description: freshName('About it') }
}

/** A body, or a promise of one. */
function creationFor({ land, wish: { route, pick } }: Pick<About, 'land' | 'wish'>): unknown {
  const project = { ProjectId: land.project.Id }
  const where = { EnvironmentId: oneOf(land.environments, 0) }
  const [firstRelease] = land.releases
  const bodies: Record<string, () => unknown> = {
    spaces: () => ({
      Name: freshName('Space'),
      SpaceManagersTeams: ['teams-administrators'],
      TaskQueueStopped: true,
    }),
    users: () => ({ Username: freshName('user').replace(' ', '-'), Password: 'Password01!' }),
    'users/:userId/apikeys': () => ({ Purpose: freshName('Purpose') }),
    teams: () => ({ Name: freshName('Team'), SpaceId: land.spaceId }),
    scopeduserroles: () => ({
      TeamId: land.team.Id,
      UserRoleId: 'userroles-projectviewer',
      SpaceId: land.spaceId,
    }),
    environments: () => ({ Name: freshName('Environment') }),
    workerpools: () => ({ Name: freshName('Pool'), WorkerPoolType: 'StaticWorkerPool' }),
    workers: () => workerBody(freshName('Worker'), [land.pool.Id]),
    'workers/:id/approve': () => ({
      Fingerprint: 'A'.repeat(40),
      WorkerPoolIds: [land.pool.Id],
    }),
    'workers/:id/drain': () => ({ IsDraining: pick % 2 === 0 }),
    workertokens: () => ({ WorkerPoolIds: [land.pool.Id] }),
    workerregistrations: () => ({
      Name: freshName('Machine'),
      Keys: { signing: PUBLIC_KEY, encryption: PUBLIC_KEY },
      Proof: 'no proof',
    }),
    lifecycles: () =>
      lifecycleBody(
        freshName('Lifecycle'),
        land.environments.map(({ Id }) => [Id]),
      ),
    projectgroups: () => ({ Name: freshName('Group') }),
    artifacts: () => ({ Filename: freshName('report') }),
    'build-information': () => ({
      PackageId: 'Hello',
      Version: freshName('5').replace(' ', '.0-'),
      OctopusBuildInformation: { BuildNumber: '7', Commits: [{ Id: 'abc' }] },
    }),
    tasks: () => ({ Name: 'Health' }),
    projects: () => ({
      Name: freshName('Project'),
      LifecycleId: land.lifecycle.Id,
      ProjectGroupId: land.group.Id,
    }),
    channels: () => ({ Name: freshName('Channel'), ...project }),
    'projects/:projectId/channels': () => ({ Name: freshName('Channel'), ...project }),
    releases: () => ({ ...project, Version: freshName('3').replace(' ', '.') }),
    'releases/create/v1': () => ({
      spaceIdOrName: land.spaceId,
      ProjectName: land.project.Name,
      ReleaseVersion: freshName('4').replace(' ', '.'),
    }),
    'releases/:releaseId/deployments/previews': () => [where],
    trusts: freshDocument,
    'trusts/read': freshDocument,
    'trusts/:id/renew': freshDocument,
    'trusts/:id/confirm': () => ({ ConfirmFingerprint: 'AAAA-AAAA-AAAA-AAAA' }),
    'trusts/:id/revoke': () => ({ Reason: 'The key was lost' }),
    'imports/:id/mappings': () => ({ Mappings: [], LifecycleId: land.lifecycle.Id }),
    'imports/:id/values': () => ({ Environments: [{ ...where, Values: [] }] }),
    'imports/:id/approve': () => ({ PreviewDigest: 'a' }),
    'imports/:id/import': () => ({ PreviewDigest: 'a' }),
    'imports/:id/reject': () => ({ Reason: 'Not now' }),
    'releases/:releaseId/defects': () => ({ Description: 'It is broken' }),
    deployments: () => ({ ReleaseId: firstRelease?.Id, ...where }),
    'deployments/create/untenanted/v1': () => ({
      ProjectName: land.project.Name,
      ReleaseVersion: firstRelease?.Version,
      EnvironmentNames: land.environments.slice(0, 1 + (pick % 2)).map(({ Name }) => Name),
    }),
  }
  return bodies[route.path]?.() ?? {}
}

/** What proposes to trust a space that nobody knows yet. */
async function freshDocument() {
  const names = { spaceName: freshName('Space'), serverName: 'tako.example' }
  const now = new Date()
  const identity = await makeIdentity({ ...names, now })
  const issuedAt = now.toISOString()
  return { Document: await writeIdentityDocument(identity, { ...names, issuedAt }) }
}

/** Something of the kind that nothing else is about, to be deleted. */
async function spare(
  server: TestServer,
  wish: Wish,
  land: Land,
  segments: string[],
): Promise<string> {
  // Nobody can make one, or not without a Redis: it is asked for one that is refused.
  if (/^(octopusservernodes|workertokens)\/:id$/.test(wish.route.path)) return segments.at(-1) ?? ''
  const path = `/${segments.slice(0, -1).map(encodeURIComponent).join('/')}`
  const ofKind = wish.route.path.replace(/\/(:id|bulk)$/, '')
  const route = { ...wish.route, method: 'POST', path: ofKind }
  if (ofKind === 'packages') {
    const fileName = `${freshName('Spare.1').replace(' ', '.0-')}.zip`
    return (await pushPackage(server, inSpace(wish) ? land.spaceId : 'Spaces-1', fileName)).Id
  }
  // The same route but for its verb.
  const about = { ...wish, route: route as ActionRoute }
  const body = await creationFor({ land, wish: about })
  const made = await server.ask<Thing>('POST', path, body)
  if (route.path === 'deployments') await server.ask('POST', `/tasks/${made.TaskId}/cancel`, {})
  return made.Id
}
