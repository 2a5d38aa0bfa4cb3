import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { faultOf, makeManager, makePerson, PASSWORD } from './people.ts'

interface User {
  Id: string
  Username: string
  DisplayName: string
  IsActive: boolean
}

describe('Users', () => {
  let server: TestServer
  let administrator: User

  before(async () => {
    server = await startServer()
    administrator = await server.ask<User>('GET', '/users/me')
  })

  after(() => server.stop())

  it('are shown alike when made, read and listed, and never with their password', async () => {
    const made = await server.ask<User>('POST', '/users', {
      Username: 'Ada',
      DisplayName: 'Ada L.',
      Password: PASSWORD,
    })

    const read = await server.ask('GET', `/users/${made.Id}`)
    const { Items } = await server.ask<{ Items: User[] }>('GET', '/users?filter=ada')

    expect(read).to.deep.equal(made)
    expect(Items).to.deep.equal([made])
    expect(JSON.stringify(made)).not.to.match(/password":|_password/i)
  })

  it('cannot take the username of another, whatever its case', async () => {
    const person = await makePerson(server)

    const response = await server.send('POST', '/users', {
      Username: person.Username.toUpperCase(),
      DisplayName: 'x',
    })

    expect(response.status).to.equal(400)
    expect(await faultOf(response)).to.match(/Another user is named/)
  })

  it('need a password of eight characters, unless they are services, which have none', async () => {
    const short = await server.send('POST', '/users', { Username: 'short', Password: '1234567' })
    const service = { Username: 'robot', IsService: true }
    const withPassword = await server.send('POST', '/users', { ...service, Password: PASSWORD })
    const without = await server.send('POST', '/users', service)

    expect(short.status).to.equal(400)
    expect(withPassword.status).to.equal(400)
    expect(without.status).to.equal(201)
  })

  it('may change their own name to display, and not their rank', async () => {
    const person = await makePerson(server)
    const path = `/users/${person.Id}`
    const own = (await (await server.send('GET', path, undefined, person.key)).json()) as User

    const renamed = await server.send('PUT', path, { ...own, DisplayName: 'Me' }, person.key)
    const service = await server.send('PUT', path, { ...own, IsService: true }, person.key)
    const other = await server.send('PUT', `/users/${administrator.Id}`, administrator, person.key)

    expect(((await renamed.json()) as User).DisplayName).to.equal('Me')
    expect(service.status).to.equal(403)
    expect(other.status).to.equal(403)
  })

  it('who are made inactive or deleted lose their keys at once', async () => {
    const [paused, gone] = [await makePerson(server), await makePerson(server)]
    const isIn = async (key: string) =>
      (await server.send('GET', '/users/me', undefined, key)).status
    expect([await isIn(paused.key), await isIn(gone.key)]).to.deep.equal([200, 200])

    const user = await server.ask<User>('GET', `/users/${paused.Id}`)
    await server.ask('PUT', `/users/${paused.Id}`, { ...user, IsActive: false })
    await server.ask('DELETE', `/users/${gone.Id}`)

    expect([await isIn(paused.key), await isIn(gone.key)]).to.deep.equal([401, 401])
  })

  it('leave their teams when they are deleted', async () => {
    const person = await makePerson(server)
    const body = { Name: 'Leavers', MemberUserIds: [person.Id] }
    const team = await server.ask<{ Id: string }>('POST', '/teams', body)

    await server.ask('DELETE', `/users/${person.Id}`)

    const after = await server.ask<{ MemberUserIds: string[] }>('GET', `/teams/${team.Id}`)
    expect(after.MemberUserIds).to.deep.equal([])
  })

  it('cannot delete themselves, nor take the last administrator away', async () => {
    const other = await makePerson(server)
    const members = (MemberUserIds: string[]) =>
      server.send('PUT', '/teams/teams-administrators', { Name: 'Administrators', MemberUserIds })
    await members([administrator.Id, other.Id])

    const himself = await server.send('DELETE', `/users/${administrator.Id}`)
    await members([administrator.Id])
    const last = await members([])
    const inactive = await server.send('PUT', `/users/${administrator.Id}`, {
      ...administrator,
      IsActive: false,
    })

    expect([himself.status, last.status, inactive.status]).to.deep.equal([400, 400, 400])
    expect(await faultOf(last)).to.match(/last administrator/)
  })

  it('who administrate together cannot remove each other at the same moment', async () => {
    const pair = [await makePerson(server), await makePerson(server)]
    const ids = pair.map(({ Id }) => Id)
    const team = { Name: 'Administrators', MemberUserIds: [...ids, administrator.Id] }
    await server.ask('PUT', '/teams/teams-administrators', team)
    await server.ask('PUT', '/teams/teams-administrators', { ...team, MemberUserIds: ids })
    const [one, other] = pair as [(typeof pair)[0], (typeof pair)[0]]

    const responses = await Promise.all([
      server.send('DELETE', `/users/${one.Id}`, undefined, other.key),
      server.send('DELETE', `/users/${other.Id}`, undefined, one.key),
    ])

    const { bus } = server
    await bus.call('teams.modify', {
      id: 'teams-administrators',
      ...{ Name: 'Administrators', Description: '', ExternalSecurityGroups: [] },
      MemberUserIds: [administrator.Id],
    })
    expect(responses.filter(({ status }) => status === 200)).to.have.length(1)
  })

  it('who manage users cannot act for an administrator', async () => {
    const person = await makePerson(server)
    await server.ask('PUT', '/teams/teams-managers', {
      Name: 'Managers',
      MemberUserIds: [person.Id],
    })
    const path = `/users/${administrator.Id}`

    const password = { ...administrator, Password: 'Another01!' }
    const responses = await Promise.all([
      server.send('POST', `${path}/apikeys`, { Purpose: 'to be him' }, person.key),
      server.send('PUT', path, password, person.key),
      server.send('DELETE', path, undefined, person.key),
      server.send(
        'PUT',
        '/teams/teams-administrators',
        { Name: 'Administrators', MemberUserIds: [administrator.Id, person.Id] },
        person.key,
      ),
    ])

    expect(responses.map(({ status }) => status)).to.deep.equal([403, 403, 403, 403])
  })

  it('are asked for their spaces, teams and permissions by themselves alone, or by who views users', async () => {
    const [manager, other] = [await makeManager(server), await makePerson(server)]
    // biome-ignore lint/suspicious/noExplicitAny: three answers of different forms
    const ask = async (about: string, key: string): Promise<{ status: number; body: any }> => {
      const response = await server.send('GET', `/users/${manager.Id}/${about}`, undefined, key)
      return { status: response.status, body: await response.json() }
    }

    const spaces = await ask('spaces', manager.key)
    const teams = await ask('teams', manager.key)
    const permissions = await ask('permissions', manager.key)
    const others = await ask('permissions', other.key)

    expect(spaces.body).to.deep.equal([await server.ask('GET', '/spaces/Spaces-1')])
    expect(teams.body).to.have.length(2)
    expect(permissions.body.SystemPermissions).to.deep.equal([])
    expect(permissions.body.SpacePermissions.ProjectEdit[0].SpaceId).to.equal('Spaces-1')
    expect(others.status).to.equal(404)
  })
})
