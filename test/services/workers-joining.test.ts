import { expect } from 'chai'
import { readSigned, signed } from '#bus/messages.ts'
import { overRedis } from '#bus/redis-transporter.ts'
import { VERSION } from '#bus/version.ts'
import { config } from '#config'
import { publicOf } from '#store/resource.ts'
import { memoryCounts } from '../../mixins/counts.ts'
import { registrationLimits } from '../../services/infrastructure/registration-limits.ts'
import type { StoredWorker } from '../../services/infrastructure/worker.model.ts'
import { type Judge, judge } from '../../services/infrastructure/worker-health.ts'
import { aMachine } from '../support/joining.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { aName, makeSpace, refusal } from '../support/things.ts'

const LET_NOBODY_IN =
  'The worker was not let in: its token is wrong, used or expired, or there is no such space.'
const DAY_MS = 24 * 3_600_000

describe('A machine that asks to be a worker', function () {
  this.timeout(30_000)
  const { redisUrl } = config
  let redis: TestRedis
  let server: TestServer
  let spaceId: string
  let poolId: string

  before(async () => {
    redis = await startRedis()
    config.redisUrl = redis.url
    server = await startServer({ transporter: overRedis({ url: redis.url }) })
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
    poolId = (await server.bus.call('workerpools.default', { spaceId })).Id
  })
  after(async () => {
    await server.stop()
    config.redisUrl = redisUrl
    await redis.stop()
  })

  interface Made {
    Id: string
    Token: string
    Command: string
  }
  const aToken = (more: object = {}) =>
    server.ask<Made>('POST', `/${spaceId}/workertokens`, { WorkerPoolIds: [poolId], ...more })
  const machine = (name = aName('machine')) => aMachine(server, name)
  const known = (id: string) => server.bus.call('workers.known', { id })
  const worker = (id: string) => server.bus.call('workers.get', { spaceId, id })
  const messagesOf = async (category: string) => {
    const { Items } = await server.bus.call('events.list', {
      ...{ spaces: [spaceId], includeSystem: false, eventCategories: [category] },
    })
    return Items.map(({ Message }) => Message)
  }

  describe('with a token', () => {
    it('is let in at once, into the pools of the token', async () => {
      const { Token } = await aToken()
      const { party, join } = await machine('build-1')

      const answer = await join({ Token, Slots: 8, OperatingSystem: 'Debian 12' })

      expect(answer).to.deep.include({
        ...{ status: 200, Approval: 'Approved', Fingerprint: party.fingerprint },
        ...{ SpaceId: spaceId, WorkerPools: ['Default Worker Pool'] },
      })
      expect(await known(answer.WorkerId)).to.deep.include({
        ...{ Name: 'build-1', Keys: party.keys, WorkerPoolIds: [poolId] },
      })
      const { workers, hasAny } = await server.bus.call('workers.ofPool', { spaceId, poolId })
      expect([workers.map(({ Id }) => Id), hasAny]).to.deep.equal([[answer.WorkerId], true])
    })

    it('shows its address and its fingerprint as a polling Tentacle does, and no key', async () => {
      const { Token } = await aToken()
      const { party, join } = await machine()
      const { WorkerId } = await join({ Token, Slots: 8 })

      const shown = await server.ask('GET', `/${spaceId}/workers/${WorkerId}`)

      expect(shown).to.deep.include({
        ...{ Thumbprint: party.fingerprint, Slots: 8, HealthStatus: 'Unknown', LastSeen: null },
        Endpoint: {
          CommunicationStyle: 'TentacleActive',
          Uri: `poll://${WorkerId.toLowerCase()}/`,
          Thumbprint: party.fingerprint,
        },
      })
      expect(JSON.stringify(shown)).not.to.contain(String(party.keys.signing.x))
    })

    it('learns by what it knows the server from now on', async () => {
      const { Token } = await aToken()
      const { join } = await machine()

      const { Server } = await join({ Token })

      expect(Server.Bus).to.match(/-workers$/)
      expect(Server.Fingerprint).to.match(/^[0-9A-F]{40}$/)
      expect(JSON.stringify(Server.Keys)).not.to.contain('"d"')
    })

    it('may ask once more, as after a crash, and is the same worker', async () => {
      const { Token } = await aToken()
      const { join } = await machine()

      const answers = [await join({ Token }), await join({ Token }), await join()]

      expect(new Set(answers.map(({ WorkerId }) => WorkerId)).size).to.equal(1)
      expect((await server.bus.call('workers.list', { spaceId })).TotalResults).to.equal(1)
    })

    it('is let in after a crash between the use of its token and its entry', async () => {
      const { Token } = await aToken()
      const { party, join } = await machine()
      await server.bus.call('workertokens.use', { token: Token, fingerprint: party.fingerprint })

      const answer = await join({ Token })

      expect(answer.Approval).to.equal('Approved')
    })

    it('is refused with one sentence for every reason, and the audit trail has the true one', async () => {
      const used = await aToken({ Name: 'used' })
      await (await machine()).join({ Token: used.Token })
      const removed = await aToken()
      await server.ask('DELETE', `/${spaceId}/workertokens/${removed.Id}`)
      const otherSpace = await makeSpace(server.bus)
      const tries = [
        { Token: 'WORKER-NEVERWAS' },
        { Token: used.Token },
        { Token: removed.Token },
        { Token: (await aToken()).Token, Space: otherSpace },
        { Token: (await aToken()).Token, Space: 'no such space' },
        { Space: 'no such space' },
      ]

      const answers = await Promise.all(tries.map(async (one) => (await machine()).join(one)))

      expect(answers.map(({ status, Errors }) => [status, Errors])).to.deep.equal(
        tries.map(() => [400, [LET_NOBODY_IN]]),
      )
      expect(await messagesOf('WorkerRefused')).to.satisfy((said: string[]) =>
        said.some((one) => one.includes('its token used was used already')),
      )
      expect((await server.bus.call('workers.list', { spaceId })).TotalResults).to.equal(1)
    })

    it('is one of many that use it at once: one wins', async () => {
      const { Token } = await aToken()
      const machines = await Promise.all(Array.from({ length: 6 }, () => machine()))

      const answers = await Promise.all(machines.map(({ join }) => join({ Token })))

      expect(answers.filter(({ status }) => status === 200)).to.have.lengthOf(1)
      expect((await server.bus.call('workers.list', { spaceId })).TotalResults).to.equal(1)
    })

    it('that asks twice at once is one worker', async () => {
      const { Token } = await aToken()
      const { join } = await machine()

      const answers = await Promise.all([join({ Token }), join({ Token }), join({ Token })])

      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200])
      expect(new Set(answers.map(({ WorkerId }) => WorkerId)).size).to.equal(1)
    })

    it('cannot have the name of another worker', async () => {
      await (await machine('build-2')).join({ Token: (await aToken()).Token })
      const { Token } = await aToken()
      const { party, join } = await machine('BUILD-2')

      const refused = await join({ Token })
      const renamed = await join({ Token, Name: 'build-3' })

      expect([refused.status, refused.Errors]).to.deep.equal([
        400,
        ["Another worker is named 'BUILD-2'."],
      ])
      expect(renamed).to.include({ status: 200, Fingerprint: party.fingerprint })
    })

    it('is not let in by it any more once it was removed', async () => {
      const { Token } = await aToken()
      const { join } = await machine()
      const { WorkerId } = await join({ Token })

      await server.ask('DELETE', `/${spaceId}/workers/${WorkerId}`)
      const [again, asBefore] = [await join({ Token, WorkerId }), await join({ WorkerId })]

      expect(await known(WorkerId)).to.equal(null)
      expect([again.status, asBefore.status]).to.deep.equal([400, 410])
      expect((await server.bus.call('workers.list', { spaceId })).TotalResults).to.equal(0)
    })
  })

  describe('without a token', () => {
    it('waits in the list, without work, until somebody has compared its fingerprint', async () => {
      const { party, join } = await machine()
      const { WorkerId, Approval, WorkerPools } = await join({ Space: spaceId })
      const before = [Approval, WorkerPools, await known(WorkerId)]
      const typed = party.fingerprint.toLowerCase().replace(/(....)/g, '$1 ')

      const approved = await server.ask('POST', `/${spaceId}/workers/${WorkerId}/approve`, {
        ...{ Fingerprint: typed, WorkerPoolIds: [poolId] },
      })

      expect(before).to.deep.equal(['Waiting', [], null])
      expect(approved).to.deep.include({ Approval: 'Approved', WorkerPoolIds: [poolId] })
      expect(await known(WorkerId)).to.deep.include({ Id: WorkerId, Keys: party.keys })
      expect(await join({ Space: spaceId })).to.include({ WorkerId, Approval: 'Approved' })
    })

    it('goes to the default space when it names none', async () => {
      const { join } = await machine()

      const answer = await join()

      expect(answer).to.include({ SpaceId: 'Spaces-1', Approval: 'Waiting' })
    })

    it('is not approved by the fingerprint of another, nor into pools of another space', async () => {
      const { party, join } = await machine()
      const { WorkerId: id } = await join({ Space: spaceId })
      const stranger = await machine()
      const foreign = await server.bus.call('workerpools.default', {
        spaceId: await makeSpace(server.bus),
      })
      const approve = (Fingerprint: string, pool: string) =>
        refusal(
          server.bus.call('workers.approve', { spaceId, id, Fingerprint, WorkerPoolIds: [pool] }),
        )

      const refusals = [
        await approve(stranger.party.fingerprint, poolId),
        await approve(party.fingerprint, foreign.Id),
      ]

      expect(refusals.map(({ code }) => code)).to.deep.equal([400, 400])
      expect((await worker(id)).Approval).to.equal('Waiting')
      expect(await messagesOf('WorkerRefused')).to.have.lengthOf(1)
    })

    it('is approved once, of two who do it at the same time', async () => {
      const { party, join } = await machine()
      const { WorkerId: id } = await join({ Space: spaceId })
      const approve = () =>
        server.send('POST', `/${spaceId}/workers/${id}/approve`, {
          ...{ Fingerprint: party.fingerprint, WorkerPoolIds: [poolId] },
        })

      const answers = await Promise.all([approve(), approve()])

      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 400])
      expect(await messagesOf('WorkerApproved')).to.have.lengthOf(1)
    })

    it('may be given a token while it waits', async () => {
      const { join } = await machine()
      const { WorkerId } = await join({ Space: spaceId })

      const answer = await join({ Token: (await aToken()).Token, WorkerId })

      expect(answer).to.include({ WorkerId, Approval: 'Approved' })
    })

    it('cannot go over to another space, nor learn which there are', async () => {
      const { join } = await machine()
      await join({ Space: spaceId })

      const answers = [
        await join({ Space: await makeSpace(server.bus) }),
        await join({ Space: 'no such space' }),
      ]

      expect(answers.map(({ status }) => status)).to.deep.equal([400, 400])
      expect(answers[0]?.Errors).to.deep.equal(answers[1]?.Errors)
    })

    it('is told when somebody has refused it, and does not come back into the list', async () => {
      const { join } = await machine()
      const { WorkerId } = await join({ Space: spaceId })
      await server.bus.call('workers.remove', { spaceId, id: WorkerId })

      const answer = await join({ Space: spaceId, WorkerId })

      expect(answer.status).to.equal(410)
      expect((await server.bus.call('workers.list', { spaceId })).TotalResults).to.equal(0)
    })

    it('is dropped when it has not asked for a day', async () => {
      const { join } = await machine()
      const { WorkerId } = await join({ Space: spaceId })

      await server.bus.call('workers.tend', { now: Date.now() + DAY_MS - 60_000 })
      const before = (await worker(WorkerId)).Approval
      await server.bus.call('workers.tend', { now: Date.now() + DAY_MS + 60_000 })

      expect(before).to.equal('Waiting')
      expect(await refusal(worker(WorkerId))).to.include({ code: 404 })
      expect(await messagesOf('MachineDeleted')).to.have.lengthOf(1)
    })
  })

  describe('with a forged proof', () => {
    it('is refused, told why, and written down in the audit trail', async () => {
      const { Token } = await aToken()
      const one = await machine()
      const other = await machine()
      const mine = (await one.body({ Token })) as { Proof: string; Name: string }
      const said = await readSigned<object>('join', mine.Proof, one.party.keys)
      const tries = [
        // Signed by other keys than those that it shows.
        { ...mine, Keys: other.party.keys },
        { ...mine, Proof: 'a.b.c' },
        // Signed by its keys for something else than joining.
        { ...mine, Proof: await signed('alive', said, one.party) },
        // Overheard: it is for this token, and for this server.
        { ...mine, Token: (await aToken()).Token },
        await one.body({ Token, server: 'https://elsewhere.example.com' }),
      ]

      const answers = await Promise.all(
        tries.map((body) => server.send('POST', '/workerregistrations', body, null)),
      )

      expect(answers.map(({ status }) => status)).to.deep.equal(tries.map(() => 400))
      const texts = await Promise.all(answers.map((answer) => answer.text()))
      expect(texts.every((text) => text.includes("'Proof' was not accepted"))).to.equal(true)
      expect((await server.bus.call('workers.list', { spaceId })).TotalResults).to.equal(0)
      expect(await one.join({ Token })).to.include({ status: 200 })
    })

    it('is refused when its keys are none, with the field named', async () => {
      const { body } = await machine()
      const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }

      const answer = await server.send(
        'POST',
        '/workerregistrations',
        { ...(await body()), Keys: { signing: key, encryption: key } },
        null,
      )

      expect(answer.status).to.equal(400)
      expect(await answer.text()).to.contain("'Keys'")
    })
  })

  describe('A token', () => {
    it('is shown once, in a line that can be copied', async () => {
      const { Id, Token, Command } = await aToken({ Name: 'for build-7' })

      const list = await server.ask<{ Items: object[] }>('GET', `/${spaceId}/workertokens`)

      expect(Command).to.contain(`--server ${server.url.replace(/\/api$/, '')}`)
      expect(Command).to.contain(`--redis ${redis.url}`).and.to.contain(`--token ${Token}`)
      expect(JSON.stringify(list)).not.to.contain(Token)
      expect(list.Items).to.have.lengthOf(1)
      expect(list.Items[0]).to.include({ Id, Name: 'for build-7' })
      const trail = await server.bus.call('events.list', { spaces: [spaceId] })
      expect(JSON.stringify(trail)).not.to.contain(Token)
    })

    it('is in the list no more once it was used', async () => {
      const { Token } = await aToken()
      await (await machine()).join({ Token })

      const { TotalResults } = await server.bus.call('workertokens.list', { spaceId })

      expect(TotalResults).to.equal(0)
    })

    it('needs pools of its space, and an end within a month', async () => {
      const foreign = await server.bus.call('workerpools.default', {
        spaceId: await makeSpace(server.bus),
      })
      const bad = [
        { WorkerPoolIds: [] },
        { WorkerPoolIds: [foreign.Id] },
        { ExpiresInMinutes: 0 },
        { ExpiresInMinutes: 60 * 24 * 32 },
        { ExpiresInMinutes: 'soon' },
      ]

      const answers = await Promise.all(
        bad.map((more) =>
          server.send('POST', `/${spaceId}/workertokens`, { WorkerPoolIds: [poolId], ...more }),
        ),
      )

      expect(answers.map(({ status }) => status)).to.deep.equal(bad.map(() => 400))
    })
  })

  describe('that was let in', () => {
    let id: string

    beforeEach(async () => {
      const { join } = await machine()
      id = (await join({ Token: (await aToken()).Token })).WorkerId
    })

    const shells = [{ name: 'bash', version: '5.2.15' }]
    const report = { version: '0.0.1', operatingSystem: 'Debian 12', shells, slots: 4 }
    const seen = (At: number, more: object = {}) =>
      server.bus.call('workers.seen', { reports: [{ Id: id, At, report: { ...report, ...more } }] })

    it('is what it says of itself, by its newest word', async () => {
      const now = Date.now()
      await seen(now)

      await seen(now - 1_000, { operatingSystem: 'Windows 95' })

      expect(await worker(id)).to.deep.include({
        ...{ OperatingSystem: 'Debian 12', ShellName: 'bash', ShellVersion: '5.2.15', Slots: 4 },
        ...{ Version: '0.0.1', HealthStatus: 'HasWarnings', Status: 'Online' },
        LastSeen: new Date(now).toISOString(),
      })
      expect(await server.bus.call('workers.operatingSystems', { spaceId })).to.deep.equal([
        'Debian 12',
      ])
      expect(await server.bus.call('workers.shells', { spaceId })).to.deep.equal(['bash'])
    })

    it('tells of a change of its health, and of no sign of life', async () => {
      const now = Date.now()

      for (let beat = 0; beat < 4; beat += 1) await seen(now + beat, { version: VERSION })

      expect(await messagesOf('MachineHealthy')).to.have.lengthOf(1)
      expect((await worker(id)).HealthStatus).to.equal('Healthy')
    })

    const listen = async (silentMs: number | null, listenedMs = 60_000) => {
      const service = server.broker.getLocalService('workers') as unknown as Judge
      const found = await service.models.Worker.findById(id).lean<StoredWorker>()
      const LastSeen = new Date().toISOString()
      const heard = { LastSeen, SilentMs: silentMs ?? 0, FreeDiskBytes: 2 ** 40 }
      const hearing = { heard: new Map(silentMs === null ? [] : [[id, heard]]), listenedMs }
      await judge(service, found ? [publicOf(found)] : [], hearing)
      return (await worker(id)).HealthStatus
    }

    it('is unavailable when it falls silent, and well again when it is heard', async () => {
      await seen(Date.now(), { version: VERSION })

      const states = [await listen(12_000), await listen(15_000), await listen(15_000)]
      const again = await listen(1_000)

      expect(states).to.deep.equal(['Healthy', 'Unavailable', 'Unavailable'])
      expect(again).to.equal('Healthy')
      expect(await messagesOf('MachineUnavailable')).to.have.lengthOf(1)
      expect(await messagesOf('MachineHealthy')).to.have.lengthOf(2)
    })

    it('is judged by a node that has listened for a while alone', async () => {
      await seen(Date.now(), { version: VERSION })

      const states = [await listen(null, 5_000), await listen(null, 15_000)]

      expect(states).to.deep.equal(['Healthy', 'Unavailable'])
    })

    it('is told of once when every node notices at once', async () => {
      await seen(Date.now(), { version: VERSION })

      await Promise.all([listen(20_000), listen(20_000), listen(20_000)])

      expect(await messagesOf('MachineUnavailable')).to.have.lengthOf(1)
    })

    it('stays as it is while it is disabled', async () => {
      const before = await worker(id)
      await server.ask('PUT', `/${spaceId}/workers/${id}`, { ...before, IsDisabled: true })

      await seen(Date.now())

      expect(await listen(0)).to.equal('Unknown')
      expect(await worker(id)).to.include({ HealthStatus: 'Unknown', Status: 'Disabled' })
      expect(await known(id)).to.include({ IsDisabled: true })
    })

    it('drains, and takes work again', async () => {
      const drain = (IsDraining: boolean) =>
        server.ask('POST', `/${spaceId}/workers/${id}/drain`, { IsDraining })

      const drained = await drain(true)
      const scheduler = await known(id)
      const back = await drain(false)

      expect(drained.IsDraining).to.equal(true)
      expect(scheduler).to.include({ IsDraining: true })
      expect(back.IsDraining).to.equal(false)
    })

    it('keeps the address that its keys have given it', async () => {
      const before = await server.ask('GET', `/${spaceId}/workers/${id}`)
      const Endpoint = {
        CommunicationStyle: 'TentaclePassive',
        Uri: 'https://a.b',
        Thumbprint: 'A',
      }

      const answer = await server.send('PUT', `/${spaceId}/workers/${id}`, { ...before, Endpoint })
      const same = await server.ask('PUT', `/${spaceId}/workers/${id}`, {
        ...before,
        Name: aName(),
      })

      expect(answer.status).to.equal(400)
      expect(same.Endpoint).to.deep.equal(before.Endpoint)
    })

    it('says when it was heard last', async () => {
      const now = Date.now()
      await seen(now)

      const connection = await server.ask('GET', `/${spaceId}/workers/${id}/connection`)

      expect(connection).to.deep.include({
        ...{ MachineId: id, Status: 'Online', LastChecked: new Date(now).toISOString() },
      })
    })

    it('is of no other space', async () => {
      const other = await makeSpace(server.bus)
      const paths = [`/${other}/workers/${id}`, `/${other}/workers/${id}/connection`]

      const answers = await Promise.all(paths.map((path) => server.send('GET', path)))

      expect(answers.map(({ status }) => status)).to.deep.equal([404, 404])
    })
  })
})

describe('Limits of registration', () => {
  const now = Date.UTC(2026, 0, 1)

  it('hold for workers that are not known, from one network, and end after five minutes', async () => {
    const limits = registrationLimits(memoryCounts())
    const ask = (address: string, at = now) => limits.countUnknown(address, at)
    for (let count = 0; count < 100; count += 1) await ask('2001:db8::1')

    const refused = await refusal(ask('2001:db8::2'))
    await ask('2001:db8:0:1::1')
    await ask('2001:db8::1', now + 300_000)

    expect(refused).to.include({ code: 429 })
  })

  it('let a machine room ask every five seconds whether it was approved', async () => {
    const limits = registrationLimits(memoryCounts())

    for (let count = 0; count < 200 * 60; count += 1) await limits.count('192.0.2.1', now)

    expect(await refusal(limits.count('192.0.2.1', now))).to.include({ code: 429 })
  })
})
