import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'

/** An action as its broker knows it. */
interface Known {
  name: string
  description?: string
  permission?: string
  params?: Record<string, unknown>
}

describe('The actions of a server', () => {
  let server: TestServer
  let actions: Known[]

  before(async () => {
    server = await startServer()
    const all = server.broker.registry.getActionList({ skipInternal: true })
    actions = all.flatMap(({ action }) => (action ? [action as Known] : []))
  })

  after(() => server.stop())

  /** Those that others may call. */
  const open = () => actions.filter(({ name }) => name !== 'api.rest')

  it('are known to who looks for them', () => {
    const names = actions.map(({ name }) => name)

    expect(names).to.include.members(['spaces.list', 'environments.create', 'tasks.details'])
  })

  it('each say in a sentence what they do', () => {
    const silent = open().filter(({ description = '' }) => !/^[A-Z].*[^.]$/.test(description))

    expect(silent.map(({ name }) => name)).to.deep.equal([])
  })

  it('each say what may be asked', () => {
    const unchecked = open().filter(({ params }) => params === undefined)

    expect(unchecked.map(({ name }) => name)).to.deep.equal([])
  })

  it('check what they are asked', async () => {
    const [fault] = await Promise.all([
      server.bus.call('environments.get', { spaceId: 'Spaces-1', id: 7 as never }).catch((e) => e),
    ])

    expect(fault).to.include({ code: 422, type: 'VALIDATION_ERROR' })
  })
})
