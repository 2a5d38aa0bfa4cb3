/** Two spaces with one or more of each kind in them, for requests to be about. */
import { pushPackage } from '../packages.ts'
import { playedSource, upload } from '../played-source.ts'
import type { TestServer } from '../server.ts'
import { lifecycleBody, scriptStep, workerBody } from '../things.ts'
import { until } from '../until.ts'

export interface Thing {
  Id: string
  [field: string]: unknown
}

/** What a space has. Nothing of it is deleted by a well-formed request: those make what they delete. */
export interface Land {
  spaceId: string
  slug: string
  name: string
  environments: Thing[]
  lifecycle: Thing
  group: Thing
  project: Thing
  channel: Thing
  /** Its first one has been deployed to the first environment. */
  releases: Thing[]
  /** The first one has ended, the others wait. */
  deployments: Thing[]
  pool: Thing
  worker: Thing
  team: Thing
  held: Thing
  event: string
  /** 'Hello' in the version 0.9.0, and what its build has told. */
  package: Thing
  build: Thing
  /** It has content. */
  artifact: Thing
  /** Of the other one, proposed. */
  trust: Thing
  import: Thing
}

export interface World {
  lands: [Land, Land]
  users: { outsider: string; member: string }
  /** The API keys of those who are no administrators. */
  keys: { outsider: string; member: string }
  apiKeyOf: { outsider: string; member: string }
  node: string
  /** Ids that stand for a kind whichever the space is. */
  machinePolicies: [string, string]
  feeds: [string, string]
}

interface Page {
  Items: Thing[]
}

const memberRoles = ['projectcontributor', 'releasecreator', 'deploymentcreator', 'taskcanceller']
let count = 0
/** A name that nothing in this process has yet. */
export const freshName = (what: string): string => {
  count += 1
  return `${what} ${count.toString(36)}`
}

/** Fills the server. In the end its node drains: what is queued from then on stays as it is. */
export async function makeWorld(server: TestServer): Promise<World> {
  const make = (path: string, body: object) => server.ask<Thing>('POST', path, body)
  const first = async (path: string) => {
    const { Items } = await server.ask<Page>('GET', path)
    return Items[0]?.Id ?? ''
  }
  const outsider = await makeUser(server, 'outsider')
  const member = await makeUser(server, 'member')
  const other = await make('/spaces', {
    Name: 'Other space',
    SpaceManagersTeams: ['teams-administrators'],
  })
  const home = await server.ask<Thing>('GET', '/spaces/Spaces-1')
  const lands: World['lands'] = [
    await makeLand(server, home, { memberId: member.id, trusts: other }),
    await makeLand(server, other, { memberId: member.id, trusts: home }),
  ]
  const node = await server.ask<Thing>(
    'GET',
    `/octopusservernodes/${await first('/octopusservernodes')}`,
  )
  await server.ask('PUT', `/octopusservernodes/${node.Id}`, { ...node, IsInMaintenanceMode: true })
  for (const land of lands) await queueMore(server, land)
  const each = async (path: string): Promise<[string, string]> => [
    await first(`/${lands[0].spaceId}/${path}`),
    await first(`/${lands[1].spaceId}/${path}`),
  ]
  return {
    lands,
    users: { outsider: outsider.id, member: member.id },
    keys: { outsider: outsider.key, member: member.key },
    apiKeyOf: { outsider: outsider.keyId, member: member.keyId },
    node: node.Id,
    machinePolicies: await each('machinepolicies'),
    feeds: await each('feeds'),
  }
}

async function makeUser(server: TestServer, Username: string) {
  const body = { Username, DisplayName: Username, Password: 'Password01!' }
  const { Id } = await server.ask<Thing>('POST', '/users', body)
  const made = await server.ask<Thing & { ApiKey: string }>('POST', `/users/${Id}/apikeys`, {
    Purpose: 'a test',
  })
  return { id: Id, key: made.ApiKey, keyId: made.Id }
}

async function makeLand(
  server: TestServer,
  space: Thing,
  { memberId, trusts }: { memberId: string; trusts: Thing },
): Promise<Land> {
  const S = `/${space.Id}`
  const make = (path: string, body: object) => server.ask<Thing>('POST', S + path, body)
  const environments = [
    await make('/environments', { Name: 'Test' }),
    await make('/environments', { Name: 'Production' }),
  ]
  const phases = environments.map(({ Id }) => [Id])
  const lifecycle = await make('/lifecycles', lifecycleBody('Step by step', phases))
  const group = await make('/projectgroups', { Name: 'Shops' })
  const project = await make('/projects', {
    Name: 'Shop',
    LifecycleId: lifecycle.Id,
    ProjectGroupId: group.Id,
  })
  const process = `${S}/projects/${project.Id}/deploymentprocesses`
  await server.ask('PUT', process, { Steps: [scriptStep('Say hello'), scriptStep('Say goodbye')] })
  const variables = `${S}/projects/${project.Id}/variables`
  await server.ask('PUT', variables, {
    ...(await server.ask('GET', variables)),
    Variables: [
      { Name: 'Colour', Value: 'red', Scope: { Environment: [environments[0]?.Id] } },
      { Name: 'Word', Value: 'secret word', IsSensitive: true },
    ],
  })
  const channel = await make('/channels', { Name: 'Beta', ProjectId: project.Id })
  const ChannelId = (
    await server.ask<Page>('GET', `${S}/projects/${project.Id}/channels`)
  ).Items.find(({ IsDefault }) => IsDefault)?.Id
  const release = await make('/releases', { ProjectId: project.Id, ChannelId, Version: '1.0.0' })
  const deployment = await make('/deployments', {
    ReleaseId: release.Id,
    EnvironmentId: environments[0]?.Id,
  })
  await until(
    async () => (await server.ask('GET', `/tasks/${deployment.TaskId}`)).IsCompleted === true,
    'the first deployment ends',
  )
  const team = await make('/teams', {
    Name: 'Members',
    MemberUserIds: [memberId],
    SpaceId: space.Id,
  })
  const held: Thing[] = []
  for (const role of memberRoles) {
    const body = { TeamId: team.Id, UserRoleId: `userroles-${role}`, SpaceId: space.Id }
    held.push(await make('/scopeduserroles', body))
  }
  const pool = await make('/workerpools', { Name: 'Pool' })
  const worker = await make('/workers', workerBody('Tentacle', [pool.Id]))
  const artifact = await make('/artifacts', { Filename: 'report.txt' })
  await server.ask('PUT', `${S}/artifacts/${artifact.Id}/content`, { all: 'well' })
  const hello = { PackageId: 'Hello', Version: '0.9.0', OctopusBuildInformation: {} }
  const Document = JSON.stringify(await server.ask('GET', `/${trusts.Id}/identity/document`))
  const events = await server.ask<Page>('GET', `${S}/events?take=1`)
  return {
    spaceId: space.Id,
    slug: String(space.Slug),
    name: String(space.Name),
    ...{ environments, lifecycle, group, project, channel, pool, worker, team },
    releases: [release],
    deployments: [deployment],
    held: held[0] as Thing, // There are four.
    event: events.Items[0]?.Id ?? '',
    package: await pushPackage(server, space.Id, 'Hello.0.9.0.zip'),
    build: await make('/build-information', hello),
    artifact,
    trust: await make('/trusts', { Document }),
    import: await makeImport(server, space.Id),
  }
}

/** A release that has come from a space of another server, and waits for review. */
async function makeImport(server: TestServer, spaceId: string): Promise<Thing> {
  const source = await playedSource(server, spaceId)
  return (await upload(server, spaceId, await source.bundle())).json() as Promise<Thing>
}

/** A second release, and deployments that wait. */
async function queueMore(server: TestServer, land: Land): Promise<void> {
  const S = `/${land.spaceId}`
  const release = await server.ask<Thing>('POST', `${S}/releases`, {
    ProjectId: land.project.Id,
    Version: '1.0.1',
  })
  land.releases.push(release)
  for (const environment of land.environments) {
    const body = { ReleaseId: land.releases[0]?.Id, EnvironmentId: environment.Id }
    land.deployments.push(await server.ask<Thing>('POST', `${S}/deployments`, body))
  }
}

/** Takes notice of new names of the two spaces. */
export async function refresh(server: TestServer, world: World): Promise<void> {
  for (const land of world.lands) {
    const { Slug, Name } = await server.ask<Thing>('GET', `/spaces/${land.spaceId}`)
    Object.assign(land, { slug: Slug, name: Name })
  }
}
