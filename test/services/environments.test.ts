import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import {
  aName,
  environmentBody,
  lifecycleBody,
  makeEnvironment,
  makeSpace,
  refusal,
} from '../support/things.ts'

describe('An environment', () => {
  let server: TestServer
  let spaceId: string

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
  })
  after(() => server.stop())

  it('is the same when it is created, read and listed', async () => {
    const created = await makeEnvironment(server.bus, spaceId, 'Team Test')

    const read = await server.bus.call('environments.get', { spaceId, id: created.Id })
    const { Items } = await server.bus.call('environments.list', { spaceId })
    expect(read).to.deep.equal(created)
    expect(Items).to.deep.equal([created])
    expect(created).to.include({ SpaceId: spaceId, Slug: 'team-test', SortOrder: 0 })
  })

  it('stays as it is when what was read is sent back', async () => {
    const before = await makeEnvironment(server.bus, spaceId)

    const after = await server.bus.call('environments.modify', {
      spaceId,
      id: before.Id,
      ...before,
    })

    expect(after).to.deep.equal(before)
    const read = await server.bus.call('environments.get', { spaceId, id: before.Id })
    expect(read).to.deep.equal(before)
  })

  it('has all the fields that a change gives it, and says who changed it', async () => {
    const { Id: id } = await makeEnvironment(server.bus, spaceId)
    const wish = {
      ...environmentBody('Production'),
      Description: 'Here be customers',
      SortOrder: 7,
      UseGuidedFailure: true,
      AllowDynamicInfrastructure: false,
    }

    const after = await server.bus.call('environments.modify', { spaceId, id, ...wish })

    expect(after).to.deep.include(wish)
    expect(after.LastModifiedBy).to.equal('system')
    expect(Date.parse(after.LastModifiedOn ?? ''))
      .to.be.a('number')
      .above(0)
  })

  it('cannot have the name of another of its space, in whichever case', async () => {
    await makeEnvironment(server.bus, spaceId, 'Staging')
    const other = await makeEnvironment(server.bus, spaceId, 'Test')

    const creation = await refusal(makeEnvironment(server.bus, spaceId, 'STAGING'))
    const change = await refusal(
      server.bus.call('environments.modify', {
        spaceId,
        id: other.Id,
        ...environmentBody('staging'),
      }),
    )

    expect(creation).to.include({ code: 400, type: 'TAKEN' })
    expect(change).to.include({ code: 400, type: 'TAKEN' })
  })

  it('may have the name of one in another space, and is not found there', async () => {
    const elsewhere = await makeSpace(server.bus)
    const { Id: id } = await makeEnvironment(server.bus, elsewhere, 'Staging')
    await makeEnvironment(server.bus, spaceId, 'Staging')

    const calls = [
      server.bus.call('environments.get', { spaceId, id }),
      server.bus.call('environments.modify', { spaceId, id, ...environmentBody('Mine') }),
      server.bus.call('environments.remove', { spaceId, id }),
    ]

    for (const call of calls) expect(await refusal(call)).to.include({ type: 'NOT_FOUND' })
  })

  it('gets a slug of its own when names differ in signs alone', async () => {
    const first = await makeEnvironment(server.bus, spaceId, 'Test 1')
    const second = await makeEnvironment(server.bus, spaceId, 'Test-1')

    expect([first.Slug, second.Slug]).to.deep.equal(['test-1', 'test-1-1'])
  })

  it('is gone once it is deleted', async () => {
    const { Id: id } = await makeEnvironment(server.bus, spaceId)

    await server.bus.call('environments.remove', { spaceId, id })

    const read = await refusal(server.bus.call('environments.get', { spaceId, id }))
    const again = await refusal(server.bus.call('environments.remove', { spaceId, id }))
    expect([read.type, again.type]).to.deep.equal(['NOT_FOUND', 'NOT_FOUND'])
  })

  it('cannot be deleted while a phase names it', async () => {
    const environment = await makeEnvironment(server.bus, spaceId)
    const body = lifecycleBody('Slow and safe', [[environment.Id]])
    await server.bus.call('lifecycles.create', { spaceId, ...body })

    const error = await refusal(
      server.bus.call('environments.remove', { spaceId, id: environment.Id }),
    )

    expect(error).to.include({ code: 400, type: 'REFUSED' })
    expect(error.message).to.include("'Slow and safe'")
  })

  it('comes after the others, until it is given another place', async () => {
    const [one, two, three] = [
      await makeEnvironment(server.bus, spaceId, 'C'),
      await makeEnvironment(server.bus, spaceId, 'B'),
      await makeEnvironment(server.bus, spaceId, 'A'),
    ]

    const sorted = await server.bus.call('environments.sort', { spaceId, ids: [three.Id, one.Id] })

    expect([one, two, three].map(({ SortOrder }) => SortOrder)).to.deep.equal([0, 1, 2])
    expect(sorted.map(({ Name }) => Name)).to.deep.equal(['A', 'C', 'B'])
    const { Items } = await server.bus.call('environments.list', { spaceId })
    expect(Items).to.deep.equal(sorted)
  })

  it('is found by ids, by its name, and by a part of it with the whole name first', async () => {
    const long = await makeEnvironment(server.bus, spaceId, 'A Test Area')
    const exact = await makeEnvironment(server.bus, spaceId, 'Test')
    await makeEnvironment(server.bus, spaceId, 'Live')

    const list = (wish: object) => server.bus.call('environments.list', { spaceId, ...wish })

    const byIds = await list({ ids: [exact.Id, 'Environments-99'] })
    expect(byIds.Items).to.deep.equal([exact])
    expect((await list({ name: 'TEST' })).Items).to.deep.equal([exact])
    const byPart = await list({ partialName: 'tEsT' })
    expect(byPart).to.deep.include({ Items: [exact, long], TotalResults: 2 })
    const one = await list({ partialName: 'test', take: 1 })
    expect(one).to.deep.include({ Items: [exact], TotalResults: 2 })
    const rest = await list({ partialName: 'test', take: 1, skip: 1 })
    expect(rest).to.deep.include({ Items: [long], TotalResults: 2 })
  })

  it('is on one page of 30, and all on a page that is long enough', async () => {
    for (let count = 0; count < 32; count += 1) await makeEnvironment(server.bus, spaceId)

    const first = await server.bus.call('environments.list', { spaceId })
    const second = await server.bus.call('environments.list', { spaceId, skip: 30 })
    const all = await server.bus.call('environments.list', { spaceId, take: 2_147_483_647 })

    expect(first.Items).to.have.length(30)
    expect(first).to.include({ TotalResults: 32, ItemsPerPage: 30, Skip: 0 })
    expect(second.Items).to.have.length(2)
    expect(second.TotalResults).to.equal(32)
    expect(all.Items).to.deep.equal([...first.Items, ...second.Items])
  })

  it('needs a name of at most 50 characters', async () => {
    const nameless = await refusal(makeEnvironment(server.bus, spaceId, ''))
    const long = await refusal(makeEnvironment(server.bus, spaceId, 'x'.repeat(51)))

    expect([nameless.type, long.type]).to.deep.equal(['VALIDATION_ERROR', 'VALIDATION_ERROR'])
    expect((await makeEnvironment(server.bus, spaceId, aName('x'.repeat(40)))).Name).to.be.a(
      'string',
    )
  })
})
