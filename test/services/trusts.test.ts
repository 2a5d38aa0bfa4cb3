import { expect } from 'chai'
import { shortForm } from '#domain/bundle/identity.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { environmentBody, makeEnvironment, makeSpace, refusal } from '../support/things.ts'
import { makeTrust, proposeTrust, trustSettings } from '../support/trusts.ts'

type Trust = Awaited<ReturnType<typeof makeTrust>>
interface Refusal {
  Errors: string[]
  Details: { Code: string }
}

const DAY_MS = 86_400_000
const wrong = 'AAAA-AAAA-AAAA-AAAA'

describe('Trusts', () => {
  let server: TestServer
  let here: { bus: TestServer['bus']; spaceId: string }
  let there: { bus: TestServer['bus']; spaceId: string }

  before(async () => {
    server = await startServer()
  })
  beforeEach(async () => {
    const { bus } = server
    here = { bus, spaceId: await makeSpace(bus) }
    there = { bus, spaceId: await makeSpace(bus) }
  })
  after(() => server.stop())

  describe('The identity of a space', () => {
    it('is made once, however many ask for it at the same time', async () => {
      const asked = Array.from({ length: 5 }, () => identityOf(here))

      const made = await Promise.all(asked)

      expect(new Set(made.map(({ Fingerprint }) => Fingerprint)).size).to.equal(1)
      expect(await categories('Created', made[0]?.Id)).to.have.length(1)
    })

    it('tells nobody its keys', async () => {
      const answers = [
        await server.send('GET', `/${here.spaceId}/identity`),
        await server.send('GET', `/${here.spaceId}/identity/document`),
        await server.send('POST', `/${here.spaceId}/identity/rotate`, {}),
        await server.send('GET', `/${here.spaceId}/identity/rotations`),
        await server.send('GET', `/${here.spaceId}/events?take=100`),
      ]

      for (const answer of answers) {
        expect(answer.status).to.equal(200)
        expect(await answer.text()).not.to.match(/PRIVATE|_sealed|v1:/)
      }
    })

    it('is exported as a file that another space can read', async () => {
      const answer = await server.send('GET', `/${here.spaceId}/identity/document`)

      const disposition = answer.headers.get('content-disposition')
      expect(disposition).to.equal('attachment; filename="identity.json"')
      const read = await server.ask('POST', `/${there.spaceId}/trusts/read`, {
        Document: await answer.text(),
      })
      const { Fingerprint, SpaceName } = await identityOf(here)
      expect(read).to.include({ Fingerprint, SpaceName, IsOfThisServer: true, KnownAs: null })
    })
  })

  describe('A trust', () => {
    it('is proposed from a document, and allows nothing that nobody has said', async () => {
      const Document = await documentOf(there)

      const answer = await server.send('POST', `/${here.spaceId}/trusts`, { Document })

      const trust = (await answer.json()) as Trust & { Links: { Self: string } }
      const { Fingerprint, SpaceName } = await identityOf(there)
      expect(answer.status).to.equal(201)
      expect(answer.headers.get('location')).to.equal(trust.Links.Self)
      expect(trust).to.include({ Name: SpaceName, Fingerprint, State: 'Proposed' })
      expect(trust.Transport.Kind).to.equal('Local')
      expect(Object.values(trust.Allow)).to.deep.equal(Array(6).fill(false))
      expect(await categories('TrustProposed', trust.Id)).to.have.length(1)
    })

    it('is active once somebody has entered what the other side reads aloud', async () => {
      const { Id: id } = await proposeTrust(here, there)
      const { ShortFingerprint } = await identityOf(there)
      const typed = ShortFingerprint.toLowerCase().replaceAll('-', ' ')

      const trust = await confirm(id, typed)

      expect(trust).to.include({ State: 'Active', ConfirmedBy: 'system' })
      expect(await categories('TrustConfirmed', id)).to.have.length(1)
    })

    it('is refused, and the refusal kept, when the fingerprint is a wrong one', async () => {
      const { Id: id, Fingerprint } = await proposeTrust(here, there)

      const answers = []
      for (const ConfirmFingerprint of [wrong, '', shortForm(Fingerprint).slice(0, 14)]) {
        const path = `/${here.spaceId}/trusts/${id}/confirm`
        answers.push(await server.send('POST', path, { ConfirmFingerprint }))
      }

      for (const { status } of answers) expect(status).to.equal(400)
      expect((await trustOf(id)).State).to.equal('Proposed')
      expect(await categories('FingerprintMismatch', id)).to.have.length.at.least(2)
    })

    it('is suspended and resumed, and ends for good when it is revoked', async () => {
      const { Id: id } = await makeTrust(here, there)
      const { spaceId } = here

      const suspended = await server.bus.call('trusts.suspend', { spaceId, id })
      const resumed = await server.bus.call('trusts.resume', { spaceId, id })
      const revoked = await revoke(id)

      expect([suspended.State, resumed.State]).to.deep.equal(['Suspended', 'Active'])
      expect(revoked.Revocation).to.include({ Reason: 'The key was stolen', By: 'system' })
      const again = await Promise.all([
        refusal(server.bus.call('trusts.resume', { spaceId, id })),
        refusal(confirm(id, shortForm(revoked.Fingerprint))),
        refusal(server.bus.call('trusts.modify', { ...revoked, spaceId, id })),
        refusal(
          server.bus.call('trusts.renew', { spaceId, id, Document: await documentOf(there) }),
        ),
      ])
      for (const { code } of again) expect(code).to.equal(400)
      const kept = ['TrustSuspended', 'TrustResumed', 'TrustRevoked']
      for (const category of kept) expect(await categories(category, id)).to.have.length(1)
    })

    it('can be made anew after it was revoked, and only then', async () => {
      const { Id: id } = await makeTrust(here, there)
      const second = await refusal(proposeTrust(here, there, { Name: 'Another name' }))
      await revoke(id)

      const anew = await proposeTrust(here, there, { Name: 'Another name' })

      expect(second.message).to.match(/known already, as the trust/)
      expect(anew.State).to.equal('Proposed')
      const { Fingerprint: fingerprint, spaceId } = { ...anew, ...here }
      const found = await server.bus.call('trusts.byFingerprint', { spaceId, fingerprint })
      expect(found?.Id).to.equal(anew.Id)
    })

    it('is deleted only while nothing can flow by it', async () => {
      const { spaceId } = here
      const { Id: id } = await makeTrust(here, there)

      const active = await refusal(server.bus.call('trusts.remove', { spaceId, id }))
      await revoke(id)
      await server.bus.call('trusts.remove', { spaceId, id })

      expect(active.message).to.match(/revoke it before/)
      expect(await refusal(trustOf(id))).to.include({ code: 404 })
    })

    it('is not deleted while an environment stands for one of the other space', async () => {
      const { spaceId, bus } = { ...here, ...server }
      const { Id: id } = await makeTrust(here, there, { Name: 'Prod' })
      const Remote = { TrustId: id, RemoteName: 'Production' }
      const environment = await server.ask<{ Id: string }>('POST', `/${spaceId}/environments`, {
        Name: 'Prod: Production',
        Remote,
      })
      await revoke(id)

      const refused = await refusal(bus.call('trusts.remove', { spaceId, id }))

      expect(refused.message).to.include('Prod: Production')
      await bus.call('environments.remove', { spaceId, id: environment.Id })
      await bus.call('trusts.remove', { spaceId, id })
    })

    it('keeps what is decided of it, and its transport when nobody speaks of it', async () => {
      const { Id: id, ...trust } = await makeTrust(here, there)
      const { Transport: _, ...decided } = { ...trust, ...trustSettings(['SendReleases']) }

      const path = `/${here.spaceId}/trusts/${id}`
      const after = await server.ask('PUT', path, { ...decided, Name: 'Regional' })

      expect(after).to.deep.include({ Name: 'Regional', Transport: trust.Transport })
      expect(after.Allow).to.include({ SendReleases: true, ReceiveReleases: false })
      expect(after.State).to.equal('Active')
      expect(after.Fingerprint).to.equal(trust.Fingerprint)
    })

    it('changes nothing of who is trusted when a client sends other certificates', async () => {
      const { Id: id, ...trust } = await makeTrust(here, there)
      const { Fingerprint, IdentityCertificate } = await identityOf(here)

      const forged = { ...trust, Fingerprint, IdentityCertificate, State: 'Active', _pinned: 'x' }
      const after = await server.ask('PUT', `/${here.spaceId}/trusts/${id}`, forged)

      expect(after).to.include({ Fingerprint: trust.Fingerprint })
      expect(after.IdentityCertificate).to.equal(trust.IdentityCertificate)
    })

    it('has one name in its space, and does not trust its own space', async () => {
      await proposeTrust(here, there, { Name: 'Production' })
      const third = { bus: server.bus, spaceId: await makeSpace(server.bus) }

      const taken = await refusal(proposeTrust(here, third, { Name: 'PRODUCTION' }))
      const own = await refusal(proposeTrust(here, here))

      expect(taken).to.include({ type: 'TAKEN' })
      expect(own).to.include({ code: 400, type: 'VALIDATION_ERROR' })
    })

    it('is refused with the reason when its document is none', async () => {
      const document = JSON.parse(await documentOf(there))
      const changed = { ...document, signature: `${document.signature.slice(0, -4)}AAAA` }
      for (const [Document, code] of [
        ['{}', 'NotAnIdentity'],
        ['\0', 'NotAnIdentity'],
        [JSON.stringify(changed), 'BadSignature'],
      ]) {
        const answer = await server.send('POST', `/${here.spaceId}/trusts`, { Document })

        const body = (await answer.json()) as Refusal
        expect(answer.status).to.equal(400)
        expect(body.Details).to.deep.equal({ Code: code })
        expect(body.Errors).to.have.length(1)
      }
      const { TotalResults } = await server.ask('GET', `/${here.spaceId}/trusts`)
      expect(TotalResults).to.equal(0)
    })

    it('says which settings it cannot have', async () => {
      const Document = await documentOf(there)
      for (const [settings, field] of [
        [{ Transport: { Kind: 'Pigeon' } }, 'Kind'],
        [{ Transport: { Kind: 'Https', Url: 'http://tako.example' } }, 'Transport.Url'],
        [{ Transport: { Kind: 'Https', Url: 'https://me:secret@tako.example' } }, 'Transport.Url'],
        [{ Transport: { Kind: 'Bus' } }, 'Transport.BusName'],
        [{ AutoImport: { Mode: 'KnownProjects', LifecycleId: 'Lifecycles-0' } }, 'LifecycleId'],
        [{ Allow: { SendReleases: 'perhaps' } }, 'SendReleases'],
      ] as const) {
        const wish = { Document, ...settings }
        const answer = await server.send('POST', `/${here.spaceId}/trusts`, wish)

        expect(answer.status, field).to.equal(400)
        expect(((await answer.json()) as Refusal).Errors.join()).to.include(field)
      }
    })
  })

  describe('New keys', () => {
    it('reach at once the spaces of the server that trust the old ones', async () => {
      const { Id: id, Fingerprint: old } = await makeTrust(here, there)

      const rotated = await rotate(there)

      const trust = await trustOf(id)
      expect(trust).to.include({ State: 'Active', Fingerprint: rotated.Fingerprint })
      expect(trust.EncryptionCertificate).to.equal(rotated.EncryptionCertificate)
      expect(trust.Previous.map(({ Fingerprint }) => Fingerprint)).to.deep.equal([old])
      expect(rotated.Previous.map(({ Fingerprint }) => Fingerprint)).to.deep.equal([old])
      expect(await categories('TrustRotated', id)).to.have.length(1)
    })

    it('leave what the old ones have signed to be taken for a while', async () => {
      const { Id: id, Fingerprint: old, IdentityCertificate } = await makeTrust(here, there)
      await rotate(there)

      const { spaceId } = here
      const found = await server.bus.call('trusts.byFingerprint', { spaceId, fingerprint: old })

      expect(found).to.include({ Id: id, Fingerprint: old, IdentityCertificate })
      const later = new Date(Date.now() + 31 * DAY_MS).toISOString()
      await server.bus.call('trusts.upkeep', { at: later })
      const gone = await server.bus.call('trusts.byFingerprint', { spaceId, fingerprint: old })
      expect(gone).to.equal(null)
      expect((await identityOf(there)).Previous).to.deep.equal([])
    })

    it('for encryption alone change no fingerprint', async () => {
      const before = await makeTrust(here, there)

      const rotated = await rotate(there, 'Encryption')

      const after = await trustOf(before.Id)
      expect(after.Fingerprint).to.equal(before.Fingerprint)
      expect(after.EncryptionCertificate)
        .to.equal(rotated.EncryptionCertificate)
        .and.not.equal(before.EncryptionCertificate)
    })

    it('are carried in a file to who is not connected, however many there were', async () => {
      const { Id: id } = await makeTrust(here, there)
      await disconnect(id)
      await rotate(there)
      const rotated = await rotate(there)

      const Document = await server.bus.call('spaceidentities.rotations', {
        spaceId: there.spaceId,
      })
      const trust = await renew(id, Document)

      expect(trust).to.include({ State: 'Active', Fingerprint: rotated.Fingerprint })
    })

    it('of which nothing shows that they follow are confirmed by people', async () => {
      const { Id: id } = await makeTrust(here, there)
      const other = { bus: server.bus, spaceId: await makeSpace(server.bus) }
      const Document = await documentOf(other)

      const refused = await refusal(renew(id, Document))
      await server.bus.call('trusts.suspend', { spaceId: here.spaceId, id })
      const proposed = await renew(id, Document)

      expect(refused).to.deep.include({ code: 400, data: { reason: 'WrongIdentity' } })
      expect(proposed).to.include({ State: 'Proposed', ConfirmedBy: null })
      expect(proposed.Fingerprint).to.equal((await identityOf(other)).Fingerprint)
    })

    it('are not those of another space that is trusted already', async () => {
      const { Id: id } = await makeTrust(here, there)
      const other = { bus: server.bus, spaceId: await makeSpace(server.bus) }
      await makeTrust(here, other, { Name: 'The other one' })
      await server.bus.call('trusts.suspend', { spaceId: here.spaceId, id })

      const refused = await refusal(renew(id, await documentOf(other)))

      expect(refused).to.include({ code: 400, type: 'REFUSED' })
      expect(refused.message).to.include('The other one')
    })

    it('are not taken from a document that is older than what is known', async () => {
      const { Id: id } = await makeTrust(here, there)
      const Document = await documentOf(there)
      await rotate(there, 'Encryption')

      expect(await refusal(renew(id, Document))).to.deep.include({
        code: 400,
        data: { reason: 'StaleIdentity' },
      })
    })
  })

  describe('The end of a certificate', () => {
    it('is warned of once at each time, and the trust then has expired', async () => {
      const { Id: id, EncryptionNotAfter } = await makeTrust(here, there)
      const at = (days: number) =>
        new Date(Date.parse(EncryptionNotAfter) - days * DAY_MS).toISOString()

      for (const days of [40, 29, 28, 15, 9, -1, -2])
        await server.bus.call('trusts.upkeep', { at: at(days) })

      expect(await categories('TrustExpiring', id)).to.have.length(3)
      expect(await categories('TrustExpired', id)).to.have.length(1)
      const { Id } = await identityOf(there)
      expect(await categories('TrustExpiring', Id, there)).to.have.length(3)
    })
  })

  describe('The other side of a trust', () => {
    it('says whether it trusts this one, and what it does not take', async () => {
      const { Id: id } = await makeTrust(here, there)
      const { spaceId } = here
      const before = await server.bus.call('trusts.test', { spaceId, id })
      await makeTrust(there, here, { allowed: ['ReceiveReleases', 'SendReceipts'] })

      const after = await server.bus.call('trusts.test', { spaceId, id })

      expect(before).to.include({ IsReached: true, IsTrusted: false })
      expect(after).to.include({ IsReached: true, IsTrusted: true })
      expect(after.Faults).to.have.length(2)
    })

    it('shows the names of its environments only if it shares them', async () => {
      const { spaceId } = here
      const { Id: id } = await makeTrust(here, there)
      await makeEnvironment(server.bus, there.spaceId, 'Production')
      const back = await makeTrust(there, here, { allowed: ['ReceiveReleases'] })
      const refused = await refusal(server.bus.call('trusts.directory', { spaceId, id }))

      await server.bus.call('trusts.modify', {
        ...back,
        id: back.Id,
        spaceId: there.spaceId,
        ...trustSettings(),
      })
      const shown = await server.bus.call('trusts.directory', { spaceId, id })

      expect(refused.message).to.match(/does not share/)
      expect(shown.Environments).to.deep.equal([{ Name: environmentBody('Production').Name }])
    })

    it('is not asked without a connection', async () => {
      const { Id: id } = await makeTrust(here, there)
      await disconnect(id)

      const answer = await server.send('POST', `/${here.spaceId}/trusts/${id}/test`, {})

      expect(answer.status).to.equal(400)
    })
  })

  const identityOf = ({ spaceId }: { spaceId: string }) =>
    server.bus.call('spaceidentities.get', { spaceId })
  const documentOf = ({ spaceId }: { spaceId: string }) =>
    server.bus.call('spaceidentities.document', { spaceId })
  const trustOf = (id: string) => server.bus.call('trusts.get', { spaceId: here.spaceId, id })
  const confirm = (id: string, ConfirmFingerprint: string) =>
    server.bus.call('trusts.confirm', { spaceId: here.spaceId, id, ConfirmFingerprint })
  const renew = (id: string, Document: string) =>
    server.bus.call('trusts.renew', { spaceId: here.spaceId, id, Document })
  const rotate = ({ spaceId }: { spaceId: string }, Keys: 'Identity' | 'Encryption' = 'Identity') =>
    server.bus.call('spaceidentities.rotate', { spaceId, Keys })
  const revoke = (id: string) =>
    server.bus.call('trusts.revoke', {
      spaceId: here.spaceId,
      id,
      Reason: 'The key was stolen',
      BlockImportedReleases: true,
    })

  async function disconnect(id: string) {
    const { spaceId } = here
    const trust = await trustOf(id)
    const Transport = { Kind: 'Disconnected' as const }
    await server.bus.call('trusts.modify', { ...trust, spaceId, id, Transport })
  }

  /** The messages of the events of a category about something. */
  async function categories(category: string, id = '', { spaceId } = here) {
    const path = `/${spaceId}/events?regarding=${id}&eventCategories=${category}&take=100`
    const { Items } = await server.ask<{ Items: { Message: string }[] }>('GET', path)
    return Items.map(({ Message }) => Message)
  }
})
