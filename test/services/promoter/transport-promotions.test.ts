import { expect } from 'chai'
import { config } from '#config'
import { ended } from '../../support/deploying.ts'
import { promotingScene, type Scene } from '../../support/promoting.ts'
import { startRedis, type TestRedis } from '../../support/redis.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { makeEnvironment } from '../../support/things.ts'
import { until } from '../../support/until.ts'

interface Import {
  Id: string
  State: string
  BundleId: string
  Arrival: string
  ReleaseId: string
}

describe('A promotion to a space that is connected', () => {
  let redis: TestRedis
  let here: TestServer
  let there: TestServer

  before(async () => {
    redis = await startRedis()
    config.promotionsRedisUrl = redis.url
    here = await startServer()
    there = await startServer({ nodeID: 'there' })
  })

  after(async () => {
    config.promotionsRedisUrl = undefined
    await Promise.all([here?.stop(), there?.stop()])
    await redis?.stop()
  })

  for (const transport of ['Local', 'Https', 'Bus'] as const)
    it(`is fetched over ${transport}, reviewed there, and told of`, async () => {
      const other = transport === 'Local' ? here : there
      const scene = await promotingScene(here, { transport, other })
      await readyFor(other, scene)
      const release = await scene.release()

      const { promotion } = await scene.promote(release)
      await scene.in(promotion.Id, 'AwaitingReview')
      const arrived = await importAt(other, scene)
      await bringIn(other, scene, arrived)

      const after = await scene.in(promotion.Id, 'Accepted')
      expect(arrived).to.include({ Arrival: transport, BundleId: after.BundleId })
      expect((await importsAt(other, scene)).length).to.equal(1)
    })

  it('is taken back there before it was imported', async () => {
    const scene = await promotingScene(here, { transport: 'Https', other: there })
    await readyFor(there, scene)
    const { promotion } = await scene.promote(await scene.release())
    await scene.in(promotion.Id, 'AwaitingReview')

    await here.ask('POST', `/${scene.source}/promotions/${promotion.Id}/withdraw`)

    const taken = await until(async () => {
      const one = await importAt(there, scene)
      return one.State === 'Withdrawn' && one
    }, 'the import is withdrawn')
    expect(taken.BundleId).to.equal(promotion.BundleId ?? taken.BundleId)
  })

  it('is rejected there with a reason that comes home', async () => {
    const scene = await promotingScene(here, { transport: 'Bus', other: there })
    await readyFor(there, scene)
    const { promotion } = await scene.promote(await scene.release())
    await scene.in(promotion.Id, 'AwaitingReview')
    const { Id } = await importAt(there, scene)

    await there.ask('POST', `/${scene.target}/imports/${Id}/reject`, { Reason: 'Not on Fridays' })

    const rejected = await scene.in(promotion.Id, 'Rejected')
    expect(rejected.Error).to.equal('Not on Fridays')
  })

  it('waits while nobody is there, and is sent again by hand when somebody is', async () => {
    const scene = await promotingScene(here, { transport: 'Bus', other: there })
    await readyFor(there, scene)
    await redis.halt()
    const { promotion } = await scene.promote(await scene.release())
    const waiting = await scene.in(promotion.Id, 'Retrying')

    await redis.resume()
    const arrived = await until(async () => {
      await here.ask('POST', `/${scene.source}/promotions/${promotion.Id}/resend`)
      return (await scene.get(promotion.Id)).State === 'AwaitingReview'
    }, 'it is there')

    expect(waiting.RetryingSince).to.be.a('string')
    expect(arrived).to.equal(true)
    expect((await importsAt(there, scene)).length).to.equal(1)
  })

  it('is refused by who has revoked the trust, which its source is told', async () => {
    const scene = await promotingScene(here, { transport: 'Https', other: there })
    await there.bus.call('trusts.revoke', {
      ...{ spaceId: scene.target, id: scene.back.Id },
      ...{ Reason: 'Moved', BlockImportedReleases: false },
    })

    const { promotion } = await scene.promote(await scene.release())

    const rejected = await scene.in(promotion.Id, 'Rejected')
    expect(rejected.Error).to.match(/TrustNotActive/)
    expect(await importsAt(there, scene)).to.deep.equal([])
  })

  it('is green when its receipt has come, which also ends its task', async () => {
    const scene = await promotingScene(here, { transport: 'Local' })
    const { Id: EnvironmentId } = await makeEnvironment(here.bus, scene.target, 'Production')
    const { promotion, taskId } = await scene.promote(await scene.release())
    await scene.in(promotion.Id, 'AwaitingReview')
    await bringIn(here, scene, await importAt(here, scene))
    await scene.in(promotion.Id, 'Accepted')
    const { ReleaseId } = await importAt(here, scene)

    const { TaskId } = await here.ask<{ TaskId: string }>('POST', `/${scene.target}/deployments`, {
      ReleaseId,
      EnvironmentId,
    })

    const there = await ended(here, TaskId)
    const waiting = await ended(here, taskId)
    const after = await scene.in(promotion.Id, 'Succeeded')
    expect([there.State, waiting.State]).to.deep.equal(['Success', 'Success'])
    expect(after.Wanted[0]).to.deep.include({ State: 'Succeeded', Error: '' })
  })

  it('blocks its release there when it is recalled', async () => {
    const scene = await promotingScene(here, { transport: 'Https', other: there })
    await readyFor(there, scene)
    const { promotion } = await scene.promote(await scene.release())
    await scene.in(promotion.Id, 'AwaitingReview')
    await bringIn(there, scene, await importAt(there, scene))
    await scene.in(promotion.Id, 'Accepted')

    await here.ask('POST', `/${scene.source}/promotions/${promotion.Id}/recall`, {
      Reason: 'It loses orders',
    })

    const recalled = await until(async () => {
      const one = await importAt(there, scene)
      return one.State === 'Recalled' && one
    }, 'the import is recalled')
    const defects = await there.ask<{ Items: { Description: string; Status: string }[] }>(
      'GET',
      `/${scene.target}/releases/${recalled.ReleaseId}/defects`,
    )
    expect(defects.Items[0]?.Description).to.match(/It loses orders/)
    expect(defects.Items[0]?.Status).to.equal('Unresolved')
  })

  const importsAt = async (server: TestServer, { target }: Scene) =>
    (await server.ask<{ Items: Import[] }>('GET', `/${target}/imports`)).Items

  async function importAt(server: TestServer, scene: Scene): Promise<Import> {
    const [one] = await importsAt(server, scene)
    if (!one) throw new Error('Nothing has come.')
    return one
  }

  /** The target has the environment that is wanted. */
  async function readyFor({ bus }: TestServer, { target }: Scene) {
    await makeEnvironment(bus, target, 'Production')
  }

  async function bringIn(server: TestServer, { target }: Scene, { Id }: Import) {
    const path = `/${target}/imports/${Id}`
    const { Digest } = await server.ask<{ Digest: string }>('GET', `${path}/preview`)
    await server.ask('POST', `${path}/import`, { PreviewDigest: Digest })
  }
})
