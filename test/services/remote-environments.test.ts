import { expect } from 'chai'
import { startServer, type TestServer } from '../support/server.ts'
import {
  aName,
  environmentBody,
  faultsOf as faultsIn,
  makeEnvironment,
  makeSpace,
  refusal,
} from '../support/things.ts'
import { makeTrust } from '../support/trusts.ts'

describe('A remote environment', () => {
  let server: TestServer
  let prod: { bus: TestServer['bus']; spaceId: string }
  let spaceId: string
  let TrustId: string

  before(async () => {
    server = await startServer()
    prod = { bus: server.bus, spaceId: await makeSpace(server.bus) }
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
    TrustId = (await makeTrust({ bus: server.bus, spaceId }, prod, { Name: 'Prod Space' })).Id
  })
  after(() => server.stop())

  const post = (body: object) => server.send('POST', `/${spaceId}/environments`, body)
  const make = async (Remote: object, more: object = {}) => {
    const answer = await post({ Remote: { TrustId, ...Remote }, ...more })
    expect(answer.status).to.equal(201)
    return (await answer.json()) as Record<string, unknown> & { Id: string }
  }
  const revoke = (id: string) =>
    server.bus.call('trusts.revoke', {
      ...{ spaceId, id, Reason: 'The key was stolen', BlockImportedReleases: true },
    })
  const faultsOf = async (body: object) => {
    const answer = await post(body)
    expect(answer.status).to.equal(400)
    return ((await answer.json()) as { Errors: string[] }).Errors
  }

  it('is named after what it stands for', async () => {
    const production = await make({ RemoteName: 'Production' })
    const space = await make({ Kind: 'Space' })
    const named = await make(
      { RemoteName: 'Production', RemoteId: 'Environments-9' },
      { Name: 'P' },
    )

    expect(production.Name).to.equal('Prod Space: Production')
    expect(production.Remote).to.deep.equal({
      ...{ TrustId, Kind: 'Environment', RemoteName: 'Production', CountsWhen: 'Accepted' },
    })
    expect(space).to.deep.include({ Name: 'Prod Space', AllowDynamicInfrastructure: false })
    expect(space.Remote).to.deep.include({ Kind: 'Space', RemoteName: 'Prod Space' })
    expect(named).to.deep.include({ Name: 'P' })
    expect(named.Remote).to.deep.include({ RemoteId: 'Environments-9' })
  })

  it('is not made without a trust of its space, a name, or with what is decided elsewhere', async () => {
    const { bus } = server
    const elsewhere = { bus, spaceId: await makeSpace(bus) }
    const { Id: other } = await makeTrust(elsewhere, prod)
    const { Id: revoked } = await makeTrust({ bus, spaceId }, elsewhere)
    await revoke(revoked)
    const RemoteName = 'Production'

    expect(await faultsOf({ Remote: { TrustId: other, RemoteName } })).to.deep.equal([
      `Remote.TrustId: the trust '${other}' was not found.`,
    ])
    expect((await faultsOf({ Remote: { TrustId: revoked, RemoteName } })).join()).to.include(
      'revoked',
    )
    expect((await faultsOf({ Remote: { TrustId } })).join()).to.include('say what it is called')
    expect((await faultsOf({ Remote: { TrustId, Kind: 'Planet' } })).join()).to.include('Kind')
    const guided = { Remote: { TrustId, RemoteName }, UseGuidedFailure: true }
    expect((await faultsOf(guided)).join()).to.include('UseGuidedFailure')
    const long = 'A very long name of an environment in production'
    expect((await faultsOf({ Remote: { TrustId, RemoteName: long } })).join()).to.include('shorter')
    expect((await faultsOf({ Description: 'nameless' })).join()).to.include('Name')
  })

  it('stays remote for a client that knows nothing of it, and an environment of the space stays local', async () => {
    const { Id, Remote } = await make({ RemoteName: 'Production' })
    const local = await makeEnvironment(server.bus, spaceId)

    const after = await server.ask<Record<string, unknown>>(
      'PUT',
      `/${spaceId}/environments/${Id}`,
      {
        ...environmentBody(aName('Renamed')),
      },
    )
    const change = (id: string, wish: object) =>
      refusal(
        server.bus.call('environments.modify', {
          ...{ spaceId, id, ...environmentBody(aName('Changed')), ...wish },
        }),
      )

    expect(after.Remote).to.deep.equal(Remote)
    expect(after.AllowDynamicInfrastructure).to.equal(false)
    const kind = { TrustId, Kind: 'Space', CountsWhen: 'Accepted' } as const
    expect(faultsIn(await change(Id, { Remote: kind })).join()).to.match(/Remote.Kind: it stays/)
    const environment = { ...kind, Kind: 'Environment', RemoteName: 'X' } as const
    expect(faultsIn(await change(local.Id, { Remote: environment })).join()).to.match(
      /cannot become/,
    )
    expect('Remote' in local).to.equal(false)
  })

  it('can be given a new trust and another name, once the old trust has gone', async () => {
    const { Id } = await make({ RemoteName: 'Production' })
    await revoke(TrustId)
    const { Id: next } = await makeTrust({ bus: server.bus, spaceId }, prod, { Name: 'Prod 2' })
    const Remote = { TrustId: next, RemoteName: 'Production 2' }

    const after = await server.ask<{ Remote: object }>('PUT', `/${spaceId}/environments/${Id}`, {
      ...{ Name: 'Prod Space: Production', Remote },
    })

    expect(after.Remote).to.deep.include(Remote)
  })

  it('cannot be deleted while it is in a lifecycle', async () => {
    const { Id } = await make({ RemoteName: 'Production' })
    await server.ask('POST', `/${spaceId}/lifecycles`, {
      Name: 'Far away',
      Phases: [{ Name: 'There', OptionalDeploymentTargets: [Id] }],
    })

    const answer = await server.send('DELETE', `/${spaceId}/environments/${Id}`)

    expect(answer.status).to.equal(400)
    expect(await answer.text()).to.include("'Far away'")
  })
})
