import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'chai'
import { config } from '#config'
import { keysOf } from '../../services/promoter/keys.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeSpace } from '../support/things.ts'

const DAY_MS = 86_400_000

describe('The keys of a space', () => {
  let server: TestServer
  let spaceId: string

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    spaceId = await makeSpace(server.bus)
  })
  after(() => server.stop())

  /** As a service of the promoter opens them. */
  const open = (at?: Date) => {
    const service = server.broker.getLocalService('spaceidentities') as never
    return keysOf(service, spaceId, at)
  }

  it('are made when they are needed first, and belong to the certificates', async () => {
    const { current, previous, spaceName } = await open()

    const identity = await server.bus.call('spaceidentities.get', { spaceId })
    expect(current.fingerprint).to.equal(identity.Fingerprint)
    expect(spaceName).to.equal(identity.SpaceName)
    expect(publicOf(current.identityKey)).to.equal(publicIn(identity.IdentityCertificate))
    expect(publicOf(current.encryptionKey)).to.equal(publicIn(identity.EncryptionCertificate))
    expect(previous).to.deep.equal([])
  })

  it('are sealed in the store, before and after they were replaced', async () => {
    const { current } = await open()
    await server.bus.call('spaceidentities.rotate', { spaceId, Keys: 'Identity' })

    const stored = textOfStore(server.broker.namespace)
    expect(stored).to.include(spaceId)
    for (const canary of [current.identityKey, current.encryptionKey]) {
      const [, line = ''] = canary.split('\n')
      expect(line).to.have.length(64)
      expect(stored).not.to.include(line)
    }
    expect(stored).not.to.include('PRIVATE KEY')
  })

  it('are opened for 30 more days after they were replaced, and then are gone', async () => {
    const { current: old } = await open()
    await server.bus.call('spaceidentities.rotate', { spaceId, Keys: 'Encryption' })
    await server.bus.call('spaceidentities.rotate', { spaceId, Keys: 'Identity' })

    const [soon, late] = [29, 31].map((days) => new Date(Date.now() + days * DAY_MS))
    const { current, previous } = await open(soon)
    expect(previous).to.have.length(2)
    expect(previous[1]).to.deep.equal(old)
    expect(current.fingerprint).not.to.equal(old.fingerprint)
    expect((await open(late)).previous).to.deep.equal([])
    await server.bus.call('trusts.upkeep', { at: late?.toISOString() ?? '' })
    expect((await open()).previous).to.deep.equal([])
  })

  it('follow one another, however many replace them at once', async () => {
    await open()
    const replace = () => server.bus.call('spaceidentities.rotate', { spaceId, Keys: 'Identity' })

    const ends = await Promise.allSettled([replace(), replace(), replace()])

    const done = ends.filter(({ status }) => status === 'fulfilled').length
    const { previous } = await open()
    const { rotations } = JSON.parse(
      await server.bus.call('spaceidentities.rotations', { spaceId }),
    )
    expect(done).to.be.at.least(1)
    expect(previous).to.have.length(done)
    expect(rotations).to.have.length(done)
  })

  it('go with the space', async () => {
    await open()
    expect(textOfStore(server.broker.namespace, 'spaceidentities')).to.include(spaceId)

    await server.bus.call('trusts.eraseSpace', { spaceId })
    await server.bus.call('spaceidentities.eraseSpace', { spaceId })

    expect(textOfStore(server.broker.namespace, 'spaceidentities')).not.to.include(spaceId)
  })
})

const publicOf = (pem: string) =>
  createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'pem' })
const publicIn = (pem: string) =>
  new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'pem' })

/** What who has the file of the store could read: one collection, or all. */
function textOfStore(namespace: string, collection = ''): string {
  const database = new DatabaseSync(join(config.home, 'tako.sqlite'), { readOnly: true })
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    const wanted = tables
      .map(({ name }) => String(name))
      .filter((name) => name.includes(namespace) && name.endsWith(collection))
    return wanted
      .map((name) => JSON.stringify(database.prepare(`SELECT * FROM "${name}"`).all()))
      .join('\n')
  } finally {
    database.close()
  }
}
