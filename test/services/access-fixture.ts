import { pushPackage } from '../support/packages.ts'
import { playedSource, upload } from '../support/played-source.ts'
import { MISSING } from '../support/sample.ts'
import type { TestServer } from '../support/server.ts'
import { makeSpace, workerBody } from '../support/things.ts'
import { makeTrust } from '../support/trusts.ts'
import { until } from '../support/until.ts'

/** Who asks: without a key; signed in and in no team; in a team of the space; managing it; all. */
export const roles = ['nobody', 'outsider', 'member', 'manager', 'administrator'] as const
type Role = (typeof roles)[number]

export interface Fixture {
  keys: Record<Exclude<Role, 'nobody'>, string>
  /** The id of what a query names: its 'project'. */
  idOf(name: string): string | undefined
  /** The path of a route with its parameters filled in: something that is there to read, and is not to change. */
  fill(path: string, method: string): string
}

interface Made {
  Id: string
}

const memberRoles = ['projectcontributor', 'releasecreator', 'deploymentcreator', 'taskcanceller']

/** Makes one of each kind in the default space, and users of each role. */
export async function makeFixture(server: TestServer): Promise<Fixture> {
  const post = (path: string, body: object) => server.ask<Made>('POST', path, body)
  const first = async (path: string) => {
    const { Items } = await server.ask<{ Items: Made[] }>('GET', path)
    return Items[0]?.Id ?? 'none'
  }

  const [lifecycle, group] = await Promise.all([first('/lifecycles'), first('/projectgroups')])
  const environment = await post('/environments', { Name: 'Development' })
  const project = await post('/projects', {
    Name: 'Shop',
    LifecycleId: lifecycle,
    ProjectGroupId: group,
  })
  await addStep(server, project.Id)
  const channel = await first(`/projects/${project.Id}/channels`)
  const release = await post('/releases', {
    ProjectId: project.Id,
    ChannelId: channel,
    Version: '1.0.0',
  })
  const deployment = await server.ask<Made & { TaskId: string }>('POST', '/deployments', {
    ReleaseId: release.Id,
    EnvironmentId: environment.Id,
  })
  const pool = await first('/workerpools')
  // Apart from the default pool, which the built-in worker then serves no more.
  const apart = await post('/workerpools', {
    Name: 'Apart',
    WorkerPoolType: 'StaticWorkerPool',
  })
  const worker = await post('/workers', workerBody('Old tentacle', [apart.Id]))
  const library = await makeLibrary(server)
  const trust = await makeTrustedSpace(server)
  const keys = await makeUsers(server)
  const me = await server.ask<Made>('GET', '/users/me')
  const ids: Record<string, string> = {
    'environments/:id': environment.Id,
    'workerpools/:id': pool,
    'workers/:id': worker.Id,
    'machinepolicies/:id': await first('/machinepolicies'),
    'lifecycles/:id': lifecycle,
    'feeds/:id': await first('/feeds'),
    ...library,
    'trusts/:id': trust,
    'imports/:id': await makeImport(server),
    'promotions/:id': await makePromotion(server, { trust, release: release.Id }),
    'projectgroups/:id': group,
    'projects/:id': project.Id,
    'channels/:id': channel,
    'deploymentprocesses/:id': `deploymentprocess-${project.Id}`,
    'variables/:id': `variableset-${project.Id}`,
    'releases/:id': release.Id,
    'deployments/:id': deployment.Id,
    'tasks/:id': deployment.TaskId,
    'events/:id': await first('/Spaces-1/events'),
    'teams/:id': await first('/Spaces-1/teams'),
    'scopeduserroles/:id': await first('/Spaces-1/scopeduserroles'),
    'userroles/:id': 'userroles-spacemanager',
    'users/:id': me.Id,
    'spaces/:id': 'Spaces-1',
    'octopusservernodes/:id': await first('/octopusservernodes'),
    'apikeys/:id': await first(`/users/${me.Id}/apikeys`),
    ':projectId': project.Id,
    ':projectGroupId': group,
    ':environmentId': environment.Id,
    ':channelId': channel,
    ':releaseId': release.Id,
    ':otherId': release.Id,
    ':workerPoolId': pool,
    ':userId': me.Id,
    ':version': '1.0.0',
  }

  return {
    keys,
    idOf: (name) => ids[`:${name}Id`],
    fill: (path, method) =>
      path
        .split('/')
        .map((segment, index, segments) => {
          if (!segment.startsWith(':')) return segment === '*' ? 'anything/at/all' : segment
          const isThere = method === 'GET' || segment !== ':id' || isHarmless(path)
          if (!isThere) return MISSING
          return ids[`${segments[index - 1]}/${segment}`] ?? ids[segment] ?? MISSING
        })
        .join('/'),
  }
}

/** Where the permission is asked after the resource was found, and asking does nothing bad. */
const isHarmless = (path: string) => /tasks\/:id\/(cancel|rerun)$/.test(path)

async function addStep(server: TestServer, projectId: string) {
  const path = `/projects/${projectId}/deploymentprocesses`
  const process = await server.ask('GET', path)
  const Properties = {
    'Octopus.Action.RunOnServer': 'true',
    'Octopus.Action.Script.Syntax': 'Bash',
    'Octopus.Action.Script.ScriptBody': 'echo hello',
  }
  const action = { Name: 'Say hello', ActionType: 'Octopus.Script', Properties }
  await server.ask('PUT', path, { ...process, Steps: [{ Name: 'Say hello', Actions: [action] }] })
}

/** A package, what its build tells, and an artifact with content. */
async function makeLibrary(server: TestServer): Promise<Record<string, string>> {
  const feeds = await server.ask<{ Items: Made[] }>('GET', '/feeds')
  const hello = await pushPackage(server, 'Spaces-1', 'Hello.0.9.0.zip')
  const build = await server.ask<Made>('POST', '/build-information', {
    PackageId: 'Hello',
    Version: '0.9.0',
    OctopusBuildInformation: { BuildNumber: '1' },
  })
  const artifact = await server.ask<Made>('POST', '/artifacts', { Filename: 'report.txt' })
  await server.ask('PUT', `/artifacts/${artifact.Id}/content`, { all: 'well' })
  return {
    'packages/:id': hello.Id,
    'build-information/:id': build.Id,
    'artifacts/:id': artifact.Id,
    ':feedId': feeds.Items[0]?.Id ?? 'none',
    ':packageId': 'Hello',
    ':baseVersion': '0.9.0',
  }
}

/** Another space, which the default one trusts. */
async function makeTrustedSpace(server: TestServer): Promise<string> {
  const spaceId = await makeSpace(server.bus)
  const { bus } = server
  return (await makeTrust({ bus, spaceId: 'Spaces-1' }, { bus, spaceId })).Id
}

/** A release that has come from a space of another server. */
async function makeImport(server: TestServer): Promise<string> {
  const source = await playedSource(server, 'Spaces-1')
  const answer = await upload(server, 'Spaces-1', await source.bundle())
  return ((await answer.json()) as Made).Id
}

/** A release on its way to the other space. */
async function makePromotion(
  server: TestServer,
  { trust, release }: { trust: string; release: string },
): Promise<string> {
  const environment = await server.ask<Made>('POST', '/environments', {
    Remote: { TrustId: trust, Kind: 'Environment', RemoteName: 'Production' },
    SortOrder: -1,
  })
  await server.ask('POST', '/deployments', { ReleaseId: release, EnvironmentId: environment.Id })
  const promotion = await until(async () => {
    const { Items } = await server.ask<{ Items: (Made & { BundleId: string })[] }>(
      'GET',
      '/Spaces-1/promotions',
    )
    return Items.find(({ BundleId }) => BundleId !== null)?.Id
  }, 'the bundle is built')
  // Out of the way of releases that go to the environments of this space.
  await server.ask('PUT', `/environments/${environment.Id}`, { ...environment, SortOrder: 1000 })
  return promotion
}

/** A user of each role with an API key, made by the administrator. */
async function makeUsers(server: TestServer): Promise<Fixture['keys']> {
  const user = async (name: string) => {
    const body = { Username: name, DisplayName: name, Password: 'Password01!' }
    const { Id } = await server.ask<Made>('POST', '/users', body)
    const { ApiKey } = await server.ask<{ ApiKey: string }>('POST', `/users/${Id}/apikeys`, {
      Purpose: 'a test',
    })
    return { Id, ApiKey }
  }
  const outsider = await user('outsider')
  const member = await user('member')
  const manager = await user('manager')

  const team = await server.ask<Made>('POST', '/Spaces-1/teams', {
    Name: 'Members',
    MemberUserIds: [member.Id],
    SpaceId: 'Spaces-1',
  })
  for (const role of memberRoles) {
    await server.ask('POST', '/Spaces-1/scopeduserroles', {
      TeamId: team.Id,
      UserRoleId: `userroles-${role}`,
      SpaceId: 'Spaces-1',
    })
  }
  const space = await server.ask<{ SpaceManagersTeamMembers: string[] }>('GET', '/spaces/Spaces-1')
  await server.ask('PUT', '/spaces/Spaces-1', {
    ...space,
    SpaceManagersTeamMembers: [...space.SpaceManagersTeamMembers, manager.Id],
  })
  return {
    outsider: outsider.ApiKey,
    member: member.ApiKey,
    manager: manager.ApiKey,
    administrator: 'API-TESTADMINISTRATOR0000000',
  }
}
