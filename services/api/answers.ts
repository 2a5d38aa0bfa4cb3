import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import helmet from 'helmet'
import type { Errors, Service } from 'moleculer'
import { isForClient } from '#bus/errors.ts'
import { config } from '#config'

const compress = promisify(gzip)

/** Below this, compressing costs more than it spares. */
const WORTH_COMPRESSING = 4096 // bytes

const JSON_TYPE = 'application/json; charset=utf-8'

/** The same for every answer of the API, so helmet is asked once. */
const common: Record<string, string> = { 'Cache-Control': 'no-store', ...securityHeaders() }

type Headers = Record<string, string | number>

/** Answers with JSON; undefined and null are an empty body, and said so. */
export async function sendJson(
  request: IncomingMessage,
  response: ServerResponse,
  { status = 200, value, headers = {} }: { status?: number; value: unknown; headers?: Headers },
): Promise<void> {
  const text = value === undefined || value === null ? '' : JSON.stringify(value)
  const all: Headers = { ...common, ...headers, 'X-Request-Id': requestIdOf(request) }
  if (text !== '') all['Content-Type'] = JSON_TYPE
  const isLarge = text.length > WORTH_COMPRESSING
  const isZipped =
    isLarge &&
    /\bgzip\b(?! *; *q=0(?:\.0*)?(?:$|,| ))/.test(String(request.headers['accept-encoding'] ?? ''))
  const body = isZipped ? await compress(text) : text
  if (isLarge) all.Vary = 'Accept-Encoding'
  if (isZipped) all['Content-Encoding'] = 'gzip'
  all['Content-Length'] = Buffer.byteLength(body)
  if (response.destroyed) return
  response.writeHead(status, all)
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** The headers of an answer that is sent bit by bit. */
export const streamHeaders = (request: IncomingMessage, type: string): Headers => ({
  ...common,
  'Content-Type': type,
  'X-Request-Id': requestIdOf(request),
})

/** Tells the client what it can act on. Anything else is ours, and goes to our log, once. */
export async function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: Error,
  logger: Service['logger'],
): Promise<void> {
  if (response.headersSent || response.destroyed) {
    // Half an answer cannot become another: the client sees that it ends too soon.
    logger.warn('An answer broke off', { request: requestIdOf(request), error: error.message })
    response.destroy()
    return
  }
  if (!isForClient(error)) {
    const about = `Request ${requestIdOf(request)} failed: ${request.method} ${pathOf(request)}`
    // What is away fails every request: its log says why by itself.
    if (isAway(error)) logger.warn(about, { reason: error.message })
    else logger.error(about, error)
    await sendJson(request, response, faultOf(request, error))
    return
  }
  const status = error.type === 'VALIDATION_ERROR' ? 400 : error.code
  await sendJson(request, response, {
    status,
    value: bodyOf(status, error),
    headers: headersOf(status, error),
  })
}

/** Clients take a list of errors as a sign that the request was at fault: only 400 has one. */
function bodyOf(status: number, { type, message, data }: Errors.MoleculerError): object {
  if (status !== 400) return { ErrorMessage: message }
  const faults: { message?: string }[] =
    type === 'VALIDATION_ERROR' && Array.isArray(data) ? data : []
  const texts = faults.map((fault) => fault.message ?? message)
  return {
    ErrorMessage: 'There was a problem with your request.',
    Errors: texts.length > 0 ? texts : [message],
    ...(type === 'BUNDLE_REFUSED' && { Details: { Code: data.reason } }),
  }
}

function headersOf(status: number, { data }: Errors.MoleculerError): Headers {
  if (status === 405) return { Allow: [...data.allowed, 'HEAD', 'OPTIONS'].join(', ') }
  if (status === 429) return { 'Retry-After': Math.ceil(data?.retryAfterSeconds ?? 1) }
  // What is left of the body would be read as the next request.
  if (status === 413) return { Connection: 'close' }
  return {}
}

/** A service that is away, or an answer that took too long, may be there at the next try. */
const isAway = (error: Error): boolean => 'retryable' in error && error.retryable === true

/** Errors whose own sentence says what is away. */
const TOLD = ['STORE_AWAY', 'BUS_AWAY']

function faultOf(request: IncomingMessage, error: Error) {
  if (!isAway(error)) {
    const text = 'Something went wrong on the server'
    return { status: 500, value: { ErrorMessage: `${text}. ${whereMore(request)}` } }
  }
  const isTold = 'type' in error && TOLD.includes(String(error.type))
  const text = 'This part of the server is not available now: try again in a moment.'
  const ErrorMessage = isTold ? error.message : `${text} ${whereMore(request)}`
  return { status: 503, value: { ErrorMessage }, headers: { 'Retry-After': 2 } }
}

const whereMore = (request: IncomingMessage) => `The log has more under ${requestIdOf(request)}.`

const requestId = Symbol('request id')
const started = Date.now().toString(36)
let count = 0

/** Finds the request again in the log. */
export function requestIdOf(request: IncomingMessage & { [requestId]?: string }): string {
  if (request[requestId] === undefined) {
    count += 1
    request[requestId] = `${started}-${count.toString(36)}`
  }
  return request[requestId]
}

const pathOf = ({ url = '' }: IncomingMessage) => url.split('?')[0]

function securityHeaders(): Record<string, string> {
  const headers: Record<string, string> = {}
  const collect = {
    setHeader: (name: string, value: string) => (headers[name] = value),
    removeHeader() {},
  }
  const middleware = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    frameguard: { action: 'deny' },
    // These are about documents, which the API has none of.
    crossOriginOpenerPolicy: false,
    dnsPrefetchControl: false,
    ieNoOpen: false,
    originAgentCluster: false,
    permittedCrossDomainPolicies: false,
    xssFilter: false,
    // What else is below this host's name is not ours to decide.
    strictTransportSecurity: config.tls ? { includeSubDomains: false } : false,
  })
  // helmet only sets headers: this is all that it uses of a response.
  middleware({} as IncomingMessage, collect as unknown as ServerResponse, () => undefined)
  return headers
}
