import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { type Fixture, makeFixture } from './access-fixture.ts'

describe('An outsider', () => {
  let server: TestServer
  let fixture: Fixture

  before(async function () {
    this.timeout(60_000)
    server = await startServer()
    fixture = await makeFixture(server)
  })

  after(() => server.stop())

  const lists = [
    '/spaces',
    '/spaces/all',
    '/tasks',
    '/tasks?spaces=all&includeSystem=true',
    '/tasks?spaces=Spaces-1',
    '/events',
    '/events?spaces=all&includeSystem=true',
    '/events?spaces=Spaces-1',
    '/scopeduserroles',
    '/scopeduserroles?spaces=all',
    '/users/me/spaces',
  ]
  for (const path of lists) {
    it(`finds nothing of a space in ${path}`, async () => {
      const response = await server.send('GET', path, undefined, fixture.keys.outsider)
      // The links of a page say again what was asked for.
      const { Links: _links, ...page } = (await response.json()) as { Links?: object }

      expect(JSON.stringify(page)).not.to.match(/Spaces-1|ServerTasks-|Projects-|Environments-/)
      const seen = await server.send('GET', path)
      if (path !== '/users/me/spaces')
        expect(await seen.text(), 'shown to others').to.match(/Spaces-1/)
    })
  }

  it('finds no team of a space among the teams', async () => {
    const response = await server.send('GET', '/teams?spaces=all', undefined, fixture.keys.outsider)
    const { Items } = (await response.json()) as { Items?: { SpaceId: string | null }[] }

    expect((Items ?? []).filter(({ SpaceId }) => SpaceId !== null)).to.deep.equal([])
  })

  it('is not told whether a space that he may not enter is there', async () => {
    const ask = async (space: string) => {
      const response = await server.send(
        'GET',
        `/${space}/projects`,
        undefined,
        fixture.keys.outsider,
      )
      return `${response.status} ${(await response.text()).replace(space, 'X')}`
    }

    expect(await ask('Spaces-1')).to.equal(await ask('Spaces-99'))
    expect(await ask('default')).to.equal(await ask('unknown'))
  })

  it('cannot name a space in a query instead', async () => {
    for (const path of [
      '/tasks?spaceId=Spaces-1',
      '/events?SpaceId=Spaces-1',
      '/teams?spaceid=Spaces-1',
    ]) {
      const response = await server.send('GET', path, undefined, fixture.keys.outsider)

      expect(await response.text(), path).not.to.match(
        /ServerTasks-|Projects-|Environments-|teams-spacemanagers/,
      )
    }
  })
})
