import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { channelBody, faultsOf, makeProject, makeSpace, refusal } from '../support/things.ts'

describe('A channel', () => {
  let server: TestServer
  let spaceId: string
  let projectId: string

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
    projectId = (await makeProject(server.bus, spaceId)).Id
  })
  after(() => server.stop())

  const create = (body: object) =>
    server.bus.call('channels.create', { spaceId, ...channelBody(projectId, 'Hotfix'), ...body })

  it('is read as it was created, and stays so when it is sent back', async () => {
    const created = await create({})

    const id = created.Id
    const same = await server.bus.call('channels.modify', {
      ...{ spaceId, id },
      ...{ ...channelBody(projectId, 'Hotfix'), Slug: created.Slug },
    })

    expect(same).to.deep.equal(created)
    expect(await server.bus.call('channels.get', { spaceId, id })).to.deep.equal(created)
  })

  it('has a name of its own in its project alone', async () => {
    const other = await makeProject(server.bus, spaceId)
    await create({})

    const error = await refusal(create({ Name: 'HOTFIX' }))

    expect(error).to.include({ code: 400, type: 'TAKEN' })
    expect((await create({ ProjectId: other.Id })).Name).to.equal('Hotfix')
  })

  it('becomes the default one in place of the first', async () => {
    const hotfix = await create({ IsDefault: true })

    const { Items } = await server.bus.call('channels.list', { spaceId, projectId })
    const defaults = Items.filter(({ IsDefault }) => IsDefault)
    expect(defaults).to.deep.equal([hotfix])
    expect(await server.bus.call('channels.default', { spaceId, projectId })).to.deep.equal(hotfix)
  })

  it('cannot be deleted, nor be made an ordinary one, while it is the default', async () => {
    const channel = await server.bus.call('channels.default', { spaceId, projectId })
    const of = { spaceId, id: channel.Id }

    const removal = await refusal(server.bus.call('channels.remove', of))
    const change = await refusal(
      server.bus.call('channels.modify', { ...of, ...channelBody(projectId, 'Default') }),
    )

    expect([removal.type, change.type]).to.deep.equal(['REFUSED', 'VALIDATION_ERROR'])
  })

  it('cannot be of a project or have a lifecycle that its space does not have', async () => {
    const error = await refusal(create({ ProjectId: 'Projects-99', LifecycleId: 'Lifecycles-99' }))

    expect(faultsOf(error)).to.deep.equal([
      "ProjectId: the project 'Projects-99' was not found.",
      "LifecycleId: the lifecycle 'Lifecycles-99' was not found.",
    ])
  })

  it('is gone once it is deleted', async () => {
    const { Id: id } = await create({})

    await server.bus.call('channels.remove', { spaceId, id })

    const error = await refusal(server.bus.call('channels.get', { spaceId, id }))
    expect(error.type).to.equal('NOT_FOUND')
  })
})
