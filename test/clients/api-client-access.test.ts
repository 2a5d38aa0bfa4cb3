/** Who the published client is to the server, and the server to it. */
import { Client, checkForCapability, userGetCurrent } from '@octopusdeploy/api-client'
import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import { connect, refused } from './story.ts'

describe('The published client asks the server', () => {
  let server: TestServer
  let client: Client

  before(async () => {
    server = await startServer()
    client = await connect(server)
  })
  after(() => server.stop())

  it('what it can do', async () => {
    const known = await checkForCapability(client, 'GetAllSpacesRequest', '2018.1')
    const unknown = await checkForCapability(client, 'SomeMadeUpRequest', '2023.1')

    expect(known).to.equal(null)
    expect(unknown).to.include('does not support SomeMadeUpRequest')
  })

  it('who it is', async () => {
    const { version, installationId } = await client.getServerInformation()

    expect(version).to.match(/^\d+\.\d+\.\d+$/)
    expect(installationId).to.match(/^[0-9a-f]{8}-[0-9a-f-]{27}$/)
  })

  it('who the caller is, with and without a key', async () => {
    const nobody = await connect(server, '')

    expect((await userGetCurrent(client)).Username).to.equal('admin')
    expect(await refused(userGetCurrent(nobody))).to.include({ StatusCode: 401 })
  })

  it('at an address that is none, and fails', async () => {
    await refused(Client.create({ userAgentApp: 'Test', apiKey: 'API-X', instanceURL: '123' }))
  })
})

describe('The published client', () => {
  let server: TestServer
  let client: Client

  before(async () => {
    server = await startServer()
    client = await connect(server)
  })
  after(() => server.stop())

  it('works with a key that it has made, as long as there is that key', async () => {
    const { Id } = await userGetCurrent(client)
    const keys = `~/api/users/${Id}/apikeys`
    const made = await client.doCreate<{ Id: string; ApiKey: string }>(keys, { Purpose: 'Tests' })
    const other = await connect(server, made.ApiKey)

    const before = await userGetCurrent(other)
    await client.del(`${keys}/${made.Id}`)

    expect(made.ApiKey).to.match(/^API-[A-Z\d]+$/)
    expect(before.Id).to.equal(Id)
    expect(await refused(userGetCurrent(other))).to.include({ StatusCode: 401 })
  })
})
