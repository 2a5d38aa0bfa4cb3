import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { aName, makeProject, makeSpace, refusal } from '../support/things.ts'

const spaceBody = (Name: string) => ({
  Name,
  Description: '',
  SpaceManagersTeams: ['teams-administrators'],
  SpaceManagersTeamMembers: [],
  TaskQueueStopped: false,
})

describe('A space', () => {
  let server: TestServer

  before(async () => {
    server = await startServer()
  })
  after(() => server.stop())

  it('is there from the first start, as the default one', async () => {
    const id = await server.bus.call('spaces.default', {})

    const space = await server.bus.call('spaces.get', { id })

    expect(space).to.include({ Id: 'Spaces-1', Name: 'Default', IsDefault: true })
  })

  it('is read as it was created, with a team of its own managers', async () => {
    const created = await server.bus.call('spaces.create', spaceBody(aName('Team Rocket')))

    const read = await server.bus.call('spaces.get', { id: created.Id })
    expect(read).to.deep.equal(created)
    expect(created.SpaceManagersTeams).to.deep.equal([
      `teams-spacemanagers-${created.Id}`,
      'teams-administrators',
    ])
  })

  it('needs somebody who manages it', async () => {
    const body = { ...spaceBody(aName()), SpaceManagersTeams: [] }

    const error = await refusal(server.bus.call('spaces.create', body))

    expect(error).to.include({ code: 400, type: 'VALIDATION_ERROR' })
  })

  for (const spaceOf of ['new', 'default'] as const) {
    it(`begins with what every space has: the ${spaceOf} one`, async () => {
      const spaceId = spaceOf === 'new' ? await makeSpace(server.bus) : 'Spaces-1'

      const namesOf = async (action: 'lifecycles' | 'projectgroups' | 'workerpools') =>
        (await server.bus.call(`${action}.names`, { spaceId })).map(({ Name }) => Name)

      expect(await namesOf('lifecycles')).to.deep.equal(['Default Lifecycle'])
      expect(await namesOf('projectgroups')).to.deep.equal(['Default Project Group'])
      expect(await namesOf('workerpools')).to.deep.equal(['Default Worker Pool'])
      const policies = await server.bus.call('machinepolicies.list', { spaceId })
      expect(policies.Items.map(({ Name }) => Name)).to.deep.equal(['Default Machine Policy'])
      const feeds = await server.bus.call('feeds.list', { spaceId })
      expect(feeds.Items.map(({ FeedType }) => FeedType)).to.deep.equal(['BuiltIn'])
      const retention = await server.bus.call('retentionpolicies.get', { spaceId })
      expect(retention).to.include({ RetentionType: 'LifecycleRelease', Strategy: 'Forever' })
    })
  }

  it('does not get back what was deleted in it', async () => {
    const spaceId = await makeSpace(server.bus)
    const [lifecycle] = await server.bus.call('lifecycles.names', { spaceId })
    await server.bus.call('lifecycles.remove', { spaceId, id: lifecycle?.Id ?? '' })

    await server.bus.call('spaces.populate', { spaceId })

    expect(await server.bus.call('lifecycles.names', { spaceId })).to.deep.equal([])
  })

  it('is resolved by id, slug and name, the latter two in any case', async () => {
    const { Id, Slug } = await server.bus.call('spaces.create', spaceBody('Blue Team'))

    const texts = [Id, Slug, 'BLUE-TEAM', 'blue team', 'BLUE TEAM']
    const found = await Promise.all(
      texts.map((space) => server.bus.call('spaces.resolve', { space })),
    )

    expect(new Set(found.map((space) => space.Id))).to.deep.equal(new Set([Id]))
    const id = await refusal(server.bus.call('spaces.resolve', { space: Id.toLowerCase() }))
    expect(id.type).to.equal('NOT_FOUND')
  })

  it('cannot be deleted while its tasks run', async () => {
    const id = await makeSpace(server.bus)

    const error = await refusal(server.bus.call('spaces.remove', { id }))

    expect(error).to.include({ code: 400, type: 'REFUSED' })
  })

  it('is hidden at once when it is deleted, and its name is free', async () => {
    const body = { ...spaceBody(aName('Short-lived')), TaskQueueStopped: true }
    const { Id: id } = await server.bus.call('spaces.create', body)
    await makeProject(server.bus, id)

    await server.bus.call('spaces.remove', { id })

    expect((await refusal(server.bus.call('spaces.get', { id }))).type).to.equal('NOT_FOUND')
    const resolved = await refusal(server.bus.call('spaces.resolve', { space: id }))
    expect(resolved.type).to.equal('NOT_FOUND')
    const { Items } = await server.bus.call('spaces.list', { ids: [id] })
    expect(Items).to.deep.equal([])
    const again = await server.bus.call('spaces.create', body)
    expect(again.Name).to.equal(body.Name)
  })

  it('cannot be deleted when it is the default one', async () => {
    const error = await refusal(server.bus.call('spaces.remove', { id: 'Spaces-1' }))

    expect(error).to.include({ code: 400, type: 'REFUSED' })
  })

  it('is among the stopped ones while its tasks do not start', async () => {
    const body = { ...spaceBody(aName()), TaskQueueStopped: true }
    const { Id } = await server.bus.call('spaces.create', body)
    const running = await makeSpace(server.bus)

    const stopped = await server.bus.call('spaces.stopped', {})

    expect(stopped).to.include(Id)
    expect(stopped).not.to.include(running)
  })

  it('refuses the name of another', async () => {
    const { Name } = await server.bus.call('spaces.create', spaceBody(aName('Shop')))

    const error = await refusal(server.bus.call('spaces.create', spaceBody(Name.toUpperCase())))

    expect(error).to.include({ code: 400, type: 'TAKEN' })
  })
})
