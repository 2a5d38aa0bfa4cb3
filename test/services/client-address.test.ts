import type { IncomingMessage } from 'node:http'
import { expect } from 'chai'
import { clientAddresses } from '../../services/api/client-address.ts'

describe('The address of a client', () => {
  const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
    ({ headers, socket: { remoteAddress } }) as unknown as IncomingMessage // All that is looked at.
  const proxied = clientAddresses(['10.0.0.0/8', '127.0.0.1', 'fd00::/8'])

  it('is that of its socket', () => {
    const none = clientAddresses([])

    expect(none.of(from('203.0.113.5'))).to.equal('203.0.113.5')
    expect(none.of(from('::ffff:203.0.113.5'))).to.equal('203.0.113.5')
  })

  it('is not what it says of itself', () => {
    const headers = { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https' }

    expect(clientAddresses([]).of(from('127.0.0.1', headers))).to.equal('127.0.0.1')
    expect(proxied.of(from('203.0.113.5', headers))).to.equal('203.0.113.5')
    expect(proxied.isEncrypted(from('203.0.113.5', headers))).to.equal(false)
  })

  it('is the rightmost that no trusted proxy has', () => {
    const headers = { 'x-forwarded-for': '6.6.6.6, 203.0.113.5, 10.1.2.3' }

    expect(proxied.of(from('127.0.0.1', headers))).to.equal('203.0.113.5')
  })

  it('is that of the proxy when the proxy says nothing of use', () => {
    expect(proxied.of(from('10.1.1.1'))).to.equal('10.1.1.1')
    expect(proxied.of(from('10.1.1.1', { 'x-forwarded-for': 'unknown' }))).to.equal('10.1.1.1')
  })

  it('is encrypted when a trusted proxy says so', () => {
    const headers = { 'x-forwarded-proto': 'https' }

    expect(proxied.isEncrypted(from('10.1.1.1', headers))).to.equal(true)
    expect(proxied.isEncrypted(from('10.1.1.1'))).to.equal(false)
  })
})
