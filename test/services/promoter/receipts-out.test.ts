import { expect } from 'chai'
import { closeStore, openStore } from '#store/connection.ts'
import { seal } from '#store/encryption.ts'
import { ended, meetingPlace, refusedWith } from '../../support/deploying.ts'
import { stepOf } from '../../support/project.ts'
import { statesSaid, takenReceipts } from '../../support/receipts.ts'
import { type Brought, imported } from '../../support/remote.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { makeEnvironment, makeSpace } from '../../support/things.ts'
import { makeTrust, trustSettings } from '../../support/trusts.ts'
import { until } from '../../support/until.ts'

describe('What a space says of its deployments of another’s releases', () => {
  let server: TestServer
  let here: { bus: TestServer['bus']; spaceId: string }
  let source: { bus: TestServer['bus']; spaceId: string }
  let trustId: string
  let environmentId: string

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    const { bus } = server
    here = { bus, spaceId: await makeSpace(bus) }
    source = { bus, spaceId: await makeSpace(bus) }
    ;({ Id: trustId } = await makeTrust(here, source, { transport: 'Disconnected' }))
    await makeTrust(source, here)
    ;({ Id: environmentId } = await makeEnvironment(bus, here.spaceId, 'Production'))
  })
  after(() => server.stop())

  const bring = async (script: string, brought: Brought = {}) => {
    const steps = [stepOf({ name: 'Greet', script })]
    const Remote = { TrustId: trustId }
    return imported(server.bus, here.spaceId, { steps, release: { Remote }, ...brought })
  }
  const deploy = async (releaseId: string): Promise<string> => {
    const made = await server.ask('POST', `/${here.spaceId}/deployments`, {
      ...{ ReleaseId: releaseId, EnvironmentId: environmentId },
    })
    return String(made.TaskId)
  }
  const about = () => ({ from: here, trustId, reader: source })
  const said = (count: number) => statesSaid(server, about(), count)
  const taken = (since?: string) => takenReceipts(server, { ...about(), ...(since && { since }) })

  it('tells each state in its order, by the source’s own names and numbers', async () => {
    const { release } = await bring('echo hello')

    await ended(server, await deploy(release.Id))

    expect(await said(3)).to.deep.equal([
      'Production: Queued',
      'Production: Executing',
      'Production: Success',
    ])
    const { receipts, manifest } = await taken()
    expect(receipts.map(({ sequence }) => sequence)).to.deep.equal([1, 2, 3])
    expect(manifest.receipts).to.deep.equal({ count: 3, highest: 3 })
    expect(receipts[2]).to.deep.include({
      release: { id: 'Releases-91', version: '1.4.2' },
      ...{ bundleId: release.Remote?.BundleId, revision: 1, error: '', by: null, warnings: false },
      steps: [{ name: 'Step 1: Greet', status: 'Success' }],
    })
    expect(Date.parse(receipts[2]?.endedAt ?? '')).to.be.at.least(
      Date.parse(receipts[2]?.startedAt ?? ''),
    )
  })

  it('calls an environment as the source does, whatever it is called here', async () => {
    const Mappings = [{ Kind: 'Environment' as const, Name: 'Live', TargetId: environmentId }]
    const { release } = await bring('echo hello', {
      release: { Remote: { TrustId: trustId, Mappings } },
    })

    await ended(server, await deploy(release.Id))

    expect((await said(3))[2]).to.equal('Live: Success')
  })

  it('tells that it runs while it runs', async () => {
    const place = meetingPlace()
    const { release } = await bring(`${place.arrive('there')}\n${place.hold('go')}`)

    const taskId = await deploy(release.Id)
    await place.arrival('there')

    expect(await said(2)).to.deep.equal(['Production: Queued', 'Production: Executing'])
    place.go('go')
    await ended(server, taskId)
    place.remove()
  })

  it('tells why it failed, without secrets and in few words', async () => {
    const canary = 'kanarienvogel-4711'
    const text = `The password $(get_octopusvariable Password) is wrong. ${'x'.repeat(600)}`
    const secret = { Name: 'Password', Value: null, _sealed: seal(canary) }
    const { release } = await bring(`fail_step "${text}"`, {
      variables: [{ ...secret, Type: 'Sensitive', IsSensitive: true }],
    })

    const task = await ended(server, await deploy(release.Id))

    expect(task.State).to.equal('Failed')
    await said(3)
    const last = (await taken()).receipts.at(-1)
    expect(last).to.include({ state: 'Failed', warnings: true })
    expect(last?.error)
      .to.match(/^The step 'Greet' failed: The password \*+ is wrong/)
      .and.to.have.length(500)
    expect(await everythingIn(server)).not.to.include(canary)
  })

  it('tells of one that was cancelled before it began, and of one that was stopped', async () => {
    const { release } = await bring('sleep 60')
    const running = await deploy(release.Id)
    const waiting = await deploy(release.Id)

    await server.ask('POST', `/tasks/${waiting}/cancel`)
    await until(
      async () => (await said(3)).includes('Production: Executing'),
      'the first of them runs',
    )
    await server.ask('POST', `/tasks/${running}/cancel`)
    await ended(server, running)

    const all = await said(5)
    expect(all.filter((one) => one === 'Production: Canceled')).to.have.length(2)
    expect(all).to.have.length(5)
  })

  it('tells of defects of a release, reported and resolved', async () => {
    const { release } = await bring('echo hello')
    const of = { spaceId: here.spaceId, releaseId: release.Id }

    await server.bus.call('releases.reportDefect', { ...of, Description: 'It leaks' })
    await server.bus.call('releases.resolveDefect', of)

    expect(await said(2)).to.deep.equal(['Release: DefectReported', 'Release: DefectResolved'])
    const [first] = (await taken()).receipts
    expect(first).to.include({ deploymentId: null, environment: null, error: 'It leaks' })
  })

  it('says who deploys only where names are shared', async () => {
    const { Name } = await server.bus.call('trusts.get', { spaceId: here.spaceId, id: trustId })
    await server.bus.call('trusts.modify', {
      ...{ spaceId: here.spaceId, id: trustId, Name, ...trustSettings(), ShareUserNames: true },
    })
    const { release } = await bring('echo hello')

    await ended(server, await deploy(release.Id))

    await said(3)
    expect((await taken()).receipts[0]?.by).to.equal('admin')
  })

  it('says nothing where the trust does not let it, nor of releases of its own', async () => {
    const { Name } = await server.bus.call('trusts.get', { spaceId: here.spaceId, id: trustId })
    await server.bus.call('trusts.modify', {
      ...{ spaceId: here.spaceId, id: trustId, Name, ...trustSettings(['ReceiveReleases']) },
    })
    const { release } = await bring('echo hello')

    const taskId = await deploy(release.Id)
    await ended(server, taskId)

    await until(async () => (await followers(server, taskId)).length === 0, 'nobody follows it')
    const [summary] = await server.bus.call('receiptsout.summary', { spaceId: here.spaceId })
    expect(summary).to.include({ Highest: 0, Waiting: 0 })
    const refused = await refusedWith(
      server.send('GET', `/${here.spaceId}/receipts/export?trustId=${trustId}`),
    )
    expect(refused).to.deep.include({ status: 400 })
    expect(refused.text).to.include('does not allow to send receipts')
  })

  it('keeps what is said while a trust is suspended until it is resumed', async () => {
    const of = { spaceId: here.spaceId, id: trustId }
    const { release } = await bring('echo hello')
    await server.bus.call('trusts.suspend', of)

    await ended(server, await deploy(release.Id))

    const highest = async () =>
      (await server.bus.call('receiptsout.summary', { spaceId: here.spaceId }))[0]?.Highest
    await until(async () => (await highest()) === 3, 'all is said')
    const window = { spaceId: here.spaceId, trustId, take: 10 }
    expect((await server.bus.call('receiptsout.pending', window)).Receipts).to.deep.equal([])
    await server.bus.call('trusts.resume', of)
    expect((await server.bus.call('receiptsout.pending', window)).Receipts).to.have.length(3)
  })

  it('gives the same receipts each time, and counts what was carried', async () => {
    const { release } = await bring('echo hello')
    await ended(server, await deploy(release.Id))
    await said(3)
    const of = { spaceId: here.spaceId, trustId }

    const once = await server.bus.call('receiptsout.pending', { ...of, take: 2 })
    const twice = await server.bus.call('receiptsout.pending', { ...of, take: 2 })
    await server.bus.call('receiptsout.acknowledged', { ...of, highest: 2 })
    await server.bus.call('receiptsout.acknowledged', { ...of, highest: 1 })

    expect(once).to.deep.equal(twice)
    expect(once.Receipts.map(({ Sequence }) => Sequence)).to.deep.equal([1, 2])
    expect((await taken()).receipts.map(({ sequence }) => sequence)).to.deep.equal([3])
    expect((await taken('0')).receipts).to.have.length(3)
    expect((await taken(new Date().toISOString())).receipts).to.have.length(0)
    const [summary] = await server.ask<object[]>('GET', `/${here.spaceId}/receipts/summary`)
    expect(summary).to.include({ Highest: 3, Acknowledged: 2, Exported: 3, Waiting: 0 })
  })

  it('signs anew, under the same numbers, what old keys had signed', async () => {
    const { release } = await bring('echo hello')
    await ended(server, await deploy(release.Id))
    await said(3)
    const before = (await taken('0')).receipts

    const { spaceId } = here
    await server.bus.call('spaceidentities.rotate', { spaceId, Keys: 'Identity' })

    const after = (await taken('0')).receipts
    expect(after.map(({ receiptId }) => receiptId)).to.deep.equal(
      before.map(({ receiptId }) => receiptId),
    )
    expect(after[0]?.target).not.to.equal(before[0]?.target)
  })

  it('makes each number once, however many say something at the same time', async () => {
    const { release } = await bring('echo hello')
    const { release: other } = await bring('echo hello', {
      project: { Name: 'Another' },
      release: { Remote: { TrustId: trustId, SourceReleaseId: 'Releases-92' } },
    })

    const tasks = await Promise.all([release, other, release, other].map(({ Id }) => deploy(Id)))
    for (const taskId of tasks) await ended(server, taskId)

    await said(12)
    const { receipts } = await taken('0')
    expect(receipts.map(({ sequence }) => sequence)).to.deep.equal(
      Array.from({ length: 12 }, (_, index) => index + 1),
    )
    const things = new Set(receipts.map(({ deploymentId, state }) => `${deploymentId} ${state}`))
    expect(things.size).to.equal(12)
  })

  it('says nothing more of a release that was deleted', async () => {
    const { release } = await bring('echo hello')
    const taskId = await deploy(release.Id)
    await ended(server, taskId)
    await said(3)

    await server.ask('DELETE', `/${here.spaceId}/releases/${release.Id}`)

    expect((await taken('0')).receipts).to.have.length(3)
  })
})

/** Who has yet to take notice of a task. */
async function followers(server: TestServer, taskId: string): Promise<string[]> {
  const store = await openStore(server.broker.namespace)
  try {
    const found = await store.collection('tasks').findOne({ _id: taskId as never })
    return found?._follow as string[]
  } finally {
    await closeStore()
  }
}

/** All that is stored of receipts. */
async function everythingIn(server: TestServer): Promise<string> {
  const store = await openStore(server.broker.namespace)
  try {
    return JSON.stringify(await store.collection('statements').find({}).toArray())
  } finally {
    await closeStore()
  }
}
