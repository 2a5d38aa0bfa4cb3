import { expect } from 'chai'
import { memoryCounts } from '../../mixins/counts.ts'
import { newSession, renewalOf } from '../../services/identity/session.ts'
import { signInLimits } from '../../services/identity/sign-in-limits.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makePerson, PASSWORD } from './people.ts'

const HOUR = 3_600_000

describe('Sessions', () => {
  let server: TestServer

  before(async () => {
    server = await startServer()
  })

  after(() => server.stop())

  const signIn = (Username: string, Password = PASSWORD, address = '192.0.2.1') =>
    server.bus.call('sessions.create', { Username, Password, RememberMe: false, address })

  it('are opened by name, in any case, and password', async () => {
    const person = await makePerson(server)

    const { token, csrfToken, user } = await signIn(person.Username.toUpperCase())

    const found = await server.bus.call('sessions.authenticate', { token })
    expect(user.Id).to.equal(person.Id)
    expect(found).to.deep.equal({ userId: person.Id, username: person.Username, csrfToken })
  })

  it('are refused with the same words for a wrong password, an unknown name and a service', async () => {
    const person = await makePerson(server)
    const paused = await makePerson(server, { IsActive: false })

    const messages = await Promise.all(
      [
        signIn(person.Username, 'wrong'),
        signIn('nobody-at-all'),
        signIn(paused.Username),
        signIn('', ''),
      ].map((attempt) => attempt.then(String, (error: Error) => error.message)),
    )

    expect(new Set(messages)).to.deep.equal(new Set(['The username or the password is wrong.']))
  })

  it('end when their user signs out, is deleted, or has a new password', async () => {
    const [out, gone, changed] = [
      await makePerson(server),
      await makePerson(server),
      await makePerson(server),
    ]
    const tokens = await Promise.all(
      [out, gone, changed].map(async ({ Username }) => (await signIn(Username)).token),
    )
    const [first = ''] = tokens

    await server.bus.call('sessions.end', { token: first })
    await server.ask('DELETE', `/users/${gone.Id}`)
    const user = await server.ask('GET', `/users/${changed.Id}`)
    await server.ask('PUT', `/users/${changed.Id}`, { ...user, Password: 'Another01!' })

    const found = await Promise.all(
      tokens.map((token) => server.bus.call('sessions.authenticate', { token })),
    )
    expect(found).to.deep.equal([null, null, null])
  })

  it('are all ended by one call', async () => {
    const person = await makePerson(server)
    const { token } = await signIn(person.Username)

    await server.ask('POST', `/users/${person.Id}/revoke-sessions`)

    expect(await server.bus.call('sessions.authenticate', { token })).to.equal(null)
  })

  it('cannot be guessed for: too many attempts must wait, the right password too', async () => {
    const person = await makePerson(server)
    const address = '198.51.100.7'
    const attempts = Array.from({ length: 11 }, () => signIn(person.Username, 'wrong', address))
    const codes = (await Promise.allSettled(attempts)).map(
      (attempt) => attempt.status === 'rejected' && attempt.reason.code,
    )

    const right = await signIn(person.Username, PASSWORD, address).catch((error) => error)
    const elsewhere = await signIn(person.Username)

    expect(codes.filter((code) => code === 429)).to.have.length(1)
    expect(right.code).to.equal(429)
    expect(right.data.retryAfterSeconds).to.be.within(1, 300)
    expect(elsewhere.user.Id).to.equal(person.Id)
  })

  it('are in the audit trail, successful or not, without what was typed for an unknown name', async () => {
    const person = await makePerson(server)
    await signIn(person.Username)
    await signIn('hunter2-typed-as-a-name').catch(() => undefined)

    const path = '/events?eventGroups=Login&take=2'
    const { Items } = await server.ask<{ Items: { Category: string; Message: string }[] }>(
      'GET',
      path,
    )

    expect(Items.map(({ Category }) => Category)).to.deep.equal(['LoginFailed', 'LoginSucceeded'])
    expect(JSON.stringify(Items)).not.to.contain('hunter2')
  })
})

describe('A session', () => {
  it('of a visit lasts as long as it is used, and no longer than a week', () => {
    const { session } = newSession('Users-1', {}, 0)

    const [early, later, last] = [1, 7, 7 * 24 - 1].map((hours) => {
      const ExpiresAt = new Date((hours + 5) * HOUR).toISOString()
      return renewalOf(hours === 1 ? session : { ...session, ExpiresAt }, hours * HOUR)
    })

    expect(early).to.equal(null)
    expect(later).to.equal(new Date(19 * HOUR).toISOString())
    expect(last).to.equal(session.EndsAt)
  })

  it('that is remembered lasts for thirty days', () => {
    const { session } = newSession('Users-1', { isRemembered: true }, 0)

    expect(session.ExpiresAt).to.equal(new Date(30 * 24 * HOUR).toISOString())
    expect(renewalOf(session, 29 * 24 * HOUR)).to.equal(null)
  })
})

describe('Limits of sign-in', () => {
  const address = '203.0.113.9'

  it('end after five minutes', async () => {
    const limits = signInLimits(memoryCounts())
    const tries = Array.from({ length: 10 }, () => limits.count('ada', address, 0))
    await Promise.all(tries)

    const early = await limits.count('ada', address, 299_000).catch((error) => error.code)
    const late = await limits.count('ada', address, 301_000)

    expect(early).to.equal(429)
    expect(late).to.equal(undefined)
  })

  it('begin anew for who has signed in', async () => {
    const limits = signInLimits(memoryCounts())
    for (let count = 0; count < 10; count++) await limits.count('ada', address, 0)

    await limits.succeeded('ADA', address)

    expect(await limits.count('ada', address, 0)).to.equal(undefined)
  })

  it('hold for many names from one address, and for a whole network of IPv6', async () => {
    const limits = signInLimits(memoryCounts())
    const places = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::7', '2001:db8:1:2:3:4:5:6']
    for (let count = 0; count < 60; count++) {
      await limits.count(`name-${count}`, places[count % 3] ?? '', 0)
    }

    const inside = await limits.count('x', '2001:db8:1:2:9::', 0).catch((error) => error.code)
    const outside = await limits.count('x', '2001:db8:1:3::1', 0)

    expect(inside).to.equal(429)
    expect(outside).to.equal(undefined)
  })
})
