import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { makeManager, makePerson, makeTeam } from './people.ts'

interface Team {
  Id: string
  Name: string
  SpaceId: string | null
  MemberUserIds: string[]
}

describe('Teams', () => {
  let server: TestServer

  before(async () => {
    server = await startServer()
  })

  after(() => server.stop())

  const listed = async (path: string, key?: string) => {
    const response = await server.send('GET', path, undefined, key)
    return ((await response.json()) as { Items: Team[] }).Items.map(({ Id }) => Id)
  }

  it('of the server and each space are there from the start, and stay', async () => {
    const ids = await listed('/teams')

    const removal = await server.send('DELETE', '/teams/teams-everyone')
    const renaming = await server.send('PUT', '/teams/teams-managers', { Name: 'Bosses' })

    expect(ids).to.include.members([
      ...['teams-everyone', 'teams-administrators', 'teams-managers'],
      'teams-spacemanagers-Spaces-1',
    ])
    expect([removal.status, renaming.status]).to.deep.equal([400, 400])
  })

  it('give their members what they hold, at once, and take it again', async () => {
    const person = await makePerson(server)
    const read = async () => (await server.send('GET', '/Spaces-1', undefined, person.key)).status
    const before = await read()
    const roles = ['projectviewer']
    const team = await makeTeam(server, { spaceId: 'Spaces-1', members: [person], roles })

    const during = await read()
    await server.ask('DELETE', `/teams/${team.Id}`)
    const after = await read()

    expect([before, during, after]).to.deep.equal([404, 200, 404])
  })

  it('of a space can be managed by who manages the space, those of the server not', async () => {
    const [manager, other] = [await makeManager(server), await makePerson(server)]
    const body = { Name: 'Testers', MemberUserIds: [other.Id] }

    const own = await server.send('POST', '/Spaces-1/teams', body, manager.key)
    const { Id } = (await own.json()) as Team
    const role = { TeamId: Id, UserRoleId: 'userroles-projectviewer' }
    const given = await server.send('POST', '/Spaces-1/scopeduserroles', role, manager.key)
    const system = { ...role, UserRoleId: 'userroles-systemadministrator' }
    const refused = await Promise.all([
      server.send('POST', '/Spaces-1/scopeduserroles', system, manager.key),
      server.send('POST', '/scopeduserroles', { ...system, TeamId: 'teams-everyone' }, manager.key),
      server.send('POST', '/teams', body, manager.key),
      server.send('PUT', '/teams/teams-administrators', body, manager.key),
      server.send('PUT', '/Spaces-1/teams/teams-administrators', body, manager.key),
    ])

    expect([own.status, given.status]).to.deep.equal([201, 201])
    expect(refused.map(({ status }) => status)).to.deep.equal([400, 403, 403, 403, 404])
  })

  it('of another space are not found', async () => {
    const manager = await makeManager(server)
    const space = await makeSpace('Elsewhere')
    const theirs = await makeTeam(server, { spaceId: space, members: [], roles: [] })

    const read = await server.send('GET', `/Spaces-1/teams/${theirs.Id}`, undefined, manager.key)
    const system = await server.send('GET', `/teams/${theirs.Id}`, undefined, manager.key)
    const role = { TeamId: theirs.Id, UserRoleId: 'userroles-projectviewer' }
    const given = await server.send('POST', '/Spaces-1/scopeduserroles', role, manager.key)

    expect([read.status, system.status, given.status]).to.deep.equal([404, 404, 400])
    expect(await listed('/teams', manager.key)).not.to.include(theirs.Id)
  })

  it('of the managers of a space and the space itself say the same', async () => {
    const [first, second] = [await makePerson(server), await makePerson(server)]
    const spaceId = await makeSpace('Managed', [first.Id])
    const path = `/teams/teams-spacemanagers-${spaceId}`
    const team = await server.ask<Team>('GET', path)

    await server.ask('PUT', path, { ...team, MemberUserIds: [second.Id] })

    const space = await server.ask<{ SpaceManagersTeamMembers: string[] }>(
      'GET',
      `/spaces/${spaceId}`,
    )
    expect(team.MemberUserIds).to.deep.equal([first.Id])
    expect(space.SpaceManagersTeamMembers).to.deep.equal([second.Id])
    expect((await server.ask<Team>('GET', path)).MemberUserIds).to.deep.equal([second.Id])
  })

  it('cannot have members whom nobody knows', async () => {
    const response = await server.send('POST', '/teams', {
      Name: 'Ghosts',
      MemberUserIds: ['Users-nobody'],
    })

    expect(response.status).to.equal(400)
  })

  it('show their roles, each as when it is read alone', async () => {
    const roles = ['projectviewer', 'taskcanceller']
    const team = await makeTeam(server, { spaceId: 'Spaces-1', members: [], roles })

    const { Items } = await server.ask<{ Items: { Id: string }[] }>(
      'GET',
      `/teams/${team.Id}/scopeduserroles`,
    )

    const [first] = Items
    expect(Items).to.have.length(2)
    expect(await server.ask('GET', `/scopeduserroles/${first?.Id}`)).to.deep.equal(first)
  })

  async function makeSpace(Name: string, members: string[] = []): Promise<string> {
    const { Id: me } = await server.ask<{ Id: string }>('GET', '/users/me')
    const space = await server.ask<{ Id: string }>('POST', '/spaces', {
      Name,
      SpaceManagersTeamMembers: members.length > 0 ? members : [me],
    })
    return space.Id
  }
})
