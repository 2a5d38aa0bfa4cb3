import { expect } from 'chai'
import { ended } from '../../support/deploying.ts'
import { playedSource, upload } from '../../support/played-source.ts'
import { stepOf } from '../../support/project.ts'
import { imported } from '../../support/remote.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { makeEnvironment, makeSpace } from '../../support/things.ts'

describe('The end of a trust in a source', () => {
  let server: TestServer
  let spaceId: string
  let source: Awaited<ReturnType<typeof playedSource>>

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
    source = await playedSource(server, spaceId)
  })
  after(() => server.stop())

  const steps = [stepOf({ name: 'Greet', script: 'echo hello' })]
  const bring = async (Version: string) => {
    const Remote = { TrustId: source.trust.Id, SourceReleaseId: `Releases-${Version}` }
    const { release } = await imported(server.bus, spaceId, { steps, release: { Remote, Version } })
    return release.Id
  }
  const revoke = async (BlockImportedReleases = true) => {
    const { Id } = source.trust
    const wish = { Reason: 'Its keys were stolen', BlockImportedReleases }
    await server.ask('POST', `/${spaceId}/trusts/${Id}/revoke`, wish)
    await server.bus.call('revocations.follow', {})
  }
  const defectsOf = async (releaseId: string) =>
    (await server.bus.call('releases.defects', { spaceId, releaseId })).Items

  it('blocks what has not been deployed, and leaves alone what has', async () => {
    const environment = await makeEnvironment(server.bus, spaceId)
    const [fresh, used] = [await bring('1.0.0'), await bring('2.0.0')]
    const wish = { ReleaseId: used, EnvironmentId: environment.Id }
    const { TaskId } = await server.ask('POST', `/${spaceId}/deployments`, wish)
    await ended(server, String(TaskId))

    await revoke()

    expect((await defectsOf(fresh)).map(({ Description }) => Description)).to.deep.equal([
      `The trust of ${source.trust.Name} was revoked: Its keys were stolen`,
    ])
    expect(await defectsOf(used)).to.deep.equal([])
    const refused = await server.send('POST', `/${spaceId}/deployments`, {
      ...{ ReleaseId: fresh, EnvironmentId: environment.Id },
    })
    expect(refused.status).to.equal(400)
  })

  it('blocks each release once, also one that has another defect, however often it is followed', async () => {
    const releaseId = await bring('1.0.0')
    await server.bus.call('releases.reportDefect', { spaceId, releaseId, Description: 'Leaks' })
    await revoke()

    // As after a crash before it was noted.
    await server.bus.call('releases.block', {
      ...{ spaceId, releaseId, Description: 'Again' },
      Id: (await defectsOf(releaseId))[0]?.Id ?? '',
    })
    await server.bus.call('revocations.follow', {})
    await server.bus.call('releases.resolveDefect', { spaceId, releaseId })

    const defects = await defectsOf(releaseId)
    expect(defects).to.have.length(2)
    expect(defects.filter(({ Status }) => Status === 'Unresolved')).to.have.length(1)
  })

  it('rejects what waits for review, with the reason', async () => {
    const answer = await upload(server, spaceId, await source.bundle())
    const { Id } = (await answer.json()) as { Id: string }

    await revoke(false)

    const { State, Reason } = await server.bus.call('imports.get', { spaceId, id: Id })
    expect(State).to.equal('Rejected')
    expect(Reason).to.include('Its keys were stolen')
  })

  it('is not needed for a recall: the source has its release blocked, once', async () => {
    const answer = await upload(server, spaceId, await source.bundle())
    const { Id, BundleId } = (await answer.json()) as { Id: string; BundleId: string }
    const { Digest } = await server.bus.call('imports.preview', { spaceId, id: Id })
    await server.bus.call('imports.import', { spaceId, id: Id, PreviewDigest: Digest })
    const about = { spaceId, trustId: source.trust.Id, bundleId: BundleId, reason: 'It leaks' }

    await server.bus.call('imports.withdrawn', about)
    await server.bus.call('imports.withdrawn', about)

    const { State, ReleaseId } = await server.bus.call('imports.get', { spaceId, id: Id })
    expect(State).to.equal('Recalled')
    const defects = await defectsOf(ReleaseId ?? '')
    expect(defects.map(({ Status }) => Status)).to.deep.equal(['Unresolved'])
    expect(defects[0]?.Description).to.equal(`Recalled by ${source.trust.Name}: It leaks`)
  })

  it('blocks nothing where that is not wished', async () => {
    const releaseId = await bring('1.0.0')

    await revoke(false)

    expect(await defectsOf(releaseId)).to.deep.equal([])
  })
})
