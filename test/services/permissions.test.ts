import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { makePerson, makeTeam } from './people.ts'

describe('Permissions', () => {
  let server: TestServer

  before(async () => {
    server = await startServer()
  })

  after(() => server.stop())

  it('of who is in no team are none', async () => {
    const { Id: userId } = await makePerson(server)

    const grants = await server.bus.call('permissions.of', { userId })

    expect(grants).to.deep.equal({ system: [], spaces: {} })
  })

  it('of the administrator are all on the server, and all in the default space', async () => {
    const { Id: userId } = await server.ask<{ Id: string }>('GET', '/users/me')

    const { system, spaces } = await server.bus.call('permissions.of', { userId })

    expect(system).to.include('AdministerSystem')
    expect(spaces['Spaces-1']).to.include('ProjectDelete')
  })

  it('of several roles add up', async () => {
    const person = await makePerson(server)
    const roles = ['releasecreator', 'taskcanceller']
    await makeTeam(server, { spaceId: 'Spaces-1', members: [person], roles })

    const { spaces } = await server.bus.call('permissions.of', { userId: person.Id })

    expect(spaces['Spaces-1']).to.include.members(['ReleaseCreate', 'TaskCancel'])
    expect(spaces['Spaces-1']).not.to.include('DeploymentCreate')
  })

  it('of a role that is narrowed are none yet, rather than too many', async () => {
    const person = await makePerson(server)
    const team = await makeTeam(server, { spaceId: 'Spaces-1', members: [person], roles: [] })
    await server.ask('POST', '/Spaces-1/scopeduserroles', {
      TeamId: team.Id,
      UserRoleId: 'userroles-projectviewer',
      ProjectIds: ['Projects-1'],
    })

    const { spaces } = await server.bus.call('permissions.of', { userId: person.Id })

    expect(spaces).to.deep.equal({})
  })

  it('of who is not active any more are none', async () => {
    const person = await makePerson(server)
    await makeTeam(server, { spaceId: 'Spaces-1', members: [person], roles: ['spacemanager'] })
    const user = await server.ask('GET', `/users/${person.Id}`)

    await server.ask('PUT', `/users/${person.Id}`, { ...user, IsActive: false })

    const grants = await server.bus.call('permissions.of', { userId: person.Id })
    expect(grants.spaces).to.deep.equal({})
  })

  it('are all described', async () => {
    const all = await server.ask<Record<string, object>>('GET', '/permissions/all')

    expect(all.DeploymentCreate).to.deep.equal({
      Description: 'Deploy releases to environments',
      CanApplyAtSpaceLevel: true,
      CanApplyAtSystemLevel: false,
      SupportedRestrictions: ['Projects', 'ProjectGroups', 'Environments', 'Tenants'],
    })
  })
})
