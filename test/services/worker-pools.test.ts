import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { makeSpace, refusal } from '../support/things.ts'

const poolBody = (Name: string) => ({
  Name,
  Description: '',
  WorkerPoolType: 'StaticWorkerPool' as const,
  IsDefault: false,
})

describe('A worker pool', () => {
  let server: TestServer
  let spaceId: string

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
  })
  after(() => server.stop())

  it('becomes the default one in place of the first', async () => {
    const body = { ...poolBody('Fast'), IsDefault: true }
    const pool = await server.bus.call('workerpools.create', { spaceId, ...body })

    const { Items } = await server.bus.call('workerpools.list', { spaceId })
    expect(Items.filter(({ IsDefault }) => IsDefault)).to.deep.equal([pool])
    expect(await server.bus.call('workerpools.default', { spaceId })).to.deep.equal(pool)
  })

  it('cannot be deleted while it is the default one', async () => {
    const { Id: id } = await server.bus.call('workerpools.default', { spaceId })

    const error = await refusal(server.bus.call('workerpools.remove', { spaceId, id }))

    expect(error).to.include({ code: 400, type: 'REFUSED' })
  })

  it('is gone once it is deleted, when it is an ordinary one', async () => {
    const { Id: id } = await server.bus.call('workerpools.create', { spaceId, ...poolBody('Slow') })

    await server.bus.call('workerpools.remove', { spaceId, id })

    const error = await refusal(server.bus.call('workerpools.get', { spaceId, id }))
    expect(error.type).to.equal('NOT_FOUND')
  })

  it('does not show the built-in worker', async () => {
    const page = await server.bus.call('workers.list', { spaceId })

    expect(page).to.deep.equal({ Items: [], TotalResults: 0, ItemsPerPage: 30, Skip: 0 })
  })
})
