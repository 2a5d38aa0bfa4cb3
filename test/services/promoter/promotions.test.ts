import { expect } from 'chai'
import { config } from '#config'
import { closeStore, openStore } from '#store/connection.ts'
import { promotionSchema } from '../../../services/promoter/promotion.model.ts'
import { ended, logOf, refusedWith } from '../../support/deploying.ts'
import { promotingScene } from '../../support/promoting.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { until } from '../../support/until.ts'
import { faultOf, makePerson, makeTeam } from '../people.ts'

const SECRET = 'canary-3f9a'

describe('A promotion by file', () => {
  let server: TestServer

  before(async () => {
    server = await startServer()
  })
  after(() => server.stop())

  it('is built when the release is deployed to a remote environment, and ends its task', async () => {
    const scene = await promotingScene(server)

    const { promotion, taskId } = await scene.promote(await scene.release('1.4.2'))

    const task = await ended(server, taskId)
    const built = await scene.in(promotion.Id, 'Built')
    expect(task.State).to.equal('Success')
    expect(built).to.include({ RemoteSpace: 'Prod Space', ReleaseVersion: '1.4.2' })
    expect(built).to.include({ Sequence: 1, Revision: 1, LastNews: null, CreatedBy: 'admin' })
    expect(built.Wanted).to.have.length(1)
    expect(built.Wanted[0]).to.deep.include({ RemoteName: 'Production', State: 'Built' })
    const log = await logOf(server, taskId)
    expect(log).to.include('The release is promoted to Prod Space: Production.')
    expect(log).to.include('take the file, and bring it to Prod Space')
  })

  it('gives a file that its target alone can open, with what the release has frozen', async () => {
    const scene = await promotingScene(server, {
      steps: [{ name: 'Greet', script: 'echo "#{Who}"' }],
    })
    await scene.setVariables(
      { Name: 'Who', Value: 'world', Scope: { Environment: [scene.remote[0]?.Id] } },
      { Name: 'Key', Value: SECRET, IsSensitive: true, Type: 'Sensitive' },
    )
    const { promotion } = await scene.promote(await scene.release('1.4.2'))
    await scene.in(promotion.Id, 'Built')

    const { bytes, headers } = await scene.take(promotion.Id)

    const { manifest, opened } = await scene.open(bytes)
    expect(headers.get('content-disposition')).to.include('1-1.4.2.takobundle')
    expect(manifest.wantedEnvironments).to.deep.equal(['Production'])
    expect(manifest.release.version).to.equal('1.4.2')
    expect(manifest.previous).to.equal(null)
    expect(opened?.content.secrets.map(({ value }) => value)).to.deep.equal([SECRET])
    expect(JSON.stringify(opened?.content.documents)).to.include('"environments":["Production"]')
    expect(bytes.includes(SECRET)).to.equal(false)
    const exported = await scene.in(promotion.Id, 'Exported')
    expect(exported.Wanted[0]?.State).to.equal('Exported')
  })

  it('gives any part of the file, and counts as taken with the last', async () => {
    const scene = await promotingScene(server)
    const { promotion } = await scene.promote(await scene.release())
    const { BundleSize } = await scene.in(promotion.Id, 'Built')
    const size = BundleSize ?? 0
    const part = (range: string) =>
      fetch(`${server.url}/${scene.source}/promotions/${promotion.Id}/bundle`, {
        headers: { 'X-Octopus-ApiKey': config.adminApiKey ?? '', Range: `bytes=${range}` },
      })

    const first = await part('0-99')
    const early = await scene.get(promotion.Id)
    const last = await part(`100-${size - 1}`)

    const all = Buffer.concat([
      Buffer.from(await first.arrayBuffer()),
      Buffer.from(await last.arrayBuffer()),
    ])
    expect([first.status, last.status]).to.deep.equal([206, 206])
    expect(all.length).to.equal(size)
    expect(early.State).to.equal('Built')
    await scene.in(promotion.Id, 'Exported')
  })

  it('says what crosses and what stays', async () => {
    const scene = await promotingScene(server)
    const { environment } = await anotherEnvironment(scene)
    await scene.setVariables(
      { Name: 'Here', Value: 'x', Scope: { Environment: [environment.Id] } },
      { Name: 'There', Value: 'y' },
    )
    const { promotion } = await scene.promote(await scene.release())
    await scene.in(promotion.Id, 'Built')

    const report = await server.ask<{ Variables: { Name: string; Fate: string }[] }>(
      'GET',
      `/${scene.source}/promotions/${promotion.Id}/report`,
    )

    const fates = report.Variables.map(({ Name, Fate }) => `${Name}: ${Fate}`)
    expect(fates).to.have.members(['Here: Stays', 'There: Crosses'])
  })

  it('serves another environment of the space, as long as the content is the same', async () => {
    const scene = await promotingScene(server, { environments: ['Production', 'Europe'] })
    const release = await scene.release()
    const first = await scene.promote(release)
    const built = await scene.in(first.promotion.Id, 'Built')

    const second = await scene.promote(release, scene.remote[1])

    await ended(server, second.taskId)
    const after = await scene.get(first.promotion.Id)
    expect(second.promotion.Id).to.equal(first.promotion.Id)
    expect(after).to.include({ BundleId: built.BundleId, Sequence: 1 })
    expect(after.Wanted.map(({ State }) => State)).to.deep.equal(['Built', 'Built'])
    expect(await logOf(server, second.taskId)).to.include('has the same content')
  })

  it('is another one, with the next number and revision, when the content has changed', async () => {
    const scene = await promotingScene(server, { environments: ['Production', 'Europe'] })
    const release = await scene.release()
    const first = await scene.promote(release)
    const built = await scene.in(first.promotion.Id, 'Built')
    await scene.setVariables({ Name: 'Who', Value: 'you' })
    await server.ask('POST', `/${scene.source}/releases/${release.Id}/snapshot-variables`)

    const second = await scene.promote(release, scene.remote[1])

    await ended(server, second.taskId)
    const [newest, oldest] = await scene.list(`?releaseId=${release.Id}`)
    expect(newest).to.include({ State: 'Built', Revision: 2, Sequence: 2 })
    expect(newest?.ContentDigest).not.to.equal(built.ContentDigest)
    expect(newest?.Wanted.map(({ RemoteName }) => RemoteName)).to.deep.equal(['Europe'])
    expect(oldest).to.deep.include({ Id: built.Id, BundleId: built.BundleId })
    expect(oldest?.Wanted.map(({ RemoteName }) => RemoteName)).to.deep.equal(['Production'])
  })

  it('counts the bundles for a space without gaps, however many are made at once', async () => {
    const scene = await promotingScene(server)
    const releases = []
    for (let at = 1; at <= 6; at++) releases.push(await scene.release(`1.0.${at}`))

    await Promise.all(releases.map((release) => scene.deploy({ release, environment: first() })))

    const built = await until(async () => {
      const all = await scene.list()
      return all.length === 6 && all.every(({ State }) => State === 'Built') && all
    }, 'all are built')
    const numbers = built.map(({ Sequence }) => Sequence)
    expect(numbers.toSorted()).to.deep.equal([1, 2, 3, 4, 5, 6])

    function first() {
      if (!scene.remote[0]) throw new Error('There is no remote environment.')
      return scene.remote[0]
    }
  })

  it('fails its task with what cannot be promoted, by name, and takes no number', async () => {
    const scene = await promotingScene(server, {
      steps: [{ name: 'Odd', script: '', type: 'Acme.Unknown' }],
    })

    const { promotion, taskId } = await scene.promote(await scene.release())

    const task = await ended(server, taskId)
    const failed = await scene.get(promotion.Id)
    expect(task.State).to.equal('Failed')
    expect(task.ErrorMessage).to.include('Odd')
    expect(failed).to.include({ State: 'BuildFailed', Sequence: 0, Error: task.ErrorMessage })
  })

  it('is begun once for a deployment, however often it is asked for', async () => {
    const scene = await promotingScene(server)
    const release = await scene.release()
    const { promotion, taskId, deploymentId } = await scene.promote(release)
    const about = { spaceId: scene.source, deploymentId, taskId, releaseId: release.Id }
    const environmentId = scene.remote[0]?.Id ?? ''

    const again = await server.bus.call('promotions.begin', { ...about, environmentId })

    expect(again.Id).to.equal(promotion.Id)
    expect(await scene.list()).to.have.length(1)
    expect((await scene.get(promotion.Id)).Wanted).to.have.length(1)
  })

  it('is made by a request for several environments, with the packages when that is wished', async () => {
    const scene = await promotingScene(server, { environments: ['Production', 'Europe'] })
    const { Id: ReleaseId } = await scene.release()

    const answer = await scene.send('POST', '/promotions', {
      ...{ ReleaseId, TrustId: scene.trust.Id, IncludePackages: true },
      Environments: ['production', scene.remote[1]?.Id],
    })

    const { Id } = (await answer.json()) as { Id: string }
    expect(answer.status).to.equal(201)
    const built = await scene.in(Id, 'Built')
    expect(built.Wanted.map(({ RemoteName }) => RemoteName)).to.have.members([
      'Production',
      'Europe',
    ])
    expect(built.IncludePackages).to.equal(true)
  })

  it('is refused for what is no remote environment of the trust, and for child releases', async () => {
    const scene = await promotingScene(server)
    const { Id: ReleaseId } = await scene.release()
    const ask = (more: object) =>
      refusedWith(
        scene.send('POST', '/promotions', {
          ...{ ReleaseId, TrustId: scene.trust.Id, Environments: ['Production'] },
          ...more,
        }),
      )

    const [unknown, none, children] = await Promise.all([
      ask({ Environments: ['Mars'] }),
      ask({ Environments: [] }),
      ask({ IncludeChildren: true }),
    ])

    expect(unknown.status).to.equal(400)
    expect(unknown.text).to.include("'Mars' is no remote environment of Prod Space")
    expect(none.status).to.equal(400)
    expect(children).to.deep.include({ status: 501 })
    expect(await scene.list()).to.deep.equal([])
  })

  it('is withdrawn while the target has not accepted it, and not any more then', async () => {
    const scene = await promotingScene(server)
    const { promotion } = await scene.promote(await scene.release())
    await scene.in(promotion.Id, 'Built')

    const first = await scene.send('POST', `/promotions/${promotion.Id}/withdraw`)
    const second = await refusedWith(scene.send('POST', `/promotions/${promotion.Id}/withdraw`))

    expect(first.status).to.equal(200)
    expect((await scene.get(promotion.Id)).State).to.equal('Withdrawn')
    expect(second.text).to.include('cannot be withdrawn any more')
    const { Items } = await server.ask<{ Items: { Category: string }[] }>(
      'GET',
      `/${scene.source}/events?regarding=${promotion.Id}`,
    )
    expect(Items.map(({ Category }) => Category)).to.include.members([
      ...['PromotionWithdrawn', 'PromotionCreated'],
    ])
  })

  it('is made anew when it was withdrawn, with the same revision for the same content', async () => {
    const scene = await promotingScene(server)
    const release = await scene.release()
    const { promotion } = await scene.promote(release)
    const before = await scene.in(promotion.Id, 'Built')
    await scene.send('POST', `/promotions/${promotion.Id}/withdraw`)

    const again = await scene.promote(release)

    const after = await scene.in(again.promotion.Id, 'Built')
    expect(after.Id).not.to.equal(before.Id)
    expect(after).to.include({ Revision: 1, Sequence: 2, ContentDigest: before.ContentDigest })
  })

  it('is made anew with its packages when that is asked for afterwards', async () => {
    const scene = await promotingScene(server)
    const { promotion } = await scene.promote(await scene.release())
    const before = await scene.in(promotion.Id, 'Built')
    await scene.take(promotion.Id)

    await scene.send('POST', `/promotions/${promotion.Id}/resend`, { IncludePackages: true })

    const after = await until(async () => {
      const found = await scene.get(promotion.Id)
      return found.BundleId !== before.BundleId && found
    }, 'the bundle is made anew')
    expect(after).to.include({ State: 'Built', Revision: 1, Sequence: 2 })
    const { manifest } = await scene.open((await scene.take(promotion.Id)).bytes)
    expect(manifest).to.include({ bundleId: after.BundleId, sequence: 2 })
  })

  it('is taken back when the trust is revoked, and what was accepted stays', async () => {
    const scene = await promotingScene(server)
    const [one, two] = [await scene.release('1.0.0'), await scene.release('2.0.0')]
    const accepted = await scene.in((await scene.promote(one)).promotion.Id, 'Built')
    await scene.carry(await scene.receipts(accepted, { state: 'Queued' }))
    await scene.in(accepted.Id, 'Accepted')
    const { promotion } = await scene.promote(two)
    await scene.in(promotion.Id, 'Built')

    await server.bus.call('trusts.revoke', {
      ...{ spaceId: scene.source, id: scene.trust.Id, Reason: 'The key was lost' },
      BlockImportedReleases: true,
    })

    const after = await scene.in(promotion.Id, 'Withdrawn')
    expect(after.Error).to.equal('The trust was revoked.')
    expect((await scene.get(accepted.Id)).State).to.equal('Accepted')
  })

  it('that a crash has left half built becomes the same bundle, with the same number', async () => {
    const scene = await promotingScene(server)
    const { promotion, taskId } = await scene.promote(await scene.release())
    const before = await scene.in(promotion.Id, 'Built')
    await ended(server, taskId)
    const store = await openStore(server.broker.namespace)
    // As it is when the file is written and the last word is not.
    await store.model('Promotion', promotionSchema).updateOne(
      { _id: promotion.Id },
      {
        $set: {
          ...{ State: 'Building', _bundle: 'Building', _building: before.BundleId, _work: true },
          ...{ BundleId: null, _blob: null, Revision: 0, ContentDigest: null },
        },
        $inc: { Version: 1 },
      },
    )
    await closeStore()

    const after = await scene.in(promotion.Id, 'Built')

    expect(after).to.include({ BundleId: before.BundleId, Sequence: 1, Revision: 1 })
    const { manifest } = await scene.open((await scene.take(promotion.Id)).bytes)
    expect(manifest).to.include({ bundleId: before.BundleId, sequence: 1 })
  })

  it('tells its task and its deployment once, whoever has begun to', async () => {
    const scene = await promotingScene(server)
    const { promotion, taskId } = await scene.promote(await scene.release())
    await ended(server, taskId)
    const told = await until(async () => {
      const store = await openStore(server.broker.namespace)
      const found = await store.model('Promotion', promotionSchema).findById(promotion.Id).lean()
      await closeStore()
      return found?._work === false && found
    }, 'all is told')

    expect(told._notes).to.deep.equal([])
    const log = await logOf(server, taskId)
    expect(log.split('The bundle is built').length).to.equal(2)
  })

  it('needs the permission to promote beside that to deploy', async () => {
    const scene = await promotingScene(server)
    const { Id: ReleaseId } = await scene.release()
    const [deployer, promoter] = [await makePerson(server), await makePerson(server)]
    const of = { spaceId: scene.source }
    await makeTeam(server, { ...of, members: [deployer], roles: ['buildserver'] })
    await makeTeam(server, { ...of, members: [promoter], roles: ['projectdeployer'] })
    const deploy = ({ key }: { key: string }) => {
      const body = { ReleaseId, EnvironmentId: scene.remote[0]?.Id }
      return server.send('POST', `/${scene.source}/deployments`, body, key)
    }

    const [refused, made] = [await deploy(deployer), await deploy(promoter)]

    expect(refused.status).to.equal(403)
    expect(await faultOf(refused)).to.include('PromotionCreate')
    expect(made.status).to.equal(201)
  })

  it('is refused while the trust is suspended', async () => {
    const scene = await promotingScene(server)
    const release = await scene.release()
    await server.bus.call('trusts.suspend', { spaceId: scene.source, id: scene.trust.Id })

    const refused = await refusedWith(
      scene.send('POST', '/deployments', {
        ...{ ReleaseId: release.Id, EnvironmentId: scene.remote[0]?.Id },
      }),
    )

    expect(refused.status).to.equal(400)
    expect(refused.text).to.match(/suspended/i)
  })
})

type Scene = Awaited<ReturnType<typeof promotingScene>>

async function anotherEnvironment({ send }: Scene) {
  const answer = await send('POST', '/environments', { Name: 'Test here' })
  return { environment: (await answer.json()) as { Id: string } }
}
