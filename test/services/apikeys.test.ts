import { expect } from 'chai'
import type { Model } from 'mongoose'
import type { StoredApiKey } from '../../services/identity/api-key.model.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makePerson, type Person } from './people.ts'

interface Key {
  Id: string
  ApiKey: string
}

/** The service, with the model that it keeps to itself. */
interface Keeper {
  models: { ApiKey: Model<StoredApiKey> }
}

describe('API keys', () => {
  let server: TestServer
  let person: Person
  let path: string

  before(async () => {
    server = await startServer()
    person = await makePerson(server)
    path = `/users/${person.Id}/apikeys`
  })

  after(() => server.stop())

  const post = (body: object) => server.send('POST', path, body, person.key)
  const make = async (body: object) => (await (await post(body)).json()) as Key

  it('have a form that all clients accept, and are shown once', async () => {
    const made = await make({ Purpose: 'nightly build' })

    const read = await server.ask('GET', `${path}/${made.Id}`)

    expect(made.ApiKey).to.match(/^API-[A-Z0-9]{26,}$/)
    expect(read.ApiKey).to.deep.equal({
      HasValue: true,
      NewValue: null,
      Hint: `${made.ApiKey.slice(0, 8)}…`,
    })
    expect(JSON.stringify(read)).not.to.contain(made.ApiKey)
  })

  it('end at their time', async () => {
    const Expires = new Date(Date.now() + 60_000).toISOString()
    const made = await make({ Purpose: 'short', Expires })
    const before = await server.bus.call('apikeys.authenticate', { key: made.ApiKey })

    // As if the minute had passed.
    const { models } = server.broker.getLocalService('apikeys') as unknown as Keeper
    await models.ApiKey.updateOne({ _id: made.Id }, { Expires: new Date().toISOString() })

    const after = await server.bus.call('apikeys.authenticate', { key: made.ApiKey })
    expect(before?.userId).to.equal(person.Id)
    expect(after).to.equal(null)
  })

  it('that would have ended already, or are for nothing, are refused', async () => {
    const past = await post({ Purpose: 'late', Expires: '2020-01-01T00:00:00Z' })
    const purposeless = await post({})

    expect([past.status, purposeless.status]).to.deep.equal([400, 400])
  })

  it('that can only read change nothing', async () => {
    const { ApiKey } = await make({ Purpose: 'dashboard', ReadOnly: true })

    const read = await server.send('GET', '/users/me', undefined, ApiKey)
    const change = await server.send('POST', path, { Purpose: 'more' }, ApiKey)

    expect([read.status, change.status]).to.deep.equal([200, 403])
  })

  it('that are deleted are refused at once', async () => {
    const made = await make({ Purpose: 'lost' })
    await server.send('GET', '/users/me', undefined, made.ApiKey)

    await server.send('DELETE', `${path}/${made.Id}`, undefined, person.key)

    const response = await server.send('GET', '/users/me', undefined, made.ApiKey)
    expect(response.status).to.equal(401)
  })

  it('of others are neither seen nor made', async () => {
    const other = await makePerson(server)
    const { Id } = await make({ Purpose: 'mine' })

    const list = await server.send('GET', path, undefined, other.key)
    const one = await server.send('GET', `${path}/${Id}`, undefined, other.key)
    const made = await server.send('POST', path, { Purpose: 'yours' }, other.key)
    const elsewhere = await server.send('GET', `/users/${other.Id}/apikeys/${Id}`)

    expect([list, one, made, elsewhere].map(({ status }) => status)).to.deep.equal([
      403, 404, 403, 404,
    ])
  })

  it('that nobody has are nobody, whatever they look like', async () => {
    const keys = ['API-NOBODYHASTHISKEYATALL0000000', 'API-', '', '$where', 'API-'.repeat(1_000)]

    const found = await Promise.all(
      keys.map((key) => server.bus.call('apikeys.authenticate', { key })),
    )

    expect(found).to.deep.equal(keys.map(() => null))
  })
})
