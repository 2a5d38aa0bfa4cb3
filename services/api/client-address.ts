import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { config } from '#config'

type Request = Pick<IncomingMessage, 'headers' | 'socket'>

/** Finds out who is at the other end, behind these proxies: addresses and networks such as '10.0.0.0/8'. */
export function clientAddresses(proxies: readonly string[]) {
  const trusted = new BlockList()
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/')
    if (bits === undefined) trusted.addAddress(address, familyOf(address))
    else trusted.addSubnet(address, Number(bits), familyOf(address))
  }
  const isTrusted = (address: string) =>
    proxies.length > 0 && isIP(address) > 0 && trusted.check(address, familyOf(address))

  return {
    /** The client's own address: the rightmost of X-Forwarded-For that is no trusted proxy's. */
    of({ headers, socket }: Request): string {
      const direct = plain(socket.remoteAddress ?? 'unknown')
      if (!isTrusted(direct)) return direct
      const hops = String(headers['x-forwarded-for'] ?? '')
        .split(',')
        .map((hop) => plain(hop.trim()))
        .filter((hop) => isIP(hop) > 0)
      return hops.findLast((hop) => !isTrusted(hop)) ?? hops[0] ?? direct
    },

    /** Whether the client speaks TLS to a proxy that says so. */
    isEncrypted: ({ headers, socket }: Request): boolean =>
      isTrusted(plain(socket.remoteAddress ?? '')) && headers['x-forwarded-proto'] === 'https',
  }
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** An IPv4 address that came over IPv6 is still that address. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/, '')

const configured = clientAddresses(config.trustedProxies)

export const clientAddress = configured.of

/** Whether the client itself speaks TLS, to us or to a proxy that we trust. */
export const isEncrypted = (request: Request): boolean =>
  config.tls !== undefined || configured.isEncrypted(request)
