import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ConnectionOptions, connect, getCACertificates } from 'node:tls'
import type { RunFiles } from '#bus/orders.ts'
import { addressFault } from '#domain/run-files.ts'

import type { PackageSettings } from './job.ts'

/** The server to which a run talks, and by what right. */
export interface RunServer {
  /** Such as 'https://tako.example.com'. */
  address: string
  token: string
  /** Hexadecimal SHA-256 of the certificate that it must show; null: one that the machine trusts. */
  certificate: string | null
  allowPlainHttp: boolean
}

/** The server of a run, by what the run says and what its worker is set to. */
export function serverOf(
  { token, url, certificate }: RunFiles,
  worker: Pick<PackageSettings, 'server' | 'certificate' | 'allowPlainHttp'>,
): RunServer {
  const address = url ?? worker.server
  if (address === null) throw new Error('Nobody has said where the server is.')
  return {
    ...{ address, token, allowPlainHttp: worker.allowPlainHttp },
    certificate: certificate ?? (url === null ? worker.certificate : null),
  }
}

/** The server has said no, or is not the right one: it is of no use to ask again. */
export class RefusedError extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'RefusedError'
  }
}

interface Asked {
  method: 'GET' | 'PUT'
  /** Such as '/api/runs/x/packages/y'. */
  path: string
  headers?: Record<string, string | number>
  body?: Readable
}

/** Nothing came or went for so long. */
const silenceMs = 30_000
const mayPass = new Set([408, 425, 429])

/**
 * Asks the server once. Answers a response with a good status, whose body is still to be read; the token
 * is sent only after the certificate was found right.
 */
export async function ask(server: RunServer, asked: Asked): Promise<IncomingMessage> {
  const fault = addressFault(server.address, server.allowPlainHttp)
  if (fault) throw new RefusedError(fault)
  const url = new URL(asked.path, server.address)
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const options: RequestOptions = {
    method: asked.method,
    headers: { ...asked.headers, authorization: `Bearer ${server.token}` },
    timeout: silenceMs,
  }
  const request =
    url.protocol === 'https:'
      ? requestHttps(url, { ...options, ...trusting(server.certificate) }, resolve)
      : requestHttp(url, options, resolve)
  request.on('error', reject)
  request.once('timeout', () => request.destroy(new Error('nothing came for 30 seconds')))
  if (asked.body) pipeline(asked.body, request).catch(reject)
  else request.end()
  return expectGood(await promise)
}

async function expectGood(response: IncomingMessage): Promise<IncomingMessage> {
  const { statusCode: status = 0 } = response
  if (status >= 200 && status < 300) return response
  const reason = `the server answered ${status}${await reasonIn(response)}`
  // What a server says while it starts, or is too busy, it will not say for ever.
  throw status >= 500 || mayPass.has(status) ? new Error(reason) : new RefusedError(reason)
}

/** What the body says of it, in an answer of Tako's. */
async function reasonIn(response: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) {
    body += chunk
    // A page of a proxy, most likely.
    if (body.length > 10_000) return ''
  }
  const [, reason] = /"ErrorMessage":\s*("(?:[^"\\]|\\.)*")/.exec(body) ?? []
  return reason === undefined ? '' : `: ${JSON.parse(reason).replace(/\.$/, '')}`
}

let trusted: string[] | null = null

function trusting(certificate: string | null): RequestOptions & ConnectionOptions {
  if (certificate === null) {
    trusted ??= [...getCACertificates('default'), ...getCACertificates('system')]
    return { ca: trusted }
  }
  return {
    createConnection(options, done) {
      // Not who has signed it matters, but that it is this one; nothing is sent before that is known.
      const socket = connect({ ...(options as ConnectionOptions), rejectUnauthorized: false })
      socket.once('error', (error) => done(error, socket))
      socket.once('secureConnect', () => {
        const shown = socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '') ?? ''
        if (shown.toLowerCase() === certificate.toLowerCase()) return done(null, socket)
        socket.destroy()
        done(new RefusedError('the server shows another certificate than it should'), socket)
      })
      return undefined
    },
  }
}
