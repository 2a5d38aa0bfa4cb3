import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { fingerprintOf, newKeys, type Party, partyOf, readSigned, signed } from '#bus/messages.ts'
import type { JoinProof } from '#bus/orders.ts'
import { overRedis } from '#bus/redis-transporter.ts'
import { type WorkerBroker, workerBroker } from '#bus/worker-broker.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'
import {
  type Registered,
  type Registrations,
  startRegistrations,
} from '../support/registrations.ts'
import { schedulerOn, type TestScheduler } from '../support/scheduler.ts'
import { until } from '../support/until.ts'
import { asking, isThere, newRunId, specOf } from '../support/worker.ts'

const ENTRY = join(import.meta.dirname, '../../bin/tako.ts')
const ID = 'Workers-test12345678'

describe('A worker on a machine of its own', () => {
  let redis: TestRedis
  let server: Party
  let broker: WorkerBroker
  let scheduler: TestScheduler
  let registrations: Registrations
  let home: string
  const started: ChildProcess[] = []

  before(async () => {
    redis = await startRedis()
    server = await partyOf(await newKeys())
    broker = workerBroker({
      nodeID: 'server',
      namespace: 'test-workers',
      transporter: overRedis({ url: redis.url, side: 'hub' }),
      metadata: { proof: await signed('node', { nodeID: 'server' }, server) },
    })
    scheduler = schedulerOn(broker, server)
    await broker.start()
  })

  after(async () => {
    await broker.stop()
    await redis.stop()
  })

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'tako-joined-'))
    registrations = await startRegistrations(approved)
    scheduler.alives.length = 0
  })

  afterEach(async () => {
    for (const worker of started.splice(0)) await end(worker, 'SIGKILL')
    await registrations.stop()
    rmSync(home, { recursive: true, force: true, maxRetries: 10 })
  })

  const reply = (Approval: string, keys = server.keys, WorkerId = ID) => ({
    body: {
      ...{
        WorkerId,
        Name: 'one',
        Approval,
        Fingerprint: '',
        SpaceId: 'Spaces-1',
        SpaceName: 'Default',
      },
      WorkerPools: ['Default Worker Pool', 'Windows'],
      Server: {
        Bus: 'test-workers',
        Keys: keys,
        Fingerprint: server.fingerprint,
        Version: '0.0.0',
      },
    },
  })
  const approved = () => reply('Approved')

  function start(...more: string[]) {
    return startWith({}, ...more)
  }

  function startWith(env: Record<string, string>, ...more: string[]) {
    const args = ['--server', registrations.url, '--redis', redis.url, '--home', home]
    const child = spawn(process.execPath, [ENTRY, 'worker', ...args, '--name', 'one', ...more], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    started.push(child)
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said += chunk
      })
    return {
      child,
      said: () => said,
      says: (text: string) => until(() => said.includes(text), `it says ${text}, not ${said}`),
      ends: async () => {
        if (child.exitCode === null) await once(child, 'exit')
        return { code: child.exitCode, said }
      },
    }
  }
  const first = () => registrations.asked[0] as Registered
  const keysOf = () => until(() => registrations.asked[0]?.Keys, 'it asks')

  it('shows its fingerprint, joins by a token, and runs what it is given', async () => {
    const worker = start(
      '--token',
      'T-1',
      '--space',
      'Default',
      '--slots',
      '3',
      '--least-free-mb',
      '0',
    )
    await isThere(scheduler, ID, await keysOf())
    const runId = newRunId()

    const { lines } = await asking(scheduler, ID).run({ body: 'echo hello' }, runId)

    const proof = await readSigned<JoinProof>('join', first().Proof, first().Keys)
    expect(lines).to.deep.equal(['i hello'])
    expect(first()).to.include({ Name: 'one', Token: 'T-1', Space: 'Default', Slots: 3 })
    expect(proof).to.include({
      fingerprint: await fingerprintOf(first().Keys),
      server: registrations.url,
    })
    expect(proof.token).to.match(/^[0-9a-f]{64}$/)
    expect(worker.said()).to.equal(
      `Its fingerprint is ${proof.fingerprint.match(/.{4}/g)?.join(' ')}\nWorks for the space Default as 'one' in the pools Default Worker Pool, Windows\n`,
    )
    expect(statSync(join(home, 'worker.json')).mode & 0o777).to.equal(0o600)
  })

  it('waits until it is approved, and says so once', async () => {
    registrations.answer = () => reply('Waiting')
    const worker = start()
    await worker.says('Waits for approval in the space Default')
    registrations.answer = approved

    await isThere(scheduler, ID, await keysOf())

    expect(worker.said().match(/Waits/g)).to.have.length(1)
    expect(first()).to.not.have.property('Token')
  })

  it('asks again while the server is away', async () => {
    registrations.answer = () => ({ status: 503 })
    const worker = start()
    await worker.says('cannot answer now (503). It is asked again.')
    registrations.answer = approved

    await worker.says('Works for the space Default')
  })

  it('says what the server has against it, and ends', async () => {
    registrations.answer = () => ({
      status: 400,
      body: { ErrorMessage: 'There was a problem.', Errors: ['The token is not valid.'] },
    })

    const { code, said } = await start('--token', 'T-1').ends()

    expect(code).to.equal(1)
    expect(said).to.contain('refuses this worker: The token is not valid.\n')
    expect(said).to.not.contain('T-1')
  })

  it('does not follow the server to another address', async () => {
    registrations.answer = () => ({ status: 308, headers: { location: 'https://elsewhere.test/' } })

    const { code, said } = await start('--token', 'T-1').ends()

    expect(code).to.equal(1)
    expect(said).to.contain('sends to https://elsewhere.test/: give that address by --server.')
  })

  it('trusts the certificates that this machine trusts, and those that it is told to', async () => {
    await registrations.stop()
    const certificate = selfSigned(home)
    registrations = await startRegistrations(approved, certificate)

    const stranger = await start().ends()
    const friend = startWith({ NODE_EXTRA_CA_CERTS: certificate.file })
    await friend.says('Works for the space Default')

    expect(stranger.code).to.equal(1)
    expect(stranger.said).to.match(/is not trusted here \(DEPTH_ZERO_SELF_SIGNED_CERT\)/)
    expect(stranger.said).to.contain('NODE_EXTRA_CA_CERTS')
  })

  it('does not come to a server whose keys are others than before', async () => {
    registrations.answer = () => reply('Waiting')
    const worker = start()
    await worker.says('Waits')
    await end(worker.child, 'SIGTERM')
    const other = await partyOf(await newKeys())
    registrations.answer = () => reply('Approved', other.keys)

    const { code, said } = await start().ends()

    expect(code).to.equal(1)
    expect(said).to.contain(`the fingerprint was ${server.fingerprint} and is ${other.fingerprint}`)
  })

  it('works also while the server is away, once it was approved, and needs its token no more', async () => {
    const before = start('--token', 'T-1', '--least-free-mb', '0')
    await before.says('Works for')
    await end(before.child, 'SIGTERM')
    scheduler.alives.length = 0
    registrations.answer = () => ({ status: 502 })
    const again = start('--token', 'T-1', '--least-free-mb', '0')

    await isThere(scheduler, ID, first().Keys)
    await again.says('It works on meanwhile.')

    expect(registrations.asked.at(-1)).to.include({ WorkerId: ID }).and.not.have.property('Token')
  })

  it('ends when the server has removed it', async () => {
    const worker = start()
    await worker.says('Works for')
    scheduler.knows(ID, first().Keys)
    registrations.answer = () => ({ status: 410 })
    scheduler.hooks.onAlive = () => {
      throw Object.assign(new Error('Who is that?'), { code: 403, type: 'UNKNOWN_WORKER' })
    }

    const { code, said } = await worker.ends()
    scheduler.hooks.onAlive = () => {}

    expect(code).to.equal(1)
    expect(said).to.contain('has removed this worker')
    expect(JSON.parse(readFileSync(join(home, 'worker.json'), 'utf8'))).to.include({ id: null })
  })

  it('says at a stop that it takes nothing new, leaves its scripts running, and finds them again', async () => {
    const worker = start('--least-free-mb', '0')
    await isThere(scheduler, ID, await keysOf())
    await scheduler.comes(ID)
    const ask = asking(scheduler, ID)
    const runId = newRunId()
    const spec = specOf({ body: 'echo begun; sleep 1; echo done' })
    await ask.ask(runId, spec)
    await ask.batches(runId, 1)

    await end(worker.child, 'SIGTERM')
    const farewell = scheduler.aliveOf(ID)
    start('--least-free-mb', '0')
    await until(() => (scheduler.aliveOf(ID)?.epoch ?? 0) > (farewell?.epoch ?? 0), 'it is back')
    await scheduler.comes(ID)
    const result = await ask.resultOf(runId, spec)

    expect(worker.child.exitCode).to.equal(0)
    expect(farewell).to.include({ refuses: 'The worker one is shutting down.' })
    expect(farewell?.running).to.deep.equal([runId])
    expect(result.outcome).to.equal('succeeded')
    expect(ask.linesOf(runId)).to.deep.equal(['i begun', 'i done'])
  })

  it('does not share its folder with another worker', async () => {
    const worker = start()
    await worker.says('Works for')

    const { code, said } = await start().ends()

    expect(code).to.equal(1)
    expect(said).to.contain(`The folder ${home} is in use by another worker.`)
  })

  it('joins a Redis that comes later, and sends at once what it could not', async () => {
    await redis.halt()
    const worker = start('--least-free-mb', '0')
    await worker.says('Redis is away')
    await redis.resume()
    await isThere(scheduler, ID, await keysOf())
    await scheduler.comes(ID)
    const ask = asking(scheduler, ID)
    const runId = newRunId()
    await ask.ask(runId, specOf({ body: 'sleep 0.5; echo over the gap' }))

    await redis.halt('SIGKILL')
    await until(() => broker.transit?.tx.connected === false, 'the loss is seen')
    await redis.resume()
    const result = await ask.resultOf(runId, specOf({}))

    expect(result.outcome).to.equal('succeeded')
    expect(ask.linesOf(runId)).to.deep.equal(['i over the gap'])
  })
})

async function end(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}

/** A certificate of 127.0.0.1 that nobody knows. */
function selfSigned(folder: string) {
  const [keyFile, file] = ['key.pem', 'certificate.pem'].map((name) => join(folder, name)) as [
    string,
    string,
  ]
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const args = ['req', '-x509', ...key, '-keyout', keyFile, '-out', file, '-days', '2', ...subject]
  execFileSync('openssl', args, { stdio: 'ignore' })
  return { file, key: readFileSync(keyFile, 'utf8'), cert: readFileSync(file, 'utf8') }
}
